"""What the shop answers: stock in words, the newest goods, price tags, and where one shops."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.test import RequestFactory
from django.utils import translation

from ledger.clock import database_now
from market.produce.actions.receive_goods import CertificateDetails, receive_goods
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.goods import stock_in_words
from market.produce.http import SESSION_KEY, point_of, points_of
from market.produce.models import Category, Listing, Supplier
from market.produce.photos import photo_urls
from market.produce.queries import (
    catalogue,
    categories_in_order,
    certificates_of,
    goods_of_products,
    goods_of_suppliers,
    newest_goods,
    price_tags,
    product_page,
)
from market.produce.words import counted, unit_in_language
from people.models import Member, ServicePoint
from tests.stories import order, sell


@pytest.fixture
def at_xihu(radishes: Listing, xihu_point: ServicePoint, gu: Member) -> Listing:
    return sell(
        radishes.product,
        at=xihu_point,
        farmer="0.80",
        points=2,
        quantity=5000,
        by=gu,
        now=database_now(),
    )


def change(listing: Listing, **columns: object) -> None:
    Listing.objects.filter(pk=listing.pk).update(**columns)


# --- Stock in words -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "unit", "kind", "chinese", "english"),
    [
        (10_001, "斤", "plenty", "还多", "Plenty left"),
        (10_000, "斤", "few", "只剩 20 斤", "Only 20 jin left"),
        (999, "斤", "few", "只剩 1.5 斤", "Only 1.5 jin left"),
        (250, "斤", "few", "只剩 0.5 斤", "Only 0.5 jin left"),
        (249, "斤", "sold_out", "卖完了", "Sold out"),
        (0, "斤", "sold_out", "卖完了", "Sold out"),
        (21, "袋", "plenty", "还多", "Plenty left"),
        (20, "袋", "few", "只剩 20 袋", "Only 20 bags left"),
        (1, "袋", "few", "只剩 1 袋", "Only 1 bag left"),
        (0, "袋", "sold_out", "卖完了", "Sold out"),
        (-3, "袋", "sold_out", "卖完了", "Sold out"),
    ],
)
def test_stock_is_said_honestly(
    free: int, unit: str, kind: str, chinese: str, english: str
) -> None:
    for language, words in [("zh-hans", chinese), ("en", english)]:
        with translation.override(language):
            said = stock_in_words(free, by_weight=unit == "斤", unit_word=unit, is_closed=False)
        assert said == (kind, words)


@pytest.mark.parametrize("free", [0, 5, 500])
def test_closed_is_closed_however_much_is_left(free: int) -> None:
    with translation.override("zh-hans"):
        said = stock_in_words(free, by_weight=False, unit_word="袋", is_closed=True)

    assert said == ("closed", "已截单")


# --- Cards ----------------------------------------------------------------------------


def test_a_card_holds_what_the_page_draws(millet: Listing) -> None:
    with translation.override("zh-hans"):
        (good,) = catalogue(millet.service_point, now=database_now()).goods

    assert good._asdict() | {"costs": tuple(good.costs)} == {
        "pk": millet.pk,
        "sku": "XMG-XM-25",
        "url": "/produce/XMG-XM-25/",
        "name": "下马关黄小米",
        "place": "吴忠市同心县下马关镇",
        "photo_url": "",
        "photo_alt": "下马关黄小米",
        "unit_word": "袋",
        "unit_label": "袋",
        "sold_by_weight": False,
        "price_fen": 3000,
        "points_price": 60,
        "costs": (2800, 150, 50),
        "stock_word": "只剩 10 袋",
        "stock_kind": "few",
        "has_certificate": False,
        "can_order": True,
        "step": "1",
        "per_500_fen": 600,
        "is_liquid": False,
    }


def test_a_card_in_english(flax_oil: Listing) -> None:
    with translation.override("en"):
        (good,) = catalogue(flax_oil.service_point, now=database_now()).goods

    assert (good.name, good.unit_label, good.unit_word) == ("Flax oil 5 L", "jug", "桶")
    assert good.url == "/en/produce/SSJ-HM-5L/"
    assert (good.per_500_fen, good.is_liquid) == (1080, True)


def test_the_newest_goods_leave_out_what_cannot_be_ordered(
    millet: Listing, radishes: Listing, flax_oil: Listing, ma: Member
) -> None:
    point, now = millet.service_point, database_now()
    order(ma, {millet: 10})
    change(radishes, on_sale_until=now)

    assert [good.sku for good in newest_goods(point, now=now, most=3)] == ["SSJ-HM-5L"]
    assert newest_goods(point, now=now, most=0) == []


def test_price_tags_leave_out_what_has_closed(
    millet: Listing, radishes: Listing, ma: Member
) -> None:
    point, now = millet.service_point, database_now()
    order(ma, {millet: 10})
    assert {good.sku for good in price_tags(point, now=now)} == {"XMG-XM-25", "HSB-LB"}

    change(radishes, on_sale_until=now)

    assert {good.sku for good in price_tags(point, now=now)} == {"XMG-XM-25"}


def test_shelves_come_in_their_order(vegetables: Category, dry_goods: Category) -> None:
    Category.objects.filter(pk=dry_goods.pk).update(position=5)

    assert list(categories_in_order()) == [vegetables, dry_goods]


def test_no_photos_no_query(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert photo_urls([], "fill-480x360") == {}


# --- One product ----------------------------------------------------------------------


def test_a_product_page_knows_here_and_elsewhere(radishes: Listing, at_xihu: Listing) -> None:
    page = product_page("HSB-LB", radishes.service_point, now=database_now())

    assert page is not None
    assert page.here is not None
    assert page.here.good.price_fen == 90
    assert [(tag.point_name, tag.good.price_fen) for tag in page.elsewhere] == [("西湖助农点", 80)]


def test_a_product_page_without_a_point(radishes: Listing) -> None:
    page = product_page("HSB-LB", None, now=database_now())

    assert page is not None
    assert page.here is None
    assert len(page.elsewhere) == 1


@pytest.mark.parametrize("status", ["draft", "submitted", "returned"])
def test_what_nobody_may_see_has_no_page(status: str, millet: Listing) -> None:
    change(millet, status=status)

    assert product_page("XMG-XM-25", millet.service_point, now=database_now()) is None


def test_the_latest_certificate_is_shown(radishes: Listing) -> None:
    first = radishes.product.certificates.get()
    newer = radishes.product.certificates.create(
        quantity=1,
        origin="x",
        issued_on=first.issued_on + datetime.timedelta(days=1),
        promised_by="x",
        contact="x",
    )

    page = product_page("HSB-LB", radishes.service_point, now=database_now())

    assert page is not None
    assert page.certificate == newer


# --- Where one shops ------------------------------------------------------------------


def visit(member: Member | None = None, asked: str = "", remembered: int | None = None) -> Any:
    request = RequestFactory().get("/produce/", {"point": asked} if asked else {})
    request.user = member or AnonymousUser()
    request.session = SessionStore()
    if remembered:
        request.session[SESSION_KEY] = remembered
    return request


def test_a_guest_shops_at_the_first_point(radishes: Listing, at_xihu: Listing) -> None:
    assert point_of(visit()) == radishes.service_point


def test_a_member_shops_at_home(radishes: Listing, at_xihu: Listing, xue: Member) -> None:
    xue.community = at_xihu.service_point.community

    assert point_of(visit(xue)) == at_xihu.service_point


def test_a_member_whose_community_sells_nothing_shops_at_the_first_point(
    radishes: Listing, xihu_point: ServicePoint, xue: Member
) -> None:
    xue.community = xihu_point.community

    assert point_of(visit(xue)) == radishes.service_point


def test_what_was_chosen_goes_before_home(radishes: Listing, at_xihu: Listing, xue: Member) -> None:
    request = visit(xue, asked=str(at_xihu.service_point_id))

    assert point_of(request) == at_xihu.service_point
    assert request.session[SESSION_KEY] == at_xihu.service_point_id
    assert point_of(visit(xue, remembered=at_xihu.service_point_id)) == at_xihu.service_point


def test_a_point_that_sells_nothing_any_more_is_forgotten(
    radishes: Listing, at_xihu: Listing
) -> None:
    withdraw_listing(listing=at_xihu)

    assert point_of(visit(remembered=at_xihu.service_point_id)) == radishes.service_point
    assert points_of(visit()) == [radishes.service_point]


def test_no_listings_no_point(supermarket: ServicePoint) -> None:
    assert point_of(visit()) is None


def test_points_are_asked_for_once_a_request(
    radishes: Listing, django_assert_num_queries: Any
) -> None:
    request = visit()

    with django_assert_num_queries(1):
        point_of(request)
        points_of(request)
        point_of(request)


# --- Unit words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "word", "chinese", "english"),
    [
        ("1", "罐", "1 罐", "1 tin"),
        ("3", "板", "3 板", "3 trays"),
        ("0.5", "斤", "0.5 斤", "0.5 jin"),
        ("2", "捧", "2 捧", "2 捧"),
    ],
)
def test_units_in_both_languages(number: str, word: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert counted(number, word) == chinese
    with translation.override("en"):
        assert counted(number, word) == english


@pytest.mark.parametrize(
    ("language", "name"), [("en", "bag"), ("zh-hans", "袋"), (None, "袋"), ("fr", "袋")]
)
def test_a_unit_is_named_in_the_language_of_the_page(language: str | None, name: str) -> None:
    assert unit_in_language("袋", language) == name


# --- By supplier and by product -------------------------------------------------------


def test_goods_stand_with_their_supplier_and_no_others_are_read(
    radishes: Listing, millet: Listing, flax_oil: Listing, hongsibu: Supplier
) -> None:
    goods = goods_of_suppliers(radishes.service_point, [hongsibu.pk], now=database_now())

    assert {key: [good.sku for good in found] for key, found in goods.items()} == {
        hongsibu.pk: ["HSB-LB"]
    }


def test_goods_stand_with_their_product_and_no_others_are_read(
    radishes: Listing, millet: Listing
) -> None:
    goods = goods_of_products(radishes.service_point, [millet.product_id], now=database_now())

    assert {key: good.sku for key, good in goods.items()} == {millet.product_id: "XMG-XM-25"}


def test_goods_of_another_point_stay_there(
    radishes: Listing, xihu_point: ServicePoint, hongsibu: Supplier
) -> None:
    assert goods_of_suppliers(xihu_point, [hongsibu.pk], now=database_now()) == {}
    assert goods_of_products(xihu_point, [radishes.product_id], now=database_now()) == {}


def test_certificates_are_the_latest_of_each_product(
    radishes: Listing, millet: Listing, hongsibu: Supplier, gu: Member
) -> None:
    first = radishes.product.certificates.get()
    later = CertificateDetails(
        origin=first.origin,
        issued_on=first.issued_on + datetime.timedelta(days=1),
        promised_by=first.promised_by,
        contact=first.contact,
    )
    receive_goods(
        listing=radishes,
        quantity=1_000,
        received_by=gu,
        received_at=database_now(),
        key="the-second-lot",
        certificate=later,
    )

    (found,) = certificates_of(hongsibu)

    assert found.issued_on == later.issued_on
    assert found.pk != first.pk
