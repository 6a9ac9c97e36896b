"""Checkout: what was looked at is what is ordered, once."""

from __future__ import annotations

import datetime
import re
from html import unescape

import pytest
from django.test import Client

from ledger.clock import database_now
from market.orders.models import BasketLine, Order, Tender
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Listing
from people.models import Member, ServicePoint
from tests.stories import order
from tests.stripe_stand_in import Stripe


def fill(client: Client, quantities: dict[Listing, str]) -> None:
    for listing, typed in quantities.items():
        client.post("/basket/add/", {"listing": listing.pk, "quantity": typed})


def address(listing: Listing) -> str:
    return f"/checkout/{listing.service_point_id}/"


def hidden_fields(page: str) -> dict[str, str]:
    """What the form of a checkout page would send beside the tender."""
    inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    pairs = (re.search(r'name="([^"]*)" value="([^"]*)"', each) for each in inputs)
    named = {pair[1]: unescape(pair[2]) for pair in pairs if pair}
    wanted = ("goods", "total_fen", "key", "tender")
    return {name: named[name] for name in wanted if name in named}


def press(client: Client, listing: Listing, page: str = "", **changes: str):
    page = page or client.get(address(listing)).text
    data = {"tender": "cash"} | hidden_fields(page) | changes
    return client.post(address(listing), data)


def test_shows_where_how_and_what(as_ma: Client, radishes: Listing, millet: Listing) -> None:
    fill(as_ma, {radishes: "3.5", millet: "1"})

    page = as_ma.get(address(millet)).text

    for words in (
        "长城花园爱心超市",
        "0951-0000001",
        "取货时付现金",
        "3.5 斤",
        "¥33.15",
        "多退少补",
    ):
        assert words in page


def test_says_in_english_where_to_collect(as_ma: Client, millet: Listing) -> None:
    fill(as_ma, {millet: "1"})

    for step in ("/en/basket/", f"/en{address(millet)}"):
        assert "Changcheng Huayuan Love Supermarket" in as_ma.get(step).text, step


def test_one_press_orders_what_was_seen(
    as_ma: Client, ma: Member, radishes: Listing, millet: Listing
) -> None:
    fill(as_ma, {radishes: "3.5", millet: "1"})

    response = press(as_ma, millet, tender="qr_code")

    placed = Order.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/orders/{placed.pk}/")
    assert (placed.placed_by, placed.tender) == (ma, Tender.QR_CODE)
    assert dict(placed.lines.values_list("listing", "quantity")) == {
        radishes.pk: 1750,
        millet.pk: 1,
    }
    assert not BasketLine.objects.exists()


def test_two_tabs_order_once(as_ma: Client, millet: Listing) -> None:
    fill(as_ma, {millet: "2"})
    first_tab, second_tab = (as_ma.get(address(millet)).text for _tab in range(2))

    first = press(as_ma, millet, first_tab)
    second = press(as_ma, millet, second_tab)

    assert second["Location"] == first["Location"]
    assert Order.objects.count() == 1


def test_the_same_basket_filled_again_is_another_order(as_ma: Client, millet: Listing) -> None:
    for _order in range(2):
        fill(as_ma, {millet: "2"})
        press(as_ma, millet)

    assert Order.objects.count() == 2


def test_a_tab_left_open_does_not_order_something_else(as_ma: Client, millet: Listing) -> None:
    fill(as_ma, {millet: "1"})
    old_tab = as_ma.get(address(millet)).text
    fill(as_ma, {millet: "2"})
    press(as_ma, millet)

    late = press(as_ma, millet, old_tab)

    assert late.status_code == 409
    assert "这篮菜已经下过单了" in late.text
    assert Order.objects.count() == 1


def test_each_point_is_an_order_of_its_own(
    as_ma: Client, millet: Listing, radishes: Listing, xihu_point: ServicePoint
) -> None:
    Listing.objects.filter(pk=radishes.pk).update(service_point=xihu_point)
    fill(as_ma, {radishes: "1", millet: "1"})

    press(as_ma, millet)

    assert Order.objects.get().service_point == millet.service_point
    assert list(BasketLine.objects.values_list("listing", flat=True)) == [radishes.pk]


def test_nothing_to_order_leads_back_to_the_basket(as_ma: Client, millet: Listing) -> None:
    response = as_ma.get(address(millet))

    assert (response.status_code, response["Location"]) == (302, "/basket/")


def test_a_guest_signs_in_first_and_keeps_the_basket(client: Client, millet: Listing) -> None:
    fill(client, {millet: "1"})

    response = client.get(address(millet))

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


# --- Large type: one question at a time ----------------------------------------------


