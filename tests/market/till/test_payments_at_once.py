"""Money at the counter, when a button is pressed at two tills at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account, Entry
from market.orders.actions.pay_out_credit import pay_out_credit
from market.orders.models import Order, Payment, Tender
from market.orders.receipts import owed_fen
from market.produce.models import Listing
from market.till.actions.settle_at_till import settle_at_till
from market.till.actions.withdraw_confirmation import withdraw_confirmation
from market.till.models import Till
from people.models import Member, Notice
from tests.market.orders.test_orders_at_once import at_once
from tests.paying import paid_order
from tests.stories import hand_out, order
from tests.stripe_stand_in import Stripe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid(ma: Member, chai: Member, open_drawer: Till, radishes: Listing) -> Order:
    """Two kilos of radishes, handed out and paid by the shop's QR code."""
    placed = order(ma, {radishes: 2_000}, tender=Tender.QR_CODE)
    hand_out(placed, by=chai, tender=Tender.QR_CODE)
    return placed


def test_a_confirmation_is_taken_back_once(paid: Order, chai: Member, open_drawer: Till) -> None:
    payment = Payment.objects.get()
    withdraw = partial(
        withdraw_confirmation,
        till=open_drawer,
        payment=payment,
        withdrawn_by=chai,
        withdrawn_at=database_now(),
    )

    assert at_once([withdraw] * 8) == {"done": 8}

    assert Entry.objects.filter(kind="take_back").count() == 1
    assert owed_fen(paid.pk) == payment.amount_fen
    assert Notice.objects.filter(key=f"payment-withdrawn:{payment.pk}").count() == 1
    assert list(wrong_rows()) == []


def test_what_an_order_owes_is_paid_once(paid: Order, chai: Member, open_drawer: Till) -> None:
    payment = Payment.objects.get()
    now = database_now()
    withdraw_confirmation(till=open_drawer, payment=payment, withdrawn_by=chai, withdrawn_at=now)

    def settle(nonce: str) -> None:
        settle_at_till(
            till=open_drawer,
            order=paid,
            tender=Tender.QR_CODE,
            expected_fen=payment.amount_fen,
            nonce=nonce,
            settled_by=chai,
            settled_at=now,
        )

    assert at_once([partial(settle, "one button")] * 6) == {"done": 6}

    assert owed_fen(paid.pk) == 0
    assert Payment.objects.count() == 2
    assert list(wrong_rows()) == []


def test_credit_is_paid_out_once(
    stripe: Stripe, ma: Member, chai: Member, open_drawer: Till, radishes: Listing
) -> None:
    hand_out(paid_order(stripe, ma, {radishes: 2_000}), by=chai, weighed={radishes: 1_900})
    credit = Account.objects.get(code=f"household/{ma.household_id}/credit")
    assert credit.balance > 0
    pay_out = partial(
        pay_out_credit,
        member=ma,
        till=open_drawer.code,
        fen=credit.balance,
        key="one button",
        paid_out_by=chai,
        paid_out_at=database_now(),
    )
    assert at_once([pay_out] * 6) == {"done": 6}

    credit.refresh_from_db()
    assert credit.balance == 0
    assert Entry.objects.filter(kind="pay_out_credit").count() == 1
    assert list(wrong_rows()) == []
