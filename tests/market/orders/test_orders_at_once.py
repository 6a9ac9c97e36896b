"""Orders, when many people press the button at the same moment."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account
from ledger.questions import Blank, Question
from ledger.refusals import Refusal
from market.orders import refusals
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.close_uncollected import close_uncollected
from market.orders.models import Order, OrderLine
from market.produce.models import Listing
from market.till.models import Till
from people.models import Building, Household, Member
from tests.stories import hand_out, order

pytestmark = pytest.mark.django_db(transaction=True)

REFUSALS = (
    refusals.SoldOut,
    refusals.LimitReached,
    refusals.OrderClosed,
    refusals.KeyClash,
    Refusal,
)


def at_once(people: Iterable[Callable[[], Any]]) -> Counter[str]:
    """Let everybody press at the same moment, and count what came of it."""
    hands = list(people)
    start = threading.Barrier(len(hands))

    def press(do: Callable[[], Any]) -> str:
        try:
            start.wait(10)
            do()
        except REFUSALS as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(hands)) as pool:
        return Counter(pool.map(press, hands))


@pytest.fixture
def neighbours(building_2: Building) -> list[Member]:
    """Sixteen people behind sixteen doors."""
    return [
        Member.objects.create(
            full_name=f"邻居{number}",
            phone=f"198000000{number:02d}",
            community=building_2.community,
            member_no=f"20{number:02d}",
            household=Household.objects.create(building=building_2, unit="3", door=str(number)),
        )
        for number in range(16)
    ]


def test_no_bag_is_sold_twice_and_none_is_left(neighbours: list[Member], millet: Listing) -> None:
    outcome = at_once(partial(order, member, {millet: 1}) for member in neighbours)

    assert outcome == {"done": 10, "SoldOut": 6}
    assert Account.objects.get(pk=millet.stock_id).available == 0
    assert list(wrong_rows()) == []


def test_orders_for_several_goods_do_not_wait_for_each_other(
    neighbours: list[Member], radishes: Listing, millet: Listing, flax_oil: Listing
) -> None:
    """Each names the goods in another order; locks are taken in one."""
    baskets = [{radishes: 250, millet: 1}, {millet: 1, radishes: 250}]

    outcome = at_once(
        partial(order, member, basket)
        for member, basket in zip(neighbours[:10], baskets * 5, strict=True)
    )

    assert outcome == {"done": 10}


def test_one_basket_in_many_tabs_is_one_order(ma: Member, millet: Listing) -> None:
    outcome = at_once([lambda: order(ma, {millet: 2}, key="one-basket")] * 8)

    assert outcome == {"done": 8}
    assert Order.objects.count() == 1
    assert Account.objects.get(pk=millet.stock_id).available == 8


def test_a_household_gets_its_share_once(ma: Member, flax_oil: Listing) -> None:
    outcome = at_once([lambda: order(ma, {flax_oil: 1})] * 8)

    assert outcome == {"done": 2, "LimitReached": 6}


def test_without_the_lock_of_the_household_it_gets_more(
    ma: Member, flax_oil: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the test above would see if the lock were taken out."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, with the lock or without")
    unlocked = Question(lambda: Household.objects.filter(pk=Blank("household")))
    monkeypatch.setattr("market.orders.actions.place_order.HOUSEHOLD", unlocked)
    meet = threading.Barrier(2)

    def counted(household: Household, products: Any, at: Any) -> dict[int, int]:
        meet.wait(10)
        return {}

    monkeypatch.setattr("market.orders.actions.place_order.quantity_bought_this_month", counted)

    outcome = at_once([lambda: order(ma, {flax_oil: 2})] * 2)

    assert outcome == {"done": 2}
    assert sum(OrderLine.objects.values_list("quantity", flat=True)) == 4


def test_an_order_is_handed_out_once(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 2})

    outcome = at_once([lambda: hand_out(placed, by=chai)] * 6)

    assert outcome == {"done": 1, "OrderClosed": 5}
    assert Account.objects.get(code="drawer/cchy-1").balance == 16_000
    assert list(wrong_rows()) == []


def test_an_order_is_collected_or_cancelled_or_given_up(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 2})
    late = placed.keep_until.replace(year=placed.keep_until.year + 1)

    at_once(
        [
            lambda: hand_out(placed, by=chai),
            lambda: cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now()),
            lambda: close_uncollected(order=placed, closed_at=late),
        ]
    )

    placed.refresh_from_db()
    taken = 2 if placed.status == Order.Status.COLLECTED else 0
    assert not placed.is_open
    assert Account.objects.get(pk=millet.stock_id).available == 10 - taken
    assert list(wrong_rows()) == []


def test_no_two_open_orders_of_a_point_have_one_code(
    neighbours: list[Member], millet: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = threading.local()
    others = itertools.count(5_000)

    def draw(_point: Any) -> str:
        """Everybody draws the same code first."""
        if not hasattr(mine, "has_drawn"):
            mine.has_drawn = True
            return "4271"
        return str(next(others))

    monkeypatch.setattr("market.orders.actions.place_order.draw_pickup_code", draw)

    outcome = at_once(partial(order, member, {millet: 1}) for member in neighbours[:8])

    assert outcome == {"done": 8}
    assert len(set(Order.objects.values_list("pickup_code", flat=True))) == 8


def test_a_key_of_somebody_else_is_refused(
    ma: Member, neighbours: list[Member], millet: Listing
) -> None:
    """Two households under one key: neither sees the other's order."""
    outcome = at_once(
        partial(order, member, {millet: 1}, key="stolen") for member in (ma, neighbours[0])
    )

    assert outcome == {"done": 1, "KeyClash": 1}
    assert Order.objects.count() == 1
