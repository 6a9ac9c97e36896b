"""place_order: the goods are reserved, all or nothing, once for each key."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.clock import database_now
from ledger.models import Account, Entry
from market.orders import refusals
from market.orders.actions.change_basket import change_basket
from market.orders.actions.place_order import place_order
from market.orders.models import BasketLine, Order, Tender
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member, Notice, ServicePoint, Token
from tests.stories import confirm, hand_out, order


def test_reserves_the_goods_and_draws_a_code(
    ma: Member, radishes: Listing, millet: Listing
) -> None:
    placed = order(ma, {radishes: 1750, millet: 2})

    assert placed.status == Order.Status.READY
    assert placed.household == ma.household
    assert len(placed.pickup_code) == 4
    assert placed.pickup_code.isdigit()
    assert [
        (line.listing, line.quantity, line.costs.total_fen, line.hold and line.hold.amount)
        for line in placed.lines.order_by("listing_id")
    ] == [(radishes, 1750, 315, 1750), (millet, 2, 6000, 2)]
    stocks = Account.objects.filter(listing__in=[radishes, millet]).order_by("pk")
    assert [stock.available for stock in stocks] == [50_000 - 1750, 10 - 2]
    assert [stock.balance for stock in stocks] == [50_000, 10]


def test_opens_the_account_of_the_order(ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 1})

    account = Account.objects.get(code=f"order/{placed.pk}/cny")
    assert (account.balance, account.unit.code, account.floor) == (0, "CNY", 0)
    entry = Entry.objects.get(kind="place_order")
    assert (entry.reference, entry.actor_ref) == (f"order:{placed.pk}", ma.books_id)


def test_tells_the_member_and_gives_a_code_to_scan(ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 1})

    notice = Notice.objects.get(member=ma, key=f"order-ready:{placed.pk}")
    assert placed.pickup_code in notice.text
    token = Token.objects.get(purpose="order", subject=str(placed.pk))
    assert token.owner == ma


def test_takes_what_was_ordered_out_of_the_basket(
    ma: Member, radishes: Listing, millet: Listing
) -> None:
    for listing, quantity in ((radishes, 500), (millet, 1)):
        change_basket(member=ma, listing=listing, quantity=quantity)

    order(ma, {millet: 1})

    assert list(BasketLine.objects.values_list("listing", "quantity")) == [(radishes.pk, 500)]


def test_a_second_press_gets_the_first_order(ma: Member, millet: Listing) -> None:
    first = order(ma, {millet: 2}, key="one-basket")
    second = order(ma, {millet: 2}, key="one-basket")

    assert second == first
    assert Order.objects.count() == 1
    assert Account.objects.get(listing=millet).available == 8


def test_a_price_of_later_does_not_change_the_line(ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 1})
    Listing.objects.filter(pk=millet.pk).update(farmer_price="99.00")

    line = placed.lines.get()

    assert line.costs.total_fen == 3000


def test_the_last_bag_can_be_had(ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 10})

    assert placed.lines.get().quantity == 10
    assert Account.objects.get(listing=millet).available == 0


def close(listing: Listing) -> None:
    Listing.objects.filter(pk=listing.pk).update(
        on_sale_until=database_now() - datetime.timedelta(minutes=1)
    )


def not_yet(listing: Listing) -> None:
    Listing.objects.filter(pk=listing.pk).update(
        on_sale_from=database_now() + datetime.timedelta(days=1)
    )


def nothing(_listing: Listing) -> None:
    pass


@pytest.mark.parametrize(
    ("_case", "before", "changes", "refusal"),
    [
        ("withdrawn", lambda listing: withdraw_listing(listing=listing), {}, refusals.NotOnSale),
        ("past the cut-off", close, {}, refusals.NotOnSale),
        ("not open yet", not_yet, {}, refusals.NotOnSale),
        ("unknown listing", nothing, {"quantities": {0: 1}}, refusals.NotOnSale),
        ("another total", nothing, {"expected_fen": 3001}, refusals.PriceChanged),
        ("nothing", nothing, {"quantities": {}}, refusals.NothingOrdered),
        ("one bag too many", nothing, {"bags": 11}, refusals.SoldOut),
    ],
)
def test_refused_order_changes_nothing(
    _case: str,
    before: Callable[[Listing], None],
    changes: dict[str, Any],
    refusal: type[Exception],
    ma: Member,
    radishes: Listing,
    millet: Listing,
) -> None:
    before(millet)
    bags = changes.pop("bags", 1)
    request: dict[str, Any] = {
        "member": ma,
        "service_point": millet.service_point,
        "quantities": {radishes.pk: 500, millet.pk: bags},
        "tender": Tender.CASH,
        "expected_fen": 90 + 3000 * bags,
        "key": str(uuid.uuid4()),
        "placed_at": database_now(),
    } | changes

    with pytest.raises(refusal):
        place_order(**request)

    assert not Order.objects.exists()
    assert not Entry.objects.filter(kind="place_order").exists()
    assert not Notice.objects.filter(key__startswith="order").exists()
    assert [account.debits_pending for account in Account.objects.all()] == [0] * (
        Account.objects.count()
    )


def test_says_how_much_is_left(ma: Member, millet: Listing) -> None:
    order(ma, {millet: 7})

    with pytest.raises(refusals.SoldOut) as refused:
        order(ma, {millet: 4})

    assert (refused.value.listing, refused.value.left) == (millet, 3)


def test_another_points_listing_is_refused(
    ma: Member, millet: Listing, xihu_point: ServicePoint
) -> None:
    with pytest.raises(refusals.NotOnSale):
        place_order(
            member=ma,
            service_point=xihu_point,
            quantities={millet.pk: 1},
            tender=Tender.CASH,
            expected_fen=3000,
            key="k",
            placed_at=database_now(),
        )


def test_the_same_key_with_other_goods_is_refused(ma: Member, millet: Listing) -> None:
    order(ma, {millet: 1}, key="one-basket")

    with pytest.raises(refusals.KeyClash):
        order(ma, {millet: 2}, key="one-basket")

    assert Order.objects.count() == 1


def test_staff_without_a_home_here_are_asked_for_one(gu: Member, millet: Listing) -> None:
    with pytest.raises(refusals.NoHousehold):
        order(gu, {millet: 1})


# --- The limit of a household ---------------------------------------------------------


def test_a_limit_counts_over_all_orders_of_the_household(
    ma: Member, bai: Member, gu: Member, flax_oil: Listing
) -> None:
    Member.objects.filter(pk=bai.pk).update(household=ma.household)
    neighbour = confirm(Member.objects.get(pk=bai.pk), by=gu)
    order(ma, {flax_oil: 1})

    with pytest.raises(refusals.LimitReached) as refused:
        order(neighbour, {flax_oil: 2})

    assert refused.value.left == 1
    assert order(neighbour, {flax_oil: 1}).lines.get().quantity == 1


def test_what_was_cancelled_does_not_count(ma: Member, flax_oil: Listing, as_ma: Any) -> None:
    placed = order(ma, {flax_oil: 2})
    as_ma.post(f"/orders/{placed.pk}/cancel/")

    assert order(ma, {flax_oil: 2}).status == Order.Status.READY


def test_a_new_month_has_a_new_limit(ma: Member, flax_oil: Listing) -> None:
    last_month = database_now().replace(day=1, hour=0) - datetime.timedelta(days=2)
    order(ma, {flax_oil: 2}, at=last_month)

    assert order(ma, {flax_oil: 2}).status == Order.Status.READY


def test_a_limited_listing_needs_a_confirmed_household(bai: Member, flax_oil: Listing) -> None:
    with pytest.raises(refusals.HouseholdNotConfirmed):
        order(bai, {flax_oil: 1})


def test_other_goods_do_not(bai: Member, millet: Listing) -> None:
    assert order(bai, {millet: 1}).status == Order.Status.READY


# --- The code -------------------------------------------------------------------------


def test_a_code_is_neither_a_member_number_nor_another_open_code(
    ma: Member, millet: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = order(ma, {millet: 1})
    drawn = iter([int(ma.member_no), int(first.pickup_code), 4271, *range(9_000, 9_021)])
    monkeypatch.setattr("market.orders.pickup.secrets.randbelow", lambda _below: next(drawn))

    assert order(ma, {millet: 1}).pickup_code == "4271"


def test_a_code_that_somebody_took_meanwhile_is_drawn_anew(
    ma: Member, millet: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = order(ma, {millet: 1})
    drawn = iter([first.pickup_code, first.pickup_code, "4271"])
    monkeypatch.setattr(
        "market.orders.actions.place_order.draw_pickup_code", lambda _point: next(drawn)
    )

    assert order(ma, {millet: 1}).pickup_code == "4271"


def test_a_code_is_free_again_once_the_order_is_closed(
    ma: Member, chai: Member, millet: Listing, open_drawer: Till
) -> None:
    placed = order(ma, {millet: 1})
    hand_out(placed, by=chai)

    again = order(ma, {millet: 1})
    Order.objects.filter(pk=again.pk).update(pickup_code=placed.pickup_code)

    assert Order.objects.filter(pickup_code=placed.pickup_code).count() == 2


# --- What it costs --------------------------------------------------------------------


def test_three_lines_take_at_most_25_statements(
    ma: Member, radishes: Listing, millet: Listing, flax_oil: Listing
) -> None:
    with CaptureQueriesContext(connection) as queries:
        order(ma, {radishes: 500, millet: 1, flax_oil: 1})

    sent = [
        query["sql"]
        for query in queries
        if not query["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK"))
    ]
    # Two of them are the test's own: the time, and the household of the member.
    assert len(sent) <= 25, "\n".join(sent)
