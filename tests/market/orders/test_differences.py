"""What Stripe says beside what we have, as plain values: no database, no Stripe."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from market.orders.differences import (
    Difference,
    Kind,
    of_disputes,
    of_refunds,
    of_sessions,
)
from market.orders.exchange import Held, PaidOut, fen_of, paid_out
from market.orders.models import Payment, Refund, StripeSession
from market.orders.stripe_answers import Dispute, Session, StripeRefund

NOW = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)
PAID = Session(
    id="cs_1",
    url="",
    status="complete",
    paid=True,
    amount_fen=9000,
    currency="cny",
    live=False,
    payment_intent="pi_1",
    order_number=12,
    attempt=1,
)
GIVEN_BACK = StripeRefund(
    id="re_1",
    status="succeeded",
    amount_fen=400,
    currency="cny",
    payment_intent="pi_1",
    created_at=NOW,
    idempotency_key="refund:1",
)


def session(status: str, *, session_id: str = "cs_1") -> StripeSession:
    return StripeSession(
        order_id=12, attempt=1, session_id=session_id, amount_fen=9000, status=status
    )


def refund(status: str, *, refund_id: str = "", amount_fen: int = 400) -> Refund:
    return Refund(
        payment=Payment(order_id=12, payment_intent="pi_1"),
        amount_fen=amount_fen,
        status=status,
        idempotency_key="refund:1",
        refund_id=refund_id,
        send_after=NOW,
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        pytest.param(session("paid"), PAID, None, id="both say paid"),
        pytest.param(session("open"), PAID, Kind.NOT_RECORDED, id="its message was lost"),
        pytest.param(session("expired"), PAID, Kind.NOT_RECORDED, id="paid at the last moment"),
        pytest.param(
            session("wanted", session_id=""), PAID, Kind.NOT_RECORDED, id="its answer was lost"
        ),
        pytest.param(
            session("open"),
            replace(PAID, status="expired", paid=False),
            Kind.NOT_CLOSED,
            id="lapsed at Stripe",
        ),
        pytest.param(
            session("open"), replace(PAID, status="open", paid=False), None, id="still open"
        ),
        pytest.param(
            session("paid"), replace(PAID, paid=False), Kind.NOT_AT_STRIPE, id="only we say paid"
        ),
        pytest.param(
            session("open"), replace(PAID, amount_fen=9001), Kind.PAYMENT_DIFFERS, id="one fen more"
        ),
        pytest.param(
            session("paid"), replace(PAID, currency="usd"), Kind.PAYMENT_DIFFERS, id="in dollars"
        ),
    ],
)
def test_a_session_is_compared(ours: StripeSession, theirs: Session, kind: Kind | None) -> None:
    found = list(of_sessions([ours], [theirs], [], is_live=False))

    assert [each.kind for each in found] == ([kind] if kind else [])
    assert [each.order_id for each in found] == [12] * len(found)


def test_money_for_no_order_of_ours_is_found_until_it_is_given_back() -> None:
    unknown = replace(PAID, id="cs_9", payment_intent="pi_9", order_number=99)
    part = replace(GIVEN_BACK, payment_intent="pi_9", amount_fen=8600)
    rest = replace(part, amount_fen=400)

    before, after, failed = (
        list(of_sessions([session("paid")], [unknown], refunds, is_live=False))
        for refunds in ([part], [part, rest], [part, replace(rest, status="failed")])
    )

    wanted = Difference(
        Kind.OF_NO_ORDER,
        "cs_9",
        None,
        {
            "session": "cs_9",
            "amount_fen": 9000,
            "currency": "cny",
            "live": False,
            "order": 99,
        },
    )
    assert (before, after, failed) == ([wanted], [], [wanted])
    assert wanted.key == "payment:cs_9"


def test_money_of_another_site_in_the_same_account_is_nothing_to_us() -> None:
    assert list(of_sessions([], [replace(PAID, order_number=None)], [], is_live=False)) == []


def test_play_money_is_no_payment_where_the_key_moves_real_money() -> None:
    found = list(of_sessions([session("open")], [PAID], [], is_live=True))

    assert [each.kind for each in found] == [Kind.PAYMENT_DIFFERS]


def test_a_page_that_nobody_paid_on_and_that_is_not_ours_is_nothing_to_us() -> None:
    assert list(of_sessions([], [replace(PAID, paid=False)], [], is_live=False)) == []


def test_an_attempt_that_has_a_page_takes_no_other_for_its_own() -> None:
    second = replace(PAID, id="cs_2", payment_intent="pi_2")

    found = list(of_sessions([session("paid")], [PAID, second], [], is_live=False))

    assert [(each.kind, each.subject) for each in found] == [(Kind.OF_NO_ORDER, "cs_2")]


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        pytest.param(refund("succeeded", refund_id="re_1"), GIVEN_BACK, None, id="both"),
        pytest.param(refund("sent", refund_id="re_1"), GIVEN_BACK, Kind.REFUND_NOT_SETTLED, id="3"),
        pytest.param(refund("wanted"), GIVEN_BACK, Kind.REFUND_NOT_SETTLED, id="answer lost"),
        pytest.param(
            refund("sent", refund_id="re_1"),
            replace(GIVEN_BACK, status="pending"),
            None,
            id="on its way",
        ),
        pytest.param(
            refund("succeeded", refund_id="re_1"),
            replace(GIVEN_BACK, status="failed"),
            Kind.REFUND_NOT_SETTLED,
            id="came back",
        ),
        pytest.param(
            refund("failed", refund_id="re_1"),
            replace(GIVEN_BACK, status="canceled"),
            None,
            id="both failed",
        ),
        pytest.param(
            refund("succeeded", refund_id="re_1", amount_fen=401),
            GIVEN_BACK,
            Kind.REFUND_DIFFERS,
            id="one fen more",
        ),
        pytest.param(None, GIVEN_BACK, Kind.REFUND_NOT_BOOKED, id="in the dashboard"),
        pytest.param(
            None, replace(GIVEN_BACK, status="failed"), None, id="failed in the dashboard"
        ),
        pytest.param(refund("wanted"), None, Kind.REFUND_NOT_SENT, id="not sent"),
        pytest.param(
            refund("sent", refund_id="re_1"), None, Kind.REFUND_NOT_AT_STRIPE, id="not there"
        ),
        pytest.param(refund("sent"), None, Kind.REFUND_NOT_SENT, id="killed while sending"),
        pytest.param(
            refund("succeeded", refund_id="re_1"), None, Kind.REFUND_NOT_AT_STRIPE, id="only here"
        ),
        pytest.param(refund("failed", refund_id="re_1"), None, None, id="failed and forgotten"),
    ],
)
def test_a_refund_is_compared(
    ours: Refund | None, theirs: StripeRefund | None, kind: Kind | None
) -> None:
    found = list(
        of_refunds([ours] if ours else [], [theirs] if theirs else [], {"pi_1": 12}, now=NOW)
    )

    assert [each.kind for each in found] == ([kind] if kind else [])
    assert [each.order_id for each in found] == [12] * len(found)


def test_a_refund_waits_for_its_time() -> None:
    early = NOW - datetime.timedelta(seconds=1)

    assert list(of_refunds([refund("wanted")], [], {"pi_1": 12}, now=early)) == []


def test_a_refund_of_money_that_is_not_ours_is_nothing_to_us() -> None:
    assert list(of_refunds([], [GIVEN_BACK], {}, now=NOW)) == []


DISPUTE = Dispute(
    id="dp_1",
    status="needs_response",
    amount_fen=9000,
    currency="cny",
    payment_intent="pi_1",
    created_at=NOW,
)


@pytest.mark.parametrize(
    ("status", "taken", "won", "found"),
    [
        ("needs_response", set(), set(), 1),
        ("needs_response", {"dp_1"}, set(), 0),
        ("lost", set(), set(), 1),
        ("lost", {"dp_1"}, set(), 0),
        ("won", {"dp_1"}, set(), 1),
        ("won", {"dp_1"}, {"dp_1"}, 0),
        ("won", set(), set(), 0),
        ("warning_needs_response", set(), set(), 0),
    ],
)
def test_a_dispute_is_compared(status: str, taken: set[str], won: set[str], found: int) -> None:
    told = list(of_disputes([replace(DISPUTE, status=status)], taken, won, {"pi_1": 12}))

    assert [(each.kind, each.order_id) for each in told] == (
        [(Kind.DISPUTE_NOT_BOOKED, 12)] * found
    )


def test_a_dispute_about_other_money_is_nothing_to_us() -> None:
    assert list(of_disputes([DISPUTE], set(), set(), {})) == []


# --- What amounts come to -------------------------------------------------------------


@pytest.mark.parametrize("fen", [1, 99, 9000, 123_456])
def test_every_amount_in_fen_comes_back_where_a_yuan_is_more_than_one(fen: int) -> None:
    rate = Decimal("1.0843")

    assert fen_of(round(fen * rate), rate) == fen


def test_a_payout_of_everything_takes_everything() -> None:
    held = Held(amount=30_001, fen=27_667)

    assert paid_out(30_001, held, Decimal("1.09")).taken_fen == 27_667


def test_payouts_in_two_parts_take_no_more_than_there_is() -> None:
    first = paid_out(10_000, Held(amount=30_001, fen=27_667), Decimal("1.0843"))
    second = paid_out(20_001, Held(amount=20_001, fen=27_667 - first.taken_fen), Decimal("1.0843"))

    assert first.taken_fen + second.taken_fen == 27_667


def test_a_better_rate_brings_something() -> None:
    assert paid_out(10_843, Held(10_843, 10_000), Decimal("1.0")) == PaidOut(10_843, -843)
