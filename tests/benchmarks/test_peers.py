"""The peers of the benchmarks do the work they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client, override_settings

import benchmarks
from benchmarks import by_hand, orders
from benchmarks.clients import shares_of
from benchmarks.figures import in_turn
from benchmarks.village import picked
from ledger.checking import wrong_rows
from market.orders.actions.change_basket import change_basket
from market.orders.models import BasketLine, Order
from market.produce.models import Listing, Product
from people.models import Member, Notice, Token
from tests.stories import order, total_fen

# Those of production need a folder; without them the rest is only read.
NOT_TO_IMPORT = {"__main__", "settings"}
MODULES = {path.stem for path in Path(str(benchmarks.__file__)).parent.glob("*.py")}


@pytest.mark.parametrize("name", sorted(MODULES - NOT_TO_IMPORT))
def test_modules_can_be_imported(name: str) -> None:
    assert import_module(f"benchmarks.{name}").__doc__


def rows_of_each_table() -> dict[str, int]:
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if not model._meta.proxy
    }


def written_by(place: Callable[[], object]) -> dict[str, int]:
    before = rows_of_each_table()
    place()
    after = rows_of_each_table()
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}


def fill_basket(member: Member, listings: Sequence[Listing]) -> None:
    for listing in listings:
        change_basket(member=member, listing=listing, quantity=listing.product.unit_quantity)


@pytest.mark.django_db(transaction=True)
def test_orders_by_hand_write_the_rows_that_the_action_writes(
    ma: Member, radishes: Listing, millet: Listing, flax_oil: Listing
) -> None:
    goods = [radishes, millet, flax_oil]
    wanted = {listing: listing.product.unit_quantity for listing in goods}
    order(ma, wanted)  # Opens the accounts that later orders find.
    point = by_hand.Point(millet.service_point.pk, millet.service_point.name)

    def place_by_hand() -> int:
        quantities = {listing.pk: quantity for listing, quantity in wanted.items()}
        buyer = orders.buyer(Member.objects.get(pk=ma.pk))
        with orders.fresh_driver() as driver:
            return by_hand.place(driver, buyer, point, quantities, total_fen(wanted))

    Listing.objects.filter(pk=flax_oil.pk).update(household_limit=None)
    fill_basket(ma, goods)
    by_action = written_by(lambda: order(ma, wanted))
    fill_basket(ma, goods)
    by_peer = written_by(place_by_hand)

    assert by_peer == by_action
    assert by_peer == {
        "orders_order": 1,
        "orders_orderline": 3,
        "orders_basketline": -3,
        "ledger_account": 1,
        "ledger_entry": 1,
        "ledger_transfer": 3,
        "people_token": 1,
        "people_notice": 1,
    }
    assert list(wrong_rows()) == []


@pytest.mark.django_db(transaction=True)
def test_orders_by_hand_say_what_the_action_says(
    ma: Member, radishes: Listing, millet: Listing, flax_oil: Listing
) -> None:
    Listing.objects.filter(pk=flax_oil.pk).update(household_limit=None)
    goods = [radishes, millet, flax_oil]
    wanted = {listing: listing.product.unit_quantity for listing in goods}
    point = by_hand.Point(millet.service_point.pk, millet.service_point.name)
    first = order(ma, wanted)

    quantities = {listing.pk: quantity for listing, quantity in wanted.items()}
    with orders.fresh_driver() as driver:
        pk = by_hand.place(driver, orders.buyer(ma), point, quantities, total_fen(wanted))

    second = Order.objects.get(pk=pk)
    for field in ("household", "placed_by", "service_point", "status", "tender"):
        assert getattr(second, field) == getattr(first, field)
    assert second.ready_at == second.placed_at
    assert [said(line) for line in second.lines.order_by("listing")] == [
        said(line) for line in first.lines.order_by("listing")
    ]
    notices = Notice.objects.filter(member=ma, page="orders:order").order_by("pk")
    assert [notice.subject for notice in notices] == [str(first.pk), str(second.pk)]
    assert second.pickup_code in notices[1].text
    assert Token.objects.get(subject=str(second.pk)).owner == ma


def said(line: Any) -> list[object]:
    kept = {"id", "order_id", "hold_id"}
    columns = [field.attname for field in line._meta.concrete_fields if field.attname not in kept]
    return [getattr(line, column) for column in columns] + [line.hold.amount, line.hold.phase]


@pytest.mark.django_db(transaction=True)
def test_the_peer_refuses_what_is_sold_out(
    ma: Member, radishes: Listing, millet: Listing, flax_oil: Listing
) -> None:
    wanted = {radishes: 500, millet: 11, flax_oil: 1}
    order(ma, {radishes: 500, millet: 1, flax_oil: 1})
    point = by_hand.Point(millet.service_point.pk, millet.service_point.name)
    quantities = {listing.pk: quantity for listing, quantity in wanted.items()}

    with orders.fresh_driver() as driver, pytest.raises(ValueError, match="sold out"):
        by_hand.place(driver, orders.buyer(ma), point, quantities, total_fen(wanted))

    assert Order.objects.count() == 1
    assert BasketLine.objects.count() == 0


@override_settings(ROOT_URLCONF="benchmarks.bare")
def test_the_bare_page_shows_its_rows_with_one_query(
    client: Client,
    millet: Listing,
    radishes: Listing,
    settings: Any,
    django_assert_num_queries: Any,
) -> None:
    bare: dict[str, Any] = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "bare",
        "DIRS": [Path(str(benchmarks.__file__)).parent / "templates"],
    }
    settings.TEMPLATES = [*settings.TEMPLATES, bare]

    with django_assert_num_queries(1):
        page = client.get("/bare/")

    assert page.text.count("<tr>") == Product.objects.count() == 2


def test_figures_are_taken_in_turn() -> None:
    order_of_takes: list[str] = []

    def take(name: str) -> int:
        order_of_takes.append(name)
        return len(order_of_takes)

    taken = in_turn({"a": lambda: take("a"), "b": lambda: take("b")}, rounds=2)

    assert order_of_takes == ["a", "b", "a", "b"]
    assert taken == {"a": [1, 3], "b": [2, 4]}


def test_shares_are_equal_and_leave_nobody_twice() -> None:
    assert shares_of(list(range(7)), 3) == [[0, 1], [2, 3], [4, 5]]


def test_a_basket_holds_three_different_goods() -> None:
    assert all(len(picked(member, list(range(40)))) == 3 for member in range(100))
