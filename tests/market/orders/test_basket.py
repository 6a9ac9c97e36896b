"""The basket page: what is in it, what can be had of it, and what refuses to go in."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from ledger.clock import database_now
from market.orders.http import SESSION_KEY
from market.orders.models import Basket, BasketLine
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Listing
from people.models import Member
from tests.stories import PIN, order

BASKET, ADD, CHANGE = "/basket/", "/basket/add/", "/basket/change/"


def held() -> dict[int, int]:
    return dict(BasketLine.objects.values_list("listing_id", "quantity"))


def test_an_empty_basket_says_where_to_go(client: Client, db: None) -> None:
    page = client.get(BASKET)

    assert page.status_code == 200
    assert "菜篮还是空的" in page.text
    assert "/produce/" in page.text


def test_jin_go_in_as_grams(as_ma: Client, radishes: Listing) -> None:
    response = as_ma.post(ADD, {"listing": radishes.pk, "quantity": "3.5", "next": "/produce/"})

    assert (response.status_code, response["Location"]) == (302, "/produce/")
    assert held() == {radishes.pk: 1750}
    page = as_ma.get(BASKET).text
    assert "红寺堡萝卜" in page
    assert "¥3.15" in page
    assert "到长城花园爱心超市取" in page


def test_adding_again_adds_up(as_ma: Client, millet: Listing) -> None:
    for _press in range(2):
        as_ma.post(ADD, {"listing": millet.pk, "quantity": "2"})

    assert held() == {millet.pk: 4}


def test_changing_and_taking_out(as_ma: Client, millet: Listing) -> None:
    as_ma.post(ADD, {"listing": millet.pk, "quantity": "2"})

    as_ma.post(CHANGE, {"listing": millet.pk, "quantity": "5"})
    assert held() == {millet.pk: 5}

    as_ma.post(CHANGE, {"listing": millet.pk, "quantity": "5", "remove": "1"})
    assert held() == {}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "请写大于 0 的数"),
        ("-1", "请写大于 0 的数"),
        ("1000000000", "最多写 999"),
        ("一", "请用数字写"),
        ("", "请写要多少"),
        ("<b>2</b>", "请用数字写"),
    ],
)
@pytest.mark.parametrize("address", [ADD, CHANGE])
def test_what_is_no_quantity_changes_nothing(
    address: str, typed: str, sentence: str, as_ma: Client, radishes: Listing, millet: Listing
) -> None:
    as_ma.post(ADD, {"listing": millet.pk, "quantity": "1"})

    response = as_ma.post(address, {"listing": millet.pk, "quantity": typed})

    assert response.status_code == 422
    assert sentence in response.text
    assert "<b>2</b>" not in response.text
    assert held() == {millet.pk: 1}


def test_half_a_bag_is_refused_and_half_a_jin_is_not(
    as_ma: Client, radishes: Listing, millet: Listing
) -> None:
    refused = as_ma.post(ADD, {"listing": millet.pk, "quantity": "1.5"})
    taken = as_ma.post(ADD, {"listing": radishes.pk, "quantity": "1.5"})

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert held() == {radishes.pk: 750}


@pytest.mark.parametrize("listing", ["0", "-1", "x", "", "9" * 30])
def test_a_listing_that_is_none_is_not_found(listing: str, as_ma: Client, db: None) -> None:
    response = as_ma.post(ADD, {"listing": listing, "quantity": "1"})

    assert response.status_code == 404


@pytest.mark.parametrize("page", ["https://example.com/", "//example.com/x", "javascript:alert(1)"])
def test_next_stays_on_the_site(page: str, as_ma: Client, millet: Listing) -> None:
    response = as_ma.post(ADD, {"listing": millet.pk, "quantity": "1", "next": page})

    assert response["Location"] == BASKET


# --- What can be had of it ------------------------------------------------------------


def test_what_is_left_is_said_beside_the_line(as_ma: Client, bai: Member, millet: Listing) -> None:
    as_ma.post(ADD, {"listing": millet.pk, "quantity": "4"})
    order(bai, {millet: 7})

    page = as_ma.get(BASKET).text

    assert "只剩 3 袋，已改成 3 袋" in page
    assert "¥90.00" in page
    assert held() == {millet.pk: 4}


def test_what_is_gone_stays_out(
    as_ma: Client, bai: Member, radishes: Listing, millet: Listing, flax_oil: Listing
) -> None:
    for listing in (radishes, millet, flax_oil):
        as_ma.post(ADD, {"listing": listing.pk, "quantity": "1"})
    order(bai, {millet: 10})
    withdraw_listing(listing=flax_oil)
    Listing.objects.filter(pk=radishes.pk).update(
        on_sale_until=database_now() - datetime.timedelta(seconds=1)
    )

    page = as_ma.get(BASKET).text

    assert "卖完了，这单先不算它" in page
    assert "下架了，这单先不算它" in page
    assert "已截单，这单先不算它" in page
    assert "去下单" not in page


# --- Before signing in ----------------------------------------------------------------


def test_a_guest_has_a_basket_too(client: Client, millet: Listing) -> None:
    client.post(ADD, {"listing": millet.pk, "quantity": "2"})

    assert "下马关黄小米" in client.get(BASKET).text
    assert client.session[SESSION_KEY] == {str(millet.pk): 2}
    assert not Basket.objects.exists()


def test_it_is_kept_when_the_guest_signs_in(
    client: Client, ma: Member, radishes: Listing, millet: Listing
) -> None:
    client.post(ADD, {"listing": millet.pk, "quantity": "2"})
    client.post(ADD, {"listing": radishes.pk, "quantity": "1"})
    line = BasketLine(basket=Basket.objects.create(member=ma), listing=millet, quantity=5)
    line.save()

    client.post("/sign-in/", {"phone": ma.phone, "pin": PIN})
    page = client.get(BASKET)

    assert page.status_code == 200
    assert held() == {millet.pk: 5, radishes.pk: 500}
    assert SESSION_KEY not in client.session


# --- What it costs --------------------------------------------------------------------


def test_the_basket_costs_the_same_queries_for_any_number_of_lines(
    as_ma: Client, radishes: Listing, millet: Listing, flax_oil: Listing,
    django_assert_max_num_queries,
) -> None:  # fmt: skip
    for listing in (radishes, millet, flax_oil):
        as_ma.post(ADD, {"listing": listing.pk, "quantity": "1"})

    with django_assert_max_num_queries(9):
        as_ma.get(BASKET)
