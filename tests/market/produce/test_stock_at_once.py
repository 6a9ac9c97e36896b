"""Stock, when several people press the button at the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from ledger.actions.post_entry import Operation
from ledger.models import Account
from ledger.queries import statement
from market import postings
from market.orders.refusals import SoldOut
from market.produce.actions.count_stock import FewerThanReserved, count_stock
from market.produce.actions.offer_listing import offer_listing
from market.produce.actions.put_listing_on_sale import AlreadyOnSale, put_listing_on_sale
from market.produce.actions.receive_goods import receive_goods
from market.produce.actions.write_off_goods import write_off_goods
from market.produce.models import Listing, Lot, StockChange
from market.produce.refusals import OnlySoMuchFree
from market.till.models import Till
from people.models import Member
from tests.conftest import MARKET_DAY
from tests.stories import hand_out, order

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*presses: Callable[[], object]) -> Counter[str]:
    """Press all buttons at the same moment and count what came out."""

    def press(button: Callable[[], object]) -> str:
        try:
            button()
        except (AlreadyOnSale, FewerThanReserved, OnlySoMuchFree, SoldOut) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(presses)) as people:
        return Counter(people.map(press, presses))


def stock_of(listing: Listing) -> Account:
    account: Account = Account.objects.get(listing=listing)
    return account


def test_one_key_receives_once(millet: Listing, gu: Member) -> None:
    outcome = at_once(
        *[
            lambda: receive_goods(
                listing=millet,
                quantity=5,
                received_by=gu,
                received_at=MARKET_DAY,
                key="monday",
            )
        ]
        * 8
    )

    assert outcome == {"done": 8}
    assert Lot.objects.filter(key="monday").count() == 1
    assert stock_of(millet).balance == 15


def test_one_key_counts_once(millet: Listing, gu: Member) -> None:
    outcome = at_once(
        *[
            lambda: count_stock(
                listing=millet, counted=7, counted_by=gu, counted_at=MARKET_DAY, key="evening"
            )
        ]
        * 8
    )

    assert outcome == {"done": 8}
    assert StockChange.objects.get().change == -3
    assert stock_of(millet).balance == 7


def test_a_count_never_falls_below_what_is_ordered_meanwhile(
    millet: Listing, ma: Member, gu: Member
) -> None:
    orders = [lambda key=n: order(ma, {millet: 1}, key=f"order-{key}") for n in range(10)]

    outcome = at_once(
        *orders[:5],
        lambda: count_stock(
            listing=millet, counted=4, counted_by=gu, counted_at=MARKET_DAY, key="evening"
        ),
        *orders[5:],
    )

    stock = stock_of(millet)
    counted = StockChange.objects.exists()
    assert stock.balance == (4 if counted else 10)
    assert stock.debits_pending <= stock.balance
    assert outcome["done"] == stock.debits_pending + counted
    assert sum(outcome.values()) == 11


def test_nothing_moves_while_the_shelf_is_counted(
    millet: Listing, ma: Member, chai: Member, open_drawer: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = order(ma, {millet: 1})
    counting, handed_out = threading.Event(), threading.Event()
    moves_of_a_count = postings.count_stock

    def slow_count(**about: Any) -> list[Operation]:
        counting.set()
        handed_out.wait(0.5)
        return moves_of_a_count(**about)

    monkeypatch.setattr(postings, "count_stock", slow_count)

    def hand_out_meanwhile() -> None:
        counting.wait(5)
        hand_out(placed, by=chai)
        handed_out.set()

    outcome = at_once(
        lambda: count_stock(
            listing=millet, counted=7, counted_by=ma, counted_at=MARKET_DAY, key="evening"
        ),
        hand_out_meanwhile,
    )

    assert outcome == {"done": 2}
    rows = statement(stock_of(millet))
    assert [(row.entry.kind, row.balance_after) for row in rows if row.change][:2] == [
        ("hand_out", 6),
        ("count_stock", 7),
    ]


def test_no_bag_is_written_off_twice(millet: Listing, gu: Member) -> None:
    outcome = at_once(
        *[
            lambda key=n: write_off_goods(
                listing=millet,
                quantity=3,
                reason=StockChange.Reason.BROKEN,
                written_off_by=gu,
                written_off_at=MARKET_DAY,
                key=f"waste-{key}",
            )
            for n in range(8)
        ]
    )

    assert outcome == {"done": 3, "OnlySoMuchFree": 5}
    assert stock_of(millet).balance == 1


def test_one_of_two_listings_of_a_product_goes_on_sale(millet: Listing, gu: Member) -> None:
    Listing.objects.filter(pk=millet.pk).update(status=Listing.Status.WITHDRAWN)
    others = []
    for n in range(4):
        other = offer_listing(
            product=millet.product,
            service_point=millet.service_point,
            key=f"other-{n}",
            farmer_price=millet.farmer_price,
            points_price=60,
            on_sale_from=MARKET_DAY,
        )
        receive_goods(
            listing=other, quantity=1, received_by=gu, received_at=MARKET_DAY, key=f"other-lot-{n}"
        )
        others.append(other)

    outcome = at_once(*[lambda other=other: put_listing_on_sale(listing=other) for other in others])

    assert outcome == {"done": 1, "AlreadyOnSale": 3}
    assert Listing.objects.on_sale().count() == 1
