"""cancel_order, close_uncollected and cut_orders: what is not handed out is free again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from ledger.clock import database_now
from ledger.models import Account, Entry
from market.orders import refusals, tasks
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.close_uncollected import close_uncollected
from market.orders.actions.cut_orders import cut_orders
from market.orders.models import Order
from market.produce.models import Listing, StockChange
from market.till.models import Till
from people.models import Member, Notice
from tests.stories import hand_out, order


def free(listing: Listing) -> int:
    return Account.objects.get(listing=listing).available


def statuses() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("status", flat=True))


# --- cancel_order ---------------------------------------------------------------------


def test_cancelling_frees_the_goods(ma: Member, radishes: Listing, millet: Listing) -> None:
    placed = order(ma, {radishes: 2000, millet: 3})

    cancelled = cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now())

    assert (cancelled.status, cancelled.closed_by) == (Order.Status.CANCELLED, ma)
    assert (free(radishes), free(millet)) == (50_000, 10)
    assert not Notice.objects.filter(key=f"order-cancelled:{placed.pk}").exists()


def test_a_second_cancelling_changes_nothing(ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 3})
    now = database_now()

    cancel_order(order=placed, cancelled_by=ma, cancelled_at=now)
    again = cancel_order(
        order=placed, cancelled_by=ma, cancelled_at=now + datetime.timedelta(hours=1)
    )

    assert again.closed_at == now
    assert Entry.objects.filter(kind="cancel_order").count() == 1


def test_the_member_is_told_when_staff_cancel(ma: Member, gu: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 3})

    cancel_order(order=placed, cancelled_by=gu, cancelled_at=database_now())

    assert placed.number in Notice.objects.get(member=ma, key__startswith="order-cancelled").text


def test_what_was_collected_cannot_be_cancelled(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 3})
    hand_out(placed, by=chai)
    entries = Entry.objects.count()

    with pytest.raises(refusals.OrderClosed):
        cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now())

    assert statuses() == [Order.Status.COLLECTED]
    assert Entry.objects.count() == entries


# --- close_uncollected ----------------------------------------------------------------


def days_ago(days: int) -> datetime.datetime:
    """Noon in Yinchuan, so many days ago."""
    noon = timezone.localtime(database_now()).replace(hour=12)
    return noon - datetime.timedelta(days=days)


def test_the_sweep_gives_up_what_waited_three_days(ma: Member, millet: Listing) -> None:
    order(ma, {millet: 1}, at=days_ago(4))
    order(ma, {millet: 2}, at=days_ago(3))

    assert tasks.sweep_uncollected() == 1

    assert statuses() == [Order.Status.UNCOLLECTED, Order.Status.READY]
    assert free(millet) == 8
    assert "3" in Notice.objects.get(key__startswith="order-uncollected").text


def test_the_sweep_may_run_twice(ma: Member, millet: Listing) -> None:
    order(ma, {millet: 1}, at=days_ago(4))

    assert (tasks.sweep_uncollected(), tasks.sweep_uncollected()) == (1, 0)

    assert Entry.objects.filter(kind="cancel_order").count() == 1


def test_a_worker_killed_between_two_orders_leaves_whole_orders(
    ma: Member, millet: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _order in range(3):
        order(ma, {millet: 1}, at=days_ago(4))
    closed: list[Order] = []

    def killed_after_one(*, order: Order, closed_at: datetime.datetime) -> bool:
        if closed:
            raise KeyboardInterrupt
        closed.append(order)
        return close_uncollected(order=order, closed_at=closed_at)

    monkeypatch.setattr(tasks, "close_uncollected", killed_after_one)
    with pytest.raises(KeyboardInterrupt):
        tasks.sweep_uncollected()
    monkeypatch.undo()

    assert statuses() == [Order.Status.UNCOLLECTED, Order.Status.READY, Order.Status.READY]
    assert tasks.sweep_uncollected() == 2
    assert free(millet) == 10


def test_the_last_day_lasts_until_midnight(ma: Member, millet: Listing) -> None:
    ready_at = days_ago(10)
    placed = order(ma, {millet: 1}, at=ready_at)
    last_moment = placed.keep_until

    assert timezone.localtime(last_moment).strftime("%H:%M") == "23:59"
    assert (last_moment - ready_at).days == 3
    assert not close_uncollected(order=placed, closed_at=last_moment)
    assert close_uncollected(
        order=placed, closed_at=last_moment + datetime.timedelta(microseconds=1)
    )


def test_what_was_collected_meanwhile_stays_collected(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 1}, at=days_ago(4))
    hand_out(placed, by=chai)

    assert not close_uncollected(order=placed, closed_at=database_now())

    assert statuses() == [Order.Status.COLLECTED]


# --- cut_orders -----------------------------------------------------------------------


def cut(listing: Listing, missing: int, by: Member, **changes: Any) -> list[Order]:
    request: dict[str, Any] = {
        "listing": listing,
        "missing": missing,
        "reason": StockChange.Reason.SHORT_DELIVERY,
        "key": "cut-1",
        "cut_by": by,
        "cut_at": database_now(),
    }
    return cut_orders(**request | changes)


def quantities(listing: Listing) -> list[int]:
    lines = listing.order_lines.order_by("order_id")
    return list(lines.values_list("quantity", flat=True))


def test_free_stock_goes_first(ma: Member, gu: Member, radishes: Listing) -> None:
    order(ma, {radishes: 20_000})

    assert cut(radishes, 30_000, gu) == []

    assert quantities(radishes) == [20_000]
    assert free(radishes) == 0


def test_then_the_latest_orders_are_shortened(
    ma: Member, bai: Member, gu: Member, radishes: Listing
) -> None:
    """The farmer brought 60 of 86 jin."""
    order(ma, {radishes: 43_000 - 7_000})
    order(bai, {radishes: 7_000})
    order(ma, {radishes: 7_000})

    shortened = cut(radishes, 13_000, gu)

    assert quantities(radishes) == [36_000, 1_000, 0]
    assert free(radishes) == 0
    assert statuses() == [Order.Status.READY, Order.Status.READY, Order.Status.CANCELLED]
    assert [each.pk for each in shortened] == [
        each.pk for each in Order.objects.order_by("-pk")[:2]
    ]
    assert Account.objects.get(code="goods/HSB-LB/supplied").balance == 37_000


def test_cuts_to_whole_steps_and_frees_the_rest(ma: Member, gu: Member, radishes: Listing) -> None:
    order(ma, {radishes: 50_000})

    cut(radishes, 100, gu)

    assert quantities(radishes) == [49_750]
    assert free(radishes) == 150


def test_members_are_told(ma: Member, bai: Member, gu: Member, radishes: Listing) -> None:
    order(ma, {radishes: 49_000})
    order(bai, {radishes: 1_000})

    cut(radishes, 2_000, gu)

    assert "红寺堡萝卜" in Notice.objects.get(member=ma, key__startswith="order-cut").text
    assert "取消" in Notice.objects.get(member=bai, key__startswith="order-cut").text


def test_the_other_lines_of_an_order_stay(
    ma: Member, gu: Member, radishes: Listing, millet: Listing
) -> None:
    placed = order(ma, {radishes: 50_000, millet: 1})

    cut(radishes, 50_000, gu)

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert sorted(placed.lines.values_list("quantity", flat=True)) == [0, 1]


def test_a_second_press_cuts_once(ma: Member, gu: Member, radishes: Listing) -> None:
    order(ma, {radishes: 50_000})

    cut(radishes, 10_000, gu)
    assert cut(radishes, 10_000, gu) == []

    assert quantities(radishes) == [40_000]
    assert StockChange.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "kind", "account"),
    [
        (StockChange.Reason.SHORT_DELIVERY, "correct_receipt", "goods/HSB-LB/supplied"),
        (StockChange.Reason.SPOILED, "spoil", "goods/HSB-LB/spoiled"),
    ],
)
def test_the_loss_is_booked_where_it_belongs(
    reason: str, kind: str, account: str, gu: Member, radishes: Listing
) -> None:
    cut(radishes, 5_000, gu, reason=reason)

    entry = Entry.objects.get(kind=kind)
    assert entry.transfers.get().credit.code == account


def test_more_than_there_is_cannot_be_missing(ma: Member, gu: Member, radishes: Listing) -> None:
    order(ma, {radishes: 2_000})

    with pytest.raises(refusals.NotMissing):
        cut(radishes, 50_001, gu)

    assert quantities(radishes) == [2_000]
    assert not StockChange.objects.exists()


def test_a_shortened_order_is_handed_out_as_it_is_now(
    ma: Member, chai: Member, gu: Member, open_drawer: Till, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 50_000})
    cut(radishes, 48_000, gu)

    hand_out(Order.objects.get(pk=placed.pk), by=chai)

    assert Account.objects.get(code=f"order/{placed.pk}/cny").balance == 0
    assert Account.objects.get(code="goods/HSB-LB/sold").balance == 2_000
