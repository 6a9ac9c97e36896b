"""Whatever staff and residents do with goods, what came in is somewhere, to the gram."""

from __future__ import annotations

import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.models import Account
from market.orders.refusals import SoldOut
from market.produce.actions.correct_receipt import NotLess, correct_receipt
from market.produce.actions.count_stock import FewerThanReserved, count_stock
from market.produce.actions.receive_goods import receive_goods
from market.produce.actions.write_off_goods import write_off_goods
from market.produce.models import Listing, Lot, StockChange
from market.produce.refusals import OnlySoMuchFree
from people.models import Member
from tests.conftest import MARKET_DAY
from tests.stories import order

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "count", "waste", "correct", "order"]), st.integers(1, 15)
    ),
    max_size=12,
)
REFUSALS = (FewerThanReserved, NotLess, OnlySoMuchFree, SoldOut)


def act(kind: str, pieces: int, listing: Listing, ma: Member, gu: Member) -> None:
    key = uuid.uuid4().hex
    match kind:
        case "receive":
            receive_goods(
                listing=listing, quantity=pieces, received_by=gu, received_at=MARKET_DAY, key=key
            )
        case "count":
            count_stock(
                listing=listing, counted=pieces, counted_by=gu, counted_at=MARKET_DAY, key=key
            )
        case "waste":
            write_off_goods(
                listing=listing,
                quantity=pieces,
                reason=StockChange.Reason.BROKEN,
                written_off_by=gu,
                written_off_at=MARKET_DAY,
                key=key,
            )
        case "correct":
            correct_receipt(
                lot=Lot.objects.order_by("-pk")[0],
                arrived=pieces,
                corrected_by=gu,
                corrected_at=MARKET_DAY,
                key=key,
            )
        case _order:
            order(ma, {listing: pieces}, key=key)


def figures(sku: str) -> dict[str, int]:
    return {
        code.split("/")[2]: credits_posted - debits_posted
        for code, credits_posted, debits_posted in Account.objects.filter(
            unit__code=sku
        ).values_list("code", "credits_posted", "debits_posted")
    }


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(steps=STEPS)
def test_goods_add_up(
    steps: list[tuple[str, int]], millet: Listing, ma: Member, gu: Member
) -> None:
    # Examples follow one another on the same books, which only makes the story longer.
    for kind, pieces in steps:
        before = figures(millet.product.sku)
        try:
            act(kind, pieces, millet, ma, gu)
        except REFUSALS:
            assert figures(millet.product.sku) == before

    after = figures(millet.product.sku)
    stock = Account.objects.get(listing=millet)
    lots = sum(Lot.objects.values_list("quantity", flat=True))
    found = sum(
        max(change, 0)
        for change in StockChange.objects.filter(kind="count").values_list("change", flat=True)
    )
    assert sum(after.values()) == 0
    assert -after["supplied"] == lots + found
    assert -after["supplied"] == after["stock"] + after.get("spoiled", 0)
    assert 0 <= stock.debits_pending <= stock.balance
