"""At the counter, an order that was paid online: nothing is taken twice."""

from __future__ import annotations

import pytest
from django.test import Client

from market.orders.models import Order, Payment, Refund, Tender
from market.produce.models import Listing
from market.till.bill import Bill, BillRow
from market.till.models import Till
from people.models import Member
from tests.conftest import signed_in
from tests.market.till.conftest import assert_settled, balance, press, text_of, work_out
from tests.paying import paid_order
from tests.stripe_stand_in import Stripe, stripe

__all__ = ["stripe"]


@pytest.fixture
def paid(
    stripe: Stripe, ma: Member, chai: Member, open_drawer: Till, radishes: Listing, millet: Listing
) -> Order:
    """Four jin of radishes, ¥3.60, and a bag of millet, ¥30.00."""
    return paid_order(stripe, ma, {radishes: 2_000, millet: 1})


@pytest.fixture
def as_chai(chai: Member) -> Client:
    return signed_in(chai)


@pytest.mark.parametrize(
    ("paid_fen", "due_fen", "back_fen", "cash_fen"),
    [(0, 1_234, 0, 1_230), (1_234, 0, 0, 0), (1_300, 0, 66, 0), (1_000, 234, 0, 230)],
)
def test_a_bill_asks_for_what_is_left(
    paid_fen: int, due_fen: int, back_fen: int, cash_fen: int
) -> None:
    row = BillRow(line=None, quantity=1, amount_fen=1_234)  # type: ignore[arg-type]

    bill = Bill([row], 1_234, paid_fen)

    assert (bill.due_fen, bill.back_fen, bill.cash_fen) == (due_fen, back_fen, cash_fen)


def test_what_is_paid_is_handed_out_and_nothing_taken(
    paid: Order, as_chai: Client, radishes: Listing, millet: Listing
) -> None:
    weights = {radishes: "4", millet: "1"}

    asked = work_out(as_chai, paid, weights)
    pressed = press(as_chai, paid, weights, fen=paid.payments.get().amount_fen)

    assert "已付清，交货" in text_of(asked)
    assert pressed.status_code == 302
    assert "没再收钱" in text_of(as_chai.get(pressed["Location"]))
    assert Payment.objects.count() == 1
    assert balance("drawer/cchy-1") == 10_000
    assert_settled(paid)


def test_less_on_the_scale_goes_back_by_itself(
    paid: Order, as_chai: Client, radishes: Listing, millet: Listing
) -> None:
    weights = {radishes: "3.5", millet: "1"}
    total = sum(
        line.costs_of(1_750 if line.listing == radishes else 1).total_fen
        for line in paid.lines.all()
    )

    asked = work_out(as_chai, paid, weights)
    press(as_chai, paid, weights, fen=total)

    back = paid.payments.get().amount_fen - total
    assert f"多付了 ¥{back / 100:.2f}" in text_of(asked)
    assert balance(f"household/{paid.household_id}/credit") == back
    assert_settled(paid)


def test_more_on_the_scale_is_taken_at_the_counter(
    paid: Order, as_chai: Client, radishes: Listing, millet: Listing
) -> None:
    weights = {radishes: "4.2", millet: "1"}
    total = sum(
        line.costs_of(2_100 if line.listing == radishes else 1).total_fen
        for line in paid.lines.all()
    )

    press(as_chai, paid, weights, fen=total, tender="qr_code")

    taken = Payment.objects.get(tender=Tender.QR_CODE)
    assert taken.amount_fen == total - Payment.objects.get(tender=Tender.STRIPE).amount_fen > 0
    assert not Refund.objects.exists()
    assert_settled(paid)
