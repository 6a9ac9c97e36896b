"""The pages of the counter: who may open them, what they show of people, what they cost."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ledger.clock import database_now
from market.orders.models import Order
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member, ServicePoint
from tests.market.till.conftest import TILL, page_of, press, text_of
from tests.stories import hand_out, order

PAGES = ["till:till", "till:choose", "till:slips", "till:order", "till:slip", "till:done"]
BUTTONS = ["till:open", "till:cancel"]
SECRETS = ["马小禾", "19900000001", r"\b301\b", "staircase", "单元"]
"""What a cashier never sees of 马小禾: her name, phone, staircase and door."""


@pytest.fixture
def placed(ma: Member, radishes: Listing, millet: Listing) -> Order:
    return order(ma, {radishes: 2000, millet: 1})


@pytest.fixture
def collected(ma: Member, chai: Member, open_drawer: Till, millet: Listing) -> Order:
    placed = order(ma, {millet: 2})
    hand_out(placed, by=chai)
    return placed


def address(name: str, order: Order) -> str:
    needs_order = name in {"till:order", "till:slip", "till:done", "till:cancel"}
    with translation.override("zh-hans"):
        return reverse(name, args=[order.pk] if needs_order else [])


# --- Who --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PAGES, *BUTTONS])
def test_guests_sign_in_first(name: str, collected: Order) -> None:
    guest = Client()

    for answer in (guest.get(address(name, collected)), guest.post(address(name, collected))):
        if answer.status_code != 405:
            assert answer.status_code == 302
            assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", [*PAGES, *BUTTONS])
def test_to_residents_there_is_no_till(name: str, as_ma: Client, collected: Order) -> None:
    assert {
        as_ma.get(address(name, collected)).status_code,
        as_ma.post(address(name, collected)).status_code,
    } <= {404, 405}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["as_chai", "as_gu", "as_xue"])
def test_cashiers_and_workers_stand_at_it(
    name: str, who: str, collected: Order, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)

    response = client.get(address(name, collected))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("number", [99, 10**30])
@pytest.mark.parametrize("name", ["till:order", "till:slip", "till:done", "till:cancel"])
def test_an_order_that_is_none_is_not_found(
    name: str, number: int, as_gu: Client, till: Till
) -> None:
    ask = as_gu.post if name == "till:cancel" else as_gu.get

    assert ask(address(name, Order(pk=number))).status_code == 404


def test_done_and_slips_are_of_this_point_only(
    as_chai: Client, till: Till, ma: Member, radishes_in_xihu: Listing
) -> None:
    elsewhere = order(ma, {radishes_in_xihu: 1000})

    for name in ("till:slip", "till:done"):
        assert as_chai.get(address(name, elsewhere)).status_code == 404
    assert elsewhere.number not in text_of(as_chai.get(TILL))
    assert elsewhere.number not in text_of(as_chai.get(f"{TILL}slips/"))


def test_what_was_not_handed_out_is_not_done(as_chai: Client, till: Till, placed: Order) -> None:
    assert as_chai.get(address("till:done", placed)).status_code == 404


def test_a_scanned_code_leads_a_cashier_to_the_order(
    as_chai: Client, till: Till, placed: Order
) -> None:
    code = placed.placed_by.tokens.get(purpose="order").code

    response = as_chai.get(f"/q/{code}/", headers={"accept-language": "zh-hans"})

    assert response["Location"] == page_of(placed)


# --- What is shown of people ------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/en"])
@pytest.mark.parametrize("who", ["as_chai", "as_gu"])
def test_no_page_shows_whole_names_phones_or_doors(
    path: str, who: str, placed: Order, collected: Order, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)
    pages = [client.get(path + address(name, collected)).text for name in PAGES]
    pages += [client.get(path + page_of(placed)).text]
    pages += [client.get(f"{path}{page_of(placed)}slip/").text]
    pages += [client.post(f"{path}{TILL}", {"looked_for": "马"}).text]

    for page in pages:
        main = re.sub(r'value="[^"]*"', "", page.partition('<main id="main"')[2])
        assert [secret for secret in SECRETS if re.search(secret, main)] == []
    assert "马**" in pages[0]


def test_waiting_orders_are_listed_oldest_first_with_their_last_day_marked(
    as_chai: Client, till: Till, ma: Member, bai: Member, millet: Listing
) -> None:
    now = database_now()
    old = order(ma, {millet: 1}, at=now - datetime.timedelta(days=3))
    new = order(bai, {millet: 2}, at=now)

    page = text_of(as_chai.get(TILL))

    assert "这儿有 2 单待取" in page
    assert page.index(old.number) < page.index(new.number)
    assert page.count("今天最后一天") == 1
    assert page.index("今天最后一天") < page.index(old.number)
    assert "下马关黄小米 2 袋" in page


def test_a_shop_where_nothing_waits_says_so(as_chai: Client, till: Till) -> None:
    assert "现在没有待取的单。" in text_of(as_chai.get(TILL))


def test_what_is_gone_is_not_listed(as_chai: Client, collected: Order) -> None:
    assert collected.number not in text_of(as_chai.get(TILL))


def test_names_of_goods_are_text_and_no_markup(
    as_chai: Client, open_drawer: Till, ma: Member, millet: Listing
) -> None:
    product = millet.product
    product.name = '<img src=x onerror="alert(1)">'
    product.save(update_fields=["name"])
    placed = order(ma, {millet: 1})

    for path in (TILL, page_of(placed), f"{page_of(placed)}slip/", f"{TILL}slips/"):
        page = as_chai.get(path).text
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (TILL, ["Hand out orders", "1 order waits here", "ordered"]),
        (f"{TILL}slips/", ["Order slip", "Every yuan goes to the farmer"]),
        (f"{TILL}choose/", ["Which till are you at?"]),
    ],
)
def test_english_pages(
    path: str, words: list[str], as_chai: Client, till: Till, placed: Order
) -> None:
    page = text_of(as_chai.get(f"/en{path}"))

    assert [word for word in words if word not in page] == []


# --- Slips ------------------------------------------------------------------------------


def test_a_slip_says_what_to_pack_and_what_it_costs(
    as_chai: Client, till: Till, ma: Member, radishes: Listing, millet: Listing
) -> None:
    placed = order(ma, {radishes: 2000, millet: 1})

    page = text_of(as_chai.get(f"{page_of(placed)}slip/"))

    assert placed.pickup_code in page
    assert "红寺堡萝卜 4 斤 ¥3.60" in page
    assert "合计 ¥33.60" in page
    assert "付款：现金" in page


def test_a_slip_of_what_was_collected_says_what_was_paid(
    as_chai: Client, open_drawer: Till, ma: Member, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2000})
    press(as_chai, placed, {radishes: "3.68"}, fen=331)

    page = text_of(as_chai.get(f"{page_of(placed)}slip/"))

    assert "红寺堡萝卜 3.68 斤 ¥3.31" in page
    assert "合计 ¥3.31 抹零 −¥0.01" in page
    assert "¥3.30" in page
    assert "柴**经手" in page


def test_slips_of_everything_that_waits(
    as_chai: Client, till: Till, ma: Member, bai: Member, millet: Listing
) -> None:
    orders = [order(ma, {millet: 1}), order(bai, {millet: 1})]

    page = as_chai.get(f"{TILL}slips/").text

    assert page.count('<article class="slip"') == 2
    assert all(placed.number in page for placed in orders)


# --- Queries ----------------------------------------------------------------------------


@pytest.mark.usefixtures("foot_is_remembered")
@pytest.mark.parametrize(("path", "queries"), [(TILL, 13), (f"{TILL}slips/", 12)])
def test_lists_cost_the_same_for_one_order_and_for_fifty(
    path: str,
    queries: int,
    as_chai: Client,
    open_drawer: Till,
    ma: Member,
    radishes: Listing,
    millet: Listing,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[Any]],
) -> None:
    for count in (1, 49):
        for _order in range(count):
            order(ma, {radishes: 250})

        with django_assert_max_num_queries(queries):
            as_chai.get(path)


@pytest.mark.usefixtures("foot_is_remembered")
def test_an_order_costs_the_same_however_many_lines_it_has(
    as_chai: Client,
    open_drawer: Till,
    ma: Member,
    radishes: Listing,
    millet: Listing,
    flax_oil: Listing,
    supermarket: ServicePoint,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[Any]],
) -> None:
    small = order(ma, {millet: 1})
    large = order(ma, {millet: 1, radishes: 500, flax_oil: 1})

    for placed in (small, large):
        with django_assert_max_num_queries(15):
            as_chai.get(page_of(placed))


def test_a_look_up_costs_the_same_however_much_waits(
    as_chai: Client,
    open_drawer: Till,
    ma: Member,
    radishes: Listing,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[Any]],
) -> None:
    for count in (1, 20):
        for _order in range(count):
            order(ma, {radishes: 250})

        with django_assert_max_num_queries(21):
            as_chai.post(TILL, {"looked_for": "马"})
