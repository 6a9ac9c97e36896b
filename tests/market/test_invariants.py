"""check_books: the market's books are right, and it says so when they are not."""

from __future__ import annotations

import pytest

from ledger.actions.open_account import open_account
from ledger.actions.post_entry import Move, post_entry
from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.cut_orders import cut_orders
from market.orders.models import Order, OrderLine, Payment
from market.produce.models import Listing, StockChange
from market.till.models import Till
from people.models import Member
from tests.stories import hand_out, order


@pytest.fixture
def a_busy_day(
    ma: Member, bai: Member, chai: Member, gu: Member, open_drawer: Till,
    radishes: Listing, millet: Listing,
) -> Order:  # fmt: skip
    """Orders collected, cancelled, shortened and still waiting; return the collected one."""
    collected = order(ma, {radishes: 2_000, millet: 2})
    hand_out(collected, by=chai, weighed={radishes: 2_130})
    cancel_order(order=order(bai, {millet: 1}), cancelled_by=bai, cancelled_at=database_now())
    order(bai, {radishes: 40_000})
    cut_orders(
        listing=radishes,
        missing=20_000,
        reason=StockChange.Reason.SPOILED,
        key="frost",
        cut_by=gu,
        cut_at=database_now(),
    )
    return collected


def wrong() -> list[str]:
    return [f"{row.invariant.name}: {row.row}" for row in wrong_rows()]


def move(debit: Account, credit: Account, amount: int) -> None:
    post_entry(
        kind="wrong",
        reference="wrong",
        idempotency_key=f"wrong:{debit.pk}:{credit.pk}",
        happened_at=database_now(),
        moves=[Move(debit=debit, credit=credit, amount=amount)],
    )


def test_a_busy_day_leaves_the_books_right(a_busy_day: Order) -> None:
    assert wrong() == []


def test_m1_finds_money_left_in_a_closed_order(a_busy_day: Order) -> None:
    move(
        Account.objects.get(code="bank"),
        Account.objects.get(code=f"order/{a_busy_day.pk}/cny"),
        7,
    )

    paid = f"order/{a_busy_day.pk}/cny took in 6390 fen"
    assert f"M1: {paid} and gave out 6383" in wrong()
    assert f"M1: {paid}, and payments say 6383" in wrong()


def test_m1_finds_an_order_without_an_account(a_busy_day: Order) -> None:
    stray = Order.objects.get(pk=a_busy_day.pk)
    stray.pk, stray.key, stray.pickup_code = 998, "stray", "0001"
    stray.save(force_insert=True)

    assert "M1: order 998 has none" in wrong()


def test_m1_finds_money_that_went_astray(a_busy_day: Order, ma: Member, millet: Listing) -> None:
    waiting = order(ma, {millet: 1})
    account = Account.objects.get(code=f"order/{waiting.pk}/cny")
    move(Account.objects.get(code="bank"), account, 7)
    move(account, Account.objects.get(code="bank"), 7)

    assert f"M1: {account.code} gave 7 fen to bank" in wrong()


def test_m1_finds_a_payment_that_is_not_in_the_books(a_busy_day: Order) -> None:
    Payment.objects.filter(order=a_busy_day).update(amount_fen=1, rounded_off_fen=0)

    assert f"M1: order/{a_busy_day.pk}/cny took in 6383 fen, and payments say 1" in wrong()


def test_m1_finds_goods_that_a_closed_order_still_holds(
    a_busy_day: Order, ma: Member, millet: Listing
) -> None:
    waiting = order(ma, {millet: 1})
    Order.objects.filter(pk=waiting.pk).update(
        status=Order.Status.CANCELLED, closed_at=database_now()
    )

    line = waiting.lines.get()
    assert f"M1: order {waiting.pk} still holds the goods of line {line.pk}" in wrong()


def test_m2_finds_goods_in_a_place_of_their_own(a_busy_day: Order) -> None:
    open_account(code="goods/HSB-LB/my-cellar", unit="HSB-LB")

    assert wrong() == ["M2: goods/HSB-LB/my-cellar is none of these"]


def test_m2_finds_goods_handed_out_and_not_sold(a_busy_day: Order) -> None:
    lines = OrderLine.objects.filter(order=a_busy_day, listing__product__sku="HSB-LB")
    lines.update(handed_out_quantity=2_000)

    assert wrong() == ["M2: HSB-LB: 2130 were sold and 2000 handed out"]


@pytest.mark.parametrize(("code", "purpose"), [("community/gain", ""), ("fund/general", "margin")])
def test_m6_finds_a_margin(code: str, purpose: str, a_busy_day: Order) -> None:
    open_account(code=code, unit="CNY", purpose=purpose)

    assert wrong() == [f"M6: {code} is not in the chart of accounts"]
