"""Orders in the back office: staff look, and cut them when goods are missing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ledger.models import Account
from market.orders.models import Order
from market.produce.models import Listing, StockChange
from people.models import Member, Notice
from tests.stories import order


def cut(client: Client, listing: Listing, missing: str, key: str = "k", **changes: str):
    data = {"key": key, "missing": missing, "reason": "short_delivery", "note": ""} | changes
    return client.post(reverse("order:cut", args=[listing.pk]), data)


def test_staff_see_orders_with_masked_names(as_gu: Client, ma: Member, radishes: Listing) -> None:
    placed = order(ma, {radishes: 1750})

    page = as_gu.get(reverse("order:index")).text

    for words in (placed.number, placed.pickup_code, "马**", "红寺堡萝卜 3.5 斤", "¥3.15"):
        assert words in page
    assert "马小禾" not in page


@pytest.mark.parametrize("view", ["add", "edit", "delete"])
def test_nobody_edits_an_order(view: str, as_xue: Client, ma: Member, radishes: Listing) -> None:
    placed = order(ma, {radishes: 500})
    arguments = [] if view == "add" else [placed.pk]

    response = as_xue.get(reverse(f"order:{view}", args=arguments))

    assert response.status_code == 302
    assert response["Location"] == "/office/"


def test_the_list_of_what_is_reserved(
    as_gu: Client, ma: Member, bai: Member, radishes: Listing, millet: Listing
) -> None:
    order(ma, {radishes: 2_000})
    order(bai, {radishes: 1_000})

    page = as_gu.get(reverse("order:cuttable")).text

    assert "6 斤" in page
    assert "黄小米" not in page


def test_cutting_shortens_and_tells(as_gu: Client, ma: Member, radishes: Listing) -> None:
    placed = order(ma, {radishes: 50_000})

    response = cut(as_gu, radishes, "20")

    assert response.status_code == 302
    assert placed.lines.get().quantity == 40_000
    assert Notice.objects.filter(member=ma, key__startswith="order-cut").count() == 1
    assert "减了 1 单" in as_gu.get(response["Location"]).text


def test_a_second_press_cuts_no_more(as_gu: Client, ma: Member, radishes: Listing) -> None:
    placed = order(ma, {radishes: 50_000})

    cut(as_gu, radishes, "20")
    cut(as_gu, radishes, "20")

    assert placed.lines.get().quantity == 40_000


@pytest.mark.parametrize(
    ("missing", "status", "sentence"),
    [("101", 409, "账上只有 100 斤"), ("0", 422, "0"), ("一", 422, "数字"), ("", 422, "")],
)
def test_what_cannot_be_missing_changes_nothing(
    missing: str, status: int, sentence: str, as_gu: Client, ma: Member, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2_000})

    response = cut(as_gu, radishes, missing)

    assert response.status_code == status
    assert sentence in response.text
    assert placed.lines.get().quantity == 2_000
    assert not StockChange.objects.exists()
    assert Account.objects.get(listing=radishes).balance == 50_000


@pytest.mark.parametrize("role", ["as_ma", "as_chai"])
def test_others_cannot_cut(
    role: str, ma: Member, radishes: Listing, request: pytest.FixtureRequest
) -> None:
    placed = order(ma, {radishes: 2_000})

    response = cut(request.getfixturevalue(role), radishes, "100")

    assert response.status_code == 302
    assert placed.lines.get().quantity == 2_000


def test_the_list_costs_the_same_queries_for_any_number_of_orders(
    as_gu: Client, ma: Member, radishes: Listing, django_assert_max_num_queries
) -> None:
    as_gu.get(reverse("order:index"))
    for _order in range(12):
        order(ma, {radishes: 500})

    with django_assert_max_num_queries(24):
        as_gu.get(reverse("order:index"))

    assert Order.objects.count() == 12
