"""How long somebody stays signed in, and that nobody keeps their pages."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.test import Client

from people.actions.grant_role import grant_role
from people.models import Member
from tests.conftest import signed_in
from tests.stories import PIN

NOON = datetime.datetime.now(datetime.UTC)


def sign_in(member: Member, *, shared: bool = False) -> Client:
    client = Client()
    with time_machine.travel(NOON, tick=False):
        client.post(
            "/sign-in/",
            {"phone": member.phone, "pin": PIN, **({"is_shared": "on"} if shared else {})},
        )
    return client


def is_in(client: Client, *, after: datetime.timedelta) -> bool:
    with time_machine.travel(NOON + after, tick=False):
        return client.get("/mine/").status_code == 200


def hours(number: float) -> datetime.timedelta:
    return datetime.timedelta(hours=number)


def test_a_resident_stays_signed_in_for_90_days(ma: Member) -> None:
    client = sign_in(ma)

    assert is_in(client, after=datetime.timedelta(days=89))
    assert not is_in(client, after=datetime.timedelta(days=91))


def test_a_shared_device_forgets_after_15_idle_minutes(ma: Member) -> None:
    client = sign_in(ma, shared=True)

    assert is_in(client, after=hours(0.2))
    assert is_in(client, after=hours(0.4))
    assert not is_in(client, after=hours(0.66))
    assert not is_in(client, after=hours(0.67))


def test_staff_are_signed_out_after_3_idle_hours(gu: Member) -> None:
    client = sign_in(gu)

    assert is_in(client, after=hours(2.9))
    assert is_in(client, after=hours(5.8))
    assert not is_in(client, after=hours(8.9))


def test_staff_are_signed_out_after_12_hours_however_busy(gu: Member) -> None:
    client = sign_in(gu)

    assert all(is_in(client, after=hours(n)) for n in range(12))
    assert not is_in(client, after=hours(12.01))


def test_staff_on_a_shared_device_are_signed_out_sooner(gu: Member) -> None:
    assert not is_in(sign_in(gu, shared=True), after=hours(0.3))


def test_a_new_role_ends_the_long_session(ma: Member) -> None:
    client = sign_in(ma)

    grant_role(member=ma, role="worker_a")

    assert not is_in(client, after=hours(0))


def test_somebody_shut_out_is_out_at_once(ma: Member) -> None:
    client = sign_in(ma)

    Member.objects.filter(pk=ma.pk).update(is_active=False)

    assert not is_in(client, after=hours(0))


def test_a_page_seldom_writes_the_session(gu: Member) -> None:
    client = sign_in(gu)
    before = client.session.get("seen_at")

    assert is_in(client, after=hours(0.01))
    assert client.session.get("seen_at") == before


@pytest.mark.parametrize(
    "page", ["/produce/", "/mine/", "/mine/inbox/", "/mine/pin/", "/mine/door/"]
)
def test_no_cache_keeps_the_page_of_a_member(ma: Member, page: str) -> None:
    response = signed_in(ma).get(page)

    assert response.status_code == 200
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))


def test_the_page_of_a_guest_may_be_kept(client: Client, db: None) -> None:
    assert "Cache-Control" not in client.get("/produce/")
