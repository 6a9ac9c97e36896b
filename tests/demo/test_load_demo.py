"""load_demo: the demonstration comes in through the site's own actions, once."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from demo.data import demo_data
from demo.dates import market_day
from demo.people import who_can_sign_in
from ledger.clock import database_now
from ledger.testing import assert_books_balance
from market.orders.models import Order, Tender
from market.orders.queries import DayFigures, figures_of_day
from market.produce.models import Listing, Product, Supplier
from people.models import Member, Notice, ServicePoint

SIGN_IN = "/sign-in/"


def test_a_site_that_people_use_refuses_it(db: None, settings: LazySettings) -> None:
    settings.IS_DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")

    assert not Member.objects.exists()


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_a_second_time_changes_nothing(demonstration: None) -> None:
    before = rows()
    listings = list(Listing.objects.order_by("pk").values())

    call_command("load_demo", verbosity=0)

    assert rows() == before
    assert list(Listing.objects.order_by("pk").values()) == listings


def test_a_third_time_leaves_alone_what_people_did(demonstration: None) -> None:
    Listing.objects.filter(product__sku="HSB-LB").update(status=Listing.Status.WITHDRAWN)

    call_command("load_demo", verbosity=0)

    withdrawn = Listing.objects.filter(
        status=Listing.Status.WITHDRAWN, service_point__community__code="CCHY"
    )
    assert {listing.product.sku for listing in withdrawn} == {"HSB-LB"}


def test_the_books_are_right(demonstration: None) -> None:
    assert_books_balance()


@pytest.mark.parametrize("row", demo_data()["products"], ids=lambda row: row["sku"])
def test_every_price_is_the_sum_of_its_cost_lines(row: dict[str, Any]) -> None:
    assert sum(Decimal(cost) for cost in row["cost_lines"].values()) == Decimal(row["price"])


def where(sku: str) -> dict[str, int]:
    """At which communities' points a product is sold, and how many units of it."""
    listings = Listing.objects.on_sale().filter(product__sku=sku)
    return {
        listing.service_point.community.code: listing.stock.balance // listing.product.unit_quantity
        for listing in listings.select_related("product", "stock", "service_point__community")
    }


def test_goods_are_where_the_file_says(demonstration: None) -> None:
    sold_at = {
        "LD-CU-500": {"CCHY": 150, "LUYN": 150},
        "HSB-LB": {"CCHY": 600, "XIHU": 600},
        "XMG-XM-S": {"CCHY": 200, "XIHU": 200, "LUYN": 200},
        "HYX-HPTD-10": {"CCHY": 90, "XIHU": 90, "LUYN": 90},
        "SSJ-RSG": {"LUYN": 160},
        "XMG-FM-500": {"CCHY": 45, "LUYN": 45},
        "XJ-FT-500": {"CCHY": 120, "LUYN": 120},
    }
    assert {sku: where(sku) for sku in sold_at} == sold_at


def test_every_product_has_a_picture_in_the_sizes_of_the_pages(demonstration: None) -> None:
    products = list(Product.objects.select_related("photo"))

    assert len(products) == 22
    assert {product.photo and product.photo.renditions.count() for product in products} == {2}


def test_one_order_waits_for_the_member_who_placed_it(demonstration: None) -> None:
    order = Order.objects.open().get()

    assert (order.placed_by.full_name, order.on_behalf_of) == ("丁守田", None)
    assert (order.status, order.tender) == (Order.Status.READY, Tender.CASH)
    assert order.service_point.community.code == "XIHU"
    lines = order.lines.order_by("listing__product__sku")
    assert [(line.listing.product.sku, line.quantity) for line in lines] == [
        ("HYX-HPTD", 3_000),
        ("JJC-QC", 1_000),
    ]
    assert sum(line.costs.total_fen for line in lines) == 1160


def test_what_the_past_market_days_sold_is_in_the_books(demonstration: None) -> None:
    square, today = ServicePoint.objects.get(community__code="LUYN"), timezone.localdate()
    orders = Order.objects.filter(service_point=square)

    spring = figures_of_day(square, market_day("spring", today))
    summer = figures_of_day(square, market_day("summer", today))

    assert spring == DayFigures(grams=91_750, fen=112_520, households=8)
    assert summer == DayFigures(grams=49_750, fen=72_950, households=7)
    assert [order.status for order in orders] == [Order.Status.COLLECTED] * 18
    brought = Listing.objects.filter(service_point=square, status=Listing.Status.WITHDRAWN)
    assert {listing.stock.balance for listing in brought.select_related("stock")} == {0}


