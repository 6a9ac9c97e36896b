"""check_books finds money of online payments that is not where it should be.

Each fault is planted past the actions, which would not let it in.
"""

from __future__ import annotations

import datetime

import pytest

from ledger.actions.open_account import open_account, open_accounts
from ledger.actions.post_entry import Move, post_entry
from ledger.checking import warnings, wrong_rows
from ledger.clock import database_now
from ledger.models import Account
from market import postings
from market.invariants import DEBT_DAYS, REFUND_DAYS
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.close_uncollected import close_uncollected
from market.orders.actions.take_back import take_back
from market.orders.models import Order, OrderLine, Payment, Refund, StripeSession
from market.orders.tasks import sweep_refunds
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member
from tests.paying import paid_order
from tests.stories import hand_out
from tests.stripe_stand_in import Stripe

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(stripe: Stripe, ma: Member, millet: Listing) -> Order:
    return paid_order(stripe, ma, {millet: 2})


def cancel(order: Order) -> None:
    cancel_order(order=order, cancelled_by=order.placed_by, cancelled_at=database_now())


def wrong() -> list[str]:
    return [f"{row.invariant.name}: {row.row}" for row in wrong_rows()]


def move(debit: str, credit: str, amount: int) -> None:
    """Move an amount between accounts that are there."""
    post_entry(
        kind="wrong",
        reference="wrong",
        idempotency_key=f"wrong:{debit}:{credit}",
        happened_at=database_now(),
        moves=[
            Move(
                debit=Account.objects.get(code=debit),
                credit=Account.objects.get(code=credit),
                amount=amount,
            )
        ],
    )


def test_paid_cancelled_and_given_back_the_books_are_right(paid: Order) -> None:
    assert wrong() == []

    cancel(paid)
    assert wrong() == []
    sweep_refunds()

    assert Refund.objects.get().status == Refund.Status.SUCCEEDED
    assert wrong() == []
    assert list(warnings()) == []


# --- M5 -------------------------------------------------------------------------------


def test_m5_finds_a_payment_that_nobody_wrote_down(paid: Order) -> None:
    payment = Payment.objects.get()
    session = payment.session_id
    payment.delete()

    assert (
        f"M5: payment {session} of order {paid.pk} came to None fen, and the books have 6000"
        in (wrong())
    )


def test_m5_finds_a_payment_that_is_not_in_the_books(paid: Order) -> None:
    Payment.objects.update(amount_fen=5_999)

    assert any(row.startswith("M5: payment") and "5999 fen" in row for row in wrong())


def test_m5_finds_money_of_an_order_that_is_off(paid: Order) -> None:
    cancel(paid)
    Refund.objects.all().delete()

    found = wrong()

    payment = Payment.objects.get()
    assert f"M5: payment {payment.pk} of order {paid.pk}: of 6000 fen, 0 go back" in found
    assert "M5: refunds/stripe holds 6000 fen, and refunds say 0" in found


def test_m5_finds_more_given_back_than_was_paid(paid: Order) -> None:
    cancel(paid)
    Refund.objects.update(amount_fen=6_001)

    payment = Payment.objects.get()
    assert f"M5: payment {payment.pk} of order {paid.pk}: of 6000 fen, 6001 go back" in wrong()


def test_m5_finds_a_refund_that_was_booked_and_not_sent(paid: Order) -> None:
    cancel(paid)
    move("refunds/stripe", "stripe/clearing", 6_000)

    assert wrong() == ["M5: refunds/stripe holds 0 fen, and refunds say 6000"]


def test_m5_finds_an_attempt_that_says_it_was_paid(paid: Order) -> None:
    now = database_now()
    unpaid = StripeSession.objects.create(
        order=paid,
        attempt=2,
        session_id="cs_test_2",
        idempotency_key="session:2",
        amount_fen=700,
        language="en",
        status=StripeSession.Status.PAID,
        created_at=now,
        expires_at=now,
    )

    assert wrong() == [
        f"M5: payment {unpaid.pk} of order {paid.pk} came to None fen, and the books have 0"
    ]


# --- M1 and M2 ------------------------------------------------------------------------


def test_m1_finds_credit_that_an_order_does_not_say(paid: Order, ma: Member) -> None:
    Order.objects.filter(pk=paid.pk).update(credit_fen=30)

    assert f"M1: order {paid.pk} says 30 fen, and used None" in wrong()


def test_m1_finds_credit_that_an_order_used_in_silence(paid: Order, ma: Member) -> None:
    credit = postings.household_credit(paid.household_id)
    open_accounts([credit, postings.bank()])
    move("bank", credit.code, 30)
    move(credit.code, f"order/{paid.pk}/cny", 30)

    assert f"M1: order {paid.pk} says 0 fen, and used 30" in wrong()


def test_m2_finds_goods_given_away_that_were_collected(
    stripe: Stripe, ma: Member, radishes: Listing
) -> None:
    radishes.product.keeps = False
    radishes.product.save(update_fields=["keeps"])
    long_ago = database_now() - datetime.timedelta(days=5)
    left = paid_order(stripe, ma, {radishes: 2_000}, at=long_ago)
    assert close_uncollected(order=left, closed_at=database_now())
    assert wrong() == []

    OrderLine.objects.filter(order=left).update(handed_out_quantity=1_999)

    assert "M2: HSB-LB: 2000 were given away and 1999 not collected" in wrong()


def test_m6_finds_a_new_place_for_money(paid: Order) -> None:
    open_account(code="stripe/kept", unit="CNY", floor=None)

    assert "M6: stripe/kept is not in the chart of accounts" in wrong()


# --- I8: for staff to look at ---------------------------------------------------------


@pytest.mark.parametrize(("days", "found"), [(REFUND_DAYS - 1, 0), (REFUND_DAYS + 1, 1)])
def test_i8_warns_of_a_refund_that_waits(days: int, found: int, paid: Order) -> None:
    cancel(paid)
    Refund.objects.update(wanted_at=database_now() - datetime.timedelta(days=days))

    assert [row.row for row in warnings()] == [
        f"refund {Refund.objects.get().pk} of order {paid.pk}, 6000 fen"
    ] * found
    assert wrong() == []


def test_i8_does_not_warn_of_what_was_given_back(paid: Order) -> None:
    cancel(paid)
    sweep_refunds()
    Refund.objects.update(wanted_at=database_now() - datetime.timedelta(days=400))

    assert list(warnings()) == []


def test_i8_warns_of_a_debt_that_lasts(
    paid: Order, chai: Member, open_drawer: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out(paid, by=chai)
    take_back(
        order=paid,
        fen=6_000,
        gone_from=postings.stripe(),
        key="dp_1",
        reason="disputed",
        taken_at=database_now(),
        is_owed=True,
    )
    assert list(warnings()) == []

    later = database_now() + datetime.timedelta(days=DEBT_DAYS + 1)
    monkeypatch.setattr("market.invariants.database_now", lambda: later)

    assert [row.row for row in warnings()] == [f"owed/order/{paid.pk} is owed 6000 fen"]