def test_large_type_asks_one_question_a_page(as_ma: Client, millet: Listing) -> None:
    fill(as_ma, {millet: "1"})
    as_ma.cookies["mode"] = "elder"

    where = as_ma.get(address(millet)).text
    how = as_ma.get(address(millet), {"step": "pay"}).text
    check = as_ma.get(address(millet), {"step": "check", "tender": "qr_code"}).text

    assert "行，我去那儿取" in where
    assert "取货时付现金" not in where
    assert "取货时付现金" in how
    assert "¥30.00" not in how
    assert "取货时扫收款码" in check

    press(as_ma, millet, check)

    assert Order.objects.get().tender == Tender.QR_CODE


# --- The world changed meanwhile ------------------------------------------------------


def close(listing: Listing) -> None:
    Listing.objects.filter(pk=listing.pk).update(
        on_sale_until=database_now() - datetime.timedelta(seconds=1)
    )


def raise_price(listing: Listing) -> None:
    Listing.objects.filter(pk=listing.pk).update(farmer_price="30.00")


@pytest.mark.parametrize(
    ("_case", "happens", "sentence"),
    [
        ("cut-off while the page is open", close, "现在不能订了"),
        ("withdrawn", lambda listing: withdraw_listing(listing=listing), "现在不能订了"),
        ("another price", raise_price, "现在合计 ¥32.90"),
    ],
)
def test_a_page_that_is_out_of_date_orders_nothing(
    _case: str, happens, sentence: str, as_ma: Client, radishes: Listing, millet: Listing
) -> None:
    fill(as_ma, {millet: "1", radishes: "1"})
    page = as_ma.get(address(millet)).text
    happens(millet)

    response = press(as_ma, millet, page)

    assert response.status_code == 409
    assert sentence in response.text
    assert not Order.objects.exists()


def test_the_page_comes_back_with_what_there_is_and_the_next_press_works(
    as_ma: Client, bai: Member, millet: Listing
) -> None:
    fill(as_ma, {millet: "4"})
    page = as_ma.get(address(millet)).text
    order(bai, {millet: 7})

    refused = press(as_ma, millet, page)
    assert refused.status_code == 409
    assert "只剩 3 袋" in refused.text

    press(as_ma, millet, refused.text)
    assert Order.objects.get(placed_by__full_name="马小禾").lines.get().quantity == 3


def test_all_sold_out_meanwhile_shows_the_basket(
    as_ma: Client, bai: Member, millet: Listing
) -> None:
    fill(as_ma, {millet: "4"})
    page = as_ma.get(address(millet)).text
    order(bai, {millet: 10})

    response = press(as_ma, millet, page)

    assert response.status_code == 409
    assert "刚刚卖完" in response.text


def test_limits_are_said_in_both_languages(as_ma: Client, flax_oil: Listing) -> None:
    fill(as_ma, {flax_oil: "3"})

    chinese = press(as_ma, flax_oil)
    english = as_ma.post(
        "/en" + address(flax_oil),
        {"tender": "cash"} | hidden_fields(as_ma.get(address(flax_oil)).text),
    )

    assert (chinese.status_code, english.status_code) == (409, 409)
    assert "每户每月限 2 桶" in chinese.text
    assert "A household may buy 2 jugs of Flax oil 5 L in a month" in english.text
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"goods": "1:1;DROP"},
        {"goods": ""},
        {"goods": "1:-1"},
        {"goods": "1:" + "9" * 30},
        {"total_fen": "x"},
        {"total_fen": "-1"},
        {"key": "not a key"},
        {"tender": "gold"},
        {"tender": ""},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(
    changes: dict[str, str], as_ma: Client, millet: Listing
) -> None:
    fill(as_ma, {millet: "1"})

    response = press(as_ma, millet, **changes)

    assert response.status_code == 422
    assert not Order.objects.exists()


def test_a_cheaper_total_than_it_costs_is_refused(as_ma: Client, millet: Listing) -> None:
    fill(as_ma, {millet: "1"})

    response = press(as_ma, millet, total_fen="1")

    assert response.status_code == 409
    assert not Order.objects.exists()


@pytest.mark.usefixtures("foot_is_remembered")
def test_checkout_takes_a_constant_number_of_queries(
    as_ma: Client, radishes: Listing, millet: Listing, django_assert_max_num_queries
) -> None:
    fill(as_ma, {radishes: "1", millet: "1"})

    with django_assert_max_num_queries(10):
        as_ma.get(address(millet))


def test_too_little_is_not_paid_online(as_ma: Client, radishes: Listing, stripe: Stripe) -> None:
    fill(as_ma, {radishes: "1"})

    answer = press(as_ma, radishes, tender="stripe")

    assert answer.status_code == 422
    assert "在线付款满 4 元才行" in answer.text
    assert not Order.objects.exists()
    assert not stripe.desk.objects