def test_nobody_has_unread_notices_of_long_ago(demonstration: None) -> None:
    unread = Notice.objects.filter(read_at=None)

    assert [notice.member.full_name for notice in unread] == ["丁守田"]


def test_people_have_their_numbers_doors_and_modes(demonstration: None) -> None:
    ding = Member.objects.get(full_name="丁守田")
    yang = Member.objects.get(full_name="杨春桃")

    assert (ding.member_no, ding.preferred_mode) == ("1003", Member.Mode.ELDER)
    assert str(ding.household) == "西湖小区 7号楼3单元101室"
    assert ding.is_household_confirmed
    assert (yang.phone, yang.has_usable_password()) == (None, False)


def test_those_it_lists_can_sign_in(demonstration: None, settings) -> None:
    lines = who_can_sign_in()

    assert len(lines) == 18
    for line in (lines[0], lines[9]):
        phone, _name, _titles = line.split()
        response = Client().post(SIGN_IN, {"phone": phone, "pin": settings.DEMO_PIN})
        assert response.status_code == 302, line


@pytest.mark.parametrize(
    ("wanted", "phone"),
    [
        ("/mine/", "19900000001"),
        ("/office/listing/", "19900000011"),
        ("/till/?code=1234", "19900000013"),
        ("/en/till/", "19900000013"),
    ],
)
def test_the_sign_in_page_names_somebody_who_may_open_what_was_asked_for(
    demonstration: None, client: Client, wanted: str, phone: str, settings: LazySettings
) -> None:
    page = client.get(SIGN_IN, {"next": wanted})

    assert f"试用：{phone[:3]} {phone[3:7]} {phone[7:]}，密码 {settings.DEMO_PIN}" in page.text
    response = client.post(SIGN_IN, {"phone": phone, "pin": settings.DEMO_PIN, "next": wanted})
    assert response["Location"] == wanted
    assert client.get(wanted, follow=True).status_code == 200


def test_every_page_says_that_it_is_a_demonstration(demonstration: None, client: Client) -> None:
    assert "演示环境：人物、电话、企业和金额均为样例" in client.get("/").text
    assert "invented" in client.get("/en/produce/").text


def test_points_and_suppliers_have_english_names(demonstration: None, client: Client) -> None:
    assert not ServicePoint.objects.filter(name_en="").exists()
    assert not Supplier.objects.filter(Q(name_en="") | Q(place_en="")).exists()
    assert "Xiji County, Guyuan" in client.get("/en/produce/").text


def test_the_shop_has_something_that_must_go_soon(demonstration: None) -> None:
    surplus = Listing.objects.get(is_surplus=True, service_point__community__code="CCHY")

    left = timezone.localdate(surplus.on_sale_until) - timezone.localdate(database_now())
    assert (surplus.product.sku, left.days) == ("LTZ-XBC", 2)


# --- Dates ----------------------------------------------------------------------------

DAYS = [
    datetime.date(2026, 11, 24),
    datetime.date(2027, 1, 29),
    datetime.date(2027, 1, 30),
    datetime.date(2027, 2, 6),
    datetime.date(2028, 2, 29),
    datetime.date(2028, 12, 31),
]


@pytest.mark.parametrize("today", DAYS)
def test_the_winter_market_always_lies_ahead(today: datetime.date) -> None:
    day = market_day("winter", today)

    assert datetime.timedelta() < day - today < datetime.timedelta(days=390)


@pytest.mark.parametrize("today", DAYS)
@pytest.mark.parametrize("season", ["spring", "summer"])
def test_the_others_are_over(season: str, today: datetime.date) -> None:
    day = market_day(season, today)

    assert datetime.timedelta() < today - day < datetime.timedelta(days=367)


def test_the_winter_market_is_on_little_new_year() -> None:
    assert market_day("winter", datetime.date(2026, 11, 24)) == datetime.date(2027, 1, 30)
    assert market_day("winter", datetime.date(2027, 1, 30)) == datetime.date(2028, 1, 19)
