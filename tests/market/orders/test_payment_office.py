"""What staff see of payments online: what does not match, attempts, refunds."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ledger.clock import database_now
from market.orders.actions.cancel_order import cancel_order
from market.orders.differences import Kind
from market.orders.models import PaymentProblem
from market.orders.office.problem_words import WHAT, what, what_to_do
from market.produce.models import Listing
from people.models import Member
from tests.paying import paid_order
from tests.stories import order
from tests.stripe_stand_in import Stripe


def problem(kind: str, **changes: object) -> PaymentProblem:
    values = {"amount_fen": 6000, "asked_fen": 5999, "currency": "cny", "session": "cs_1"}
    return PaymentProblem(
        key=f"{kind}:cs_1", kind=kind, values=values, found_at=database_now(), **changes
    )


def test_staff_see_what_does_not_match_and_what_to_do(
    as_gu: Client, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    problem("payment_differs", order=placed).save()

    page = as_gu.get(reverse("paymentproblem:index")).text

    assert "我们要收 ¥59.99，Stripe 收的却是 ¥60.00 CNY（cs_1）。" in page
    assert "请在 Stripe 后台退掉，让居民重新付款。" in page
    assert placed.number in page
    assert f'href="{reverse("till:order", args=[placed.pk])}"' in page


def test_what_has_no_order_leads_nowhere(as_gu: Client, db: None) -> None:
    problem("payment_of_no_order").save()

    page = as_gu.get(reverse("paymentproblem:index")).text

    assert "cs_1" in page
    assert "/till/orders/" not in page


def test_attempts_and_refunds_lead_to_their_order(
    as_gu: Client, ma: Member, millet: Listing, stripe: Stripe
) -> None:
    placed = paid_order(stripe, ma, {millet: 1})
    cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now())

    for name in ("stripesession", "refund"):
        page = as_gu.get(reverse(f"{name}:index")).text
        assert placed.number in page, name
        assert f'href="{reverse("till:order", args=[placed.pk])}"' in page, name
        assert "¥30.00" in page, name


def test_what_is_about_no_order_leads_to_none(as_gu: Client, db: None) -> None:
    problem("held_differs").save()

    page = as_gu.get(reverse("paymentproblem:index")).text

    assert "按我们的账，Stripe 手里有 ¥59.99；按它自己的账，是 ¥60.00。" in page
    assert "–" in page
    assert "/till/orders/" not in page


def test_what_is_gone_asks_for_nothing_and_can_be_left_out(as_gu: Client, db: None) -> None:
    gone = problem("payment_differs", gone_at=database_now())
    gone.save()

    page = as_gu.get(reverse("paymentproblem:index") + "?is_open=true").text

    assert what_to_do(gone) == ""
    assert "cs_1" not in page


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_its_sentences(kind: Kind, db: None) -> None:
    found = problem(kind)

    assert kind in WHAT
    assert "%(" not in what(found)
    assert what_to_do(found)


def test_a_kind_of_another_version_is_shown_by_its_key(db: None) -> None:
    assert what(problem("from_the_future")) == "from_the_future:cs_1"
    assert what_to_do(problem("from_the_future"))


@pytest.mark.parametrize("page", ["paymentproblem", "stripesession", "refund"])
def test_a_cashier_sees_none_of_it(page: str, as_chai: Client) -> None:
    assert as_chai.get(reverse(f"{page}:index")).status_code == 302


@pytest.mark.parametrize("page", ["paymentproblem", "stripesession", "refund"])
def test_nobody_adds_any_of_it(page: str, as_xue: Client) -> None:
    response = as_xue.get(reverse(f"{page}:add"))

    assert (response.status_code, response["Location"]) == (302, "/office/")
