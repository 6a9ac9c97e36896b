"""Tills in the back office: one colleague puts them up, nobody changes them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from market.till.models import Till
from people.models import ServicePoint


def test_worker_b_puts_a_till_up(as_xue: Client, supermarket: ServicePoint) -> None:
    response = as_xue.post(
        reverse("tills:add"),
        {"code": "cchy-2", "name": "二号台", "service_point": supermarket.pk},
    )

    till = Till.objects.get()
    assert response.status_code == 302
    assert (till.code, till.name, till.service_point) == ("cchy-2", "二号台", supermarket)


@pytest.mark.parametrize("code", ["cchy-1", "", "收银台", "a" * 13])
def test_a_code_that_cannot_name_a_drawer_is_refused(
    code: str, as_xue: Client, till: Till, supermarket: ServicePoint
) -> None:
    response = as_xue.post(
        reverse("tills:add"), {"code": code, "name": "二号台", "service_point": supermarket.pk}
    )

    assert response.status_code == 200
    assert Till.objects.count() == 1


@pytest.mark.parametrize("who", ["as_gu", "as_chai", "as_ma"])
def test_others_do_not(who: str, supermarket: ServicePoint, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(who)

    client.post(reverse("tills:add"), {"code": "x", "name": "x", "service_point": supermarket.pk})

    assert not Till.objects.exists()


@pytest.mark.parametrize("who", ["as_gu", "as_xue"])
def test_workers_see_tills_and_turns(
    who: str, open_drawer: Till, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)

    assert "爱心超市收银台" in client.get(reverse("tills:index")).text
    turns = client.get(reverse("till_sessions:index")).text
    assert "柴满仓" in turns
    assert "¥100.00" in turns


@pytest.mark.parametrize("viewset", ["tills", "till_sessions"])
@pytest.mark.parametrize("page", ["edit", "delete"])
def test_nobody_changes_them(viewset: str, page: str, as_xue: Client, open_drawer: Till) -> None:
    pk = open_drawer.pk if viewset == "tills" else open_drawer.sessions.get().pk

    response = as_xue.get(reverse(f"{viewset}:{page}", args=[pk]))

    assert response.status_code == 302
    assert Till.objects.get().name == "爱心超市收银台"


def test_nobody_adds_a_turn_by_hand(as_xue: Client, till: Till) -> None:
    assert as_xue.get(reverse("till_sessions:add")).status_code == 302
