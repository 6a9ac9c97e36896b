"""What Stripe keeps of payments, and what arrives at the bank."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.models import Account, Entry
from market.orders.actions.book_movement import book_movement
from market.orders.actions.book_payout import book_payout, held
from market.orders.exchange import Held
from market.orders.models import StripeMovement, StripePayout
from market.orders.stripe_answers import Movement, Payout

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)
CHARGE = Movement(
    id="txn_1",
    kind="charge",
    source="ch_1",
    amount=10_843,
    fee=604,
    net=10_239,
    currency="hkd",
    exchange_rate=Decimal("1.0843"),
    created_at=NOW,
)
PAYOUT = Payout(
    id="po_1",
    status="paid",
    amount=10_239,
    currency="hkd",
    arrives_on=NOW.date(),
    movement="txn_2",
    created_at=NOW,
)


def balance(code: str) -> int:
    account = Account.objects.filter(code=code).first()
    return account.balance if account else 0


def test_a_fee_is_booked_once() -> None:
    first = book_movement(movement=CHARGE, booked_at=NOW)
    again = book_movement(movement=CHARGE, booked_at=NOW)

    assert (first, again) == (True, False)
    assert (balance("fees/payment"), balance("stripe/clearing")) == (557, -557)
    assert list(StripeMovement.objects.values_list("amount_fen", "fee_fen")) == [(10_000, 557)]


def test_a_fee_of_a_dispute_is_one_of_disputes() -> None:
    book_movement(movement=replace(CHARGE, source="du_1", amount=-10_843), booked_at=NOW)

    assert (balance("fees/disputes"), balance("fees/payment")) == (557, 0)


def test_a_bill_of_stripes_is_a_fee_as_a_whole() -> None:
    bill = replace(CHARGE, kind="stripe_fee", amount=-1084, fee=0, net=-1084)

    book_movement(movement=bill, booked_at=NOW)

    assert balance("fees/payment") == 1000
    assert held() == Held(-1084, -1000)


def test_a_movement_without_a_fee_posts_nothing() -> None:
    assert book_movement(movement=replace(CHARGE, fee=0), booked_at=NOW)
    assert not Entry.objects.exists()


def test_a_fee_that_stripe_gives_back_comes_back() -> None:
    book_movement(movement=CHARGE, booked_at=NOW)
    book_movement(movement=replace(CHARGE, id="txn_3", fee=-604), booked_at=NOW)

    assert balance("fees/payment") == 0


def test_a_payout_takes_what_its_payments_came_in_for_and_the_rest_was_lost() -> None:
    book_movement(movement=CHARGE, booked_at=NOW)
    later = replace(
        CHARGE, id="txn_9", amount=11_000, fee=0, net=11_000, exchange_rate=Decimal("1.1")
    )
    book_movement(movement=later, booked_at=NOW + datetime.timedelta(hours=1))

    book_payout(payout=replace(PAYOUT, amount=21_239), booked_at=NOW)

    assert (balance("bank"), balance("fees/exchange")) == (19_308, 135)
    assert held("hkd") == Held(0, 0)
    assert balance("stripe/clearing") == -20_000  # The payments themselves are posted elsewhere.


def test_a_payout_is_booked_once_and_only_when_the_bank_has_it() -> None:
    book_movement(movement=CHARGE, booked_at=NOW)

    on_its_way = book_payout(payout=replace(PAYOUT, status="in_transit"), booked_at=NOW)
    nothing_yet = balance("bank")
    arrived = [book_payout(payout=PAYOUT, booked_at=NOW) for _time in range(2)]

    assert (on_its_way, nothing_yet, arrived) == (True, 0, [True, False])
    assert balance("bank") == 9443


def test_a_payout_that_the_bank_sends_back_is_reversed() -> None:
    book_movement(movement=CHARGE, booked_at=NOW)
    book_payout(payout=PAYOUT, booked_at=NOW)

    book_payout(payout=replace(PAYOUT, status="failed"), booked_at=NOW)

    assert (balance("bank"), balance("fees/exchange")) == (0, 0)
    assert held("hkd") == Held(10_239, 9443)
    assert StripePayout.objects.get().booked_at is None


def test_a_payout_in_yuan_loses_nothing() -> None:
    in_yuan = replace(CHARGE, currency="cny", exchange_rate=None)
    book_movement(movement=in_yuan, booked_at=NOW)

    book_payout(payout=replace(PAYOUT, currency="cny"), booked_at=NOW)

    assert (balance("bank"), balance("fees/exchange")) == (10_239, 0)
