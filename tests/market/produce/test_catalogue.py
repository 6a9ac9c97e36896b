"""The catalogue: what a resident sees, finds, and is told when there is nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from moneyed import Money

from ledger.clock import database_now
from market.produce.actions.add_product import add_product
from market.produce.actions.edit_product import edit_product
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.actions.write_off_goods import write_off_goods
from market.produce.models import Category, Listing, Product, Supplier
from market.produce.queries import PAGE_SIZE, catalogue
from people.models import Member, ServicePoint
from tests.stories import order, sell

SHOP = "/produce/"


@pytest.fixture
def point(radishes: Listing, millet: Listing, flax_oil: Listing) -> ServicePoint:
    """The supermarket, with three goods on sale."""
    return radishes.service_point


@pytest.fixture
def many(
    xiamaguan: Supplier, dry_goods: Category, supermarket: ServicePoint, gu: Member
) -> Callable[[int], None]:
    def put_on_sale(how_many: int) -> None:
        for number in range(Product.objects.count(), how_many):
            product = add_product(
                supplier=xiamaguan,
                category=dry_goods,
                sku=f"P-{number}",
                name=f"杂粮 {number}",
                unit_word="袋",
            )
            sell(
                product,
                at=supermarket,
                farmer="3.00",
                points=6,
                quantity=30,
                by=gu,
                now=database_now(),
            )

    return put_on_sale


def change(listing: Listing, **columns: object) -> None:
    Listing.objects.filter(pk=listing.pk).update(**columns)


# --- What it shows --------------------------------------------------------------------


def test_a_card_says_what_it_is_what_it_costs_and_who_gets_that(
    client: Client, point: ServicePoint
) -> None:
    page = client.get(SHOP).text

    for words in [
        "红寺堡萝卜",
        "吴忠市红寺堡区",
        "¥0.90<i>／斤</i>",
        "或 2 积分",
        "农户到手 ¥0.70",
        "运费 ¥0.20",
        "社区加价 ¥0",
        "还多",
        "有合格证",
        'href="/produce/HSB-LB/"',
    ]:
        assert words in page


def test_the_same_in_english(client: Client, point: ServicePoint) -> None:
    page = client.get("/en/produce/").text

    for words in [
        "Hongsibu radish",
        "¥0.90<i>／jin</i>",
        "or 2 points",
        "Farmer gets ¥0.70",
        "Plenty left",
        'href="/en/produce/HSB-LB/"',
        "Hongsibu District, Wuzhong",
        "Changcheng Huayuan Love Supermarket",
    ]:
        assert words in page


def test_a_place_nobody_put_into_english_stands_in_chinese(client: Client, millet: Listing) -> None:
    assert millet.product.supplier.place_en == ""
    assert "吴忠市同心县下马关镇" in client.get("/en/produce/").text


def test_goods_are_found_by_the_english_name_of_their_supplier(
    client: Client, point: ServicePoint
) -> None:
    page = client.get("/en/produce/", {"q": "Growers wuzhong"}).text

    assert "Hongsibu radish" in page
    assert "XMG-XM-25" not in page


def test_the_newest_come_first(point: ServicePoint, millet: Listing, radishes: Listing) -> None:
    now = database_now()
    change(millet, on_sale_from=now - datetime.timedelta(hours=1))
    change(radishes, on_sale_from=now - datetime.timedelta(hours=2))

    goods = catalogue(point, now=now).goods

    assert [good.sku for good in goods] == ["XMG-XM-25", "HSB-LB", "SSJ-HM-5L"]


def test_what_is_almost_gone_says_how_much_is_left(
    client: Client, point: ServicePoint, millet: Listing, ma: Member
) -> None:
    order(ma, {millet: 3})

    assert "只剩 7 袋" in client.get(SHOP).text
    assert "Only 7 bags left" in client.get("/en/produce/").text


def test_what_is_sold_out_keeps_its_card_and_loses_its_button(
    client: Client, point: ServicePoint, millet: Listing, ma: Member
) -> None:
    order(ma, {millet: 10})

    page = client.get(SHOP).text

    assert "下马关黄小米" in page
    assert "卖完了" in page
    assert f'name="listing" value="{millet.pk}"' not in page


def test_less_than_half_a_jin_is_sold_out(
    client: Client, point: ServicePoint, radishes: Listing, gu: Member
) -> None:
    write_off_goods(
        listing=radishes,
        quantity=49_751,
        reason="spoiled",
        written_off_by=gu,
        written_off_at=database_now(),
        key="key",
    )

    good = next(each for each in catalogue(point, now=database_now()).goods if each.sku == "HSB-LB")

    assert (good.stock_kind, good.can_order) == ("sold_out", False)


def test_what_has_closed_stays_for_a_day(point: ServicePoint, millet: Listing) -> None:
    closed_at = database_now()
    change(millet, on_sale_until=closed_at)

    def card(hours: float) -> str | None:
        now = closed_at + datetime.timedelta(hours=hours)
        kinds = {good.sku: good.stock_kind for good in catalogue(point, now=now).goods}
        return kinds.get("XMG-XM-25")

    assert [card(-0.1), card(0), card(23.9), card(24.1)] == ["few", "closed", "closed", None]


def test_what_is_not_yet_on_sale_is_not_shown(point: ServicePoint, millet: Listing) -> None:
    opens_at = database_now() + datetime.timedelta(hours=1)
    change(millet, on_sale_from=opens_at)

    assert "XMG-XM-25" not in {good.sku for good in catalogue(point, now=database_now()).goods}
    assert "XMG-XM-25" in {good.sku for good in catalogue(point, now=opens_at).goods}


def test_what_was_withdrawn_is_gone(client: Client, point: ServicePoint, millet: Listing) -> None:
    withdraw_listing(listing=millet)

    assert "下马关黄小米" not in client.get(SHOP).text


def test_a_farmer_s_text_is_shown_as_text(client: Client, radishes: Listing) -> None:
    hostile = '<script>alert(1)</script>"onload="x'
    product = radishes.product
    edit_product(
        product=product,
        name=hostile[:40],
        **{
            name: getattr(product, name)
            for name in (
                "category",
                "name_en",
                "unit_word",
                "unit_g",
                "unit_ml",
                "unit_pieces",
                "sold_by_weight",
                "keeps",
                "needs_certificate",
                "tip",
                "tip_en",
                "photo",
            )
        },
    )

    page = client.get(SHOP).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


# --- Looking for something ------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=萝卜", ["HSB-LB"]),
        ("q=luobo", ["HSB-LB"]),
        ("q=lb", ["HSB-LB"]),
        ("q=ＬＢ", ["HSB-LB"]),
        ("q=radish", ["HSB-LB"]),
        ("q=小米", ["XMG-XM-25"]),
        ("q=xm", ["SSJ-HM-5L", "XMG-XM-25"]),
        ("q=红寺堡+萝卜", ["HSB-LB"]),
        ("q=红寺堡+小米", []),
        ("q=%25", ["HSB-LB", "SSJ-HM-5L", "XMG-XM-25"]),
        ("q=%00", ["HSB-LB", "SSJ-HM-5L", "XMG-XM-25"]),
        ("category=dry-goods", ["SSJ-HM-5L", "XMG-XM-25"]),
        ("category=vegetables&q=小米", []),
        ("category=no-such", ["HSB-LB", "SSJ-HM-5L", "XMG-XM-25"]),
        ("certificate=on", ["HSB-LB"]),
        ("page=0", ["HSB-LB", "SSJ-HM-5L", "XMG-XM-25"]),
        ("page=x", ["HSB-LB", "SSJ-HM-5L", "XMG-XM-25"]),
    ],
)
def test_finds(asked: str, found: list[str], client: Client, point: ServicePoint) -> None:
    page = client.get(f"{SHOP}?{asked}")

    assert page.status_code == 200
    assert sorted(good.sku for good in page.context["page"].goods) == found


def test_nothing_found_offers_what_is_in_season(client: Client, point: ServicePoint) -> None:
    page = client.get(f"{SHOP}?q=榴莲").text

    assert "现在没有“榴莲”。" in page
    assert "现在应季的" in page
    assert page.count('class="card good') == 3


def test_what_was_typed_comes_back_as_text(client: Client, point: ServicePoint) -> None:
    page = client.get(SHOP, {"q": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


def test_the_current_shelf_is_marked_and_kept_while_searching(
    client: Client, point: ServicePoint
) -> None:
    page = client.get(f"{SHOP}?category=dry-goods").text

    assert 'href="?category=dry-goods" aria-current="true"' in page
    assert '<input type="hidden" name="category" value="dry-goods">' in page


# --- Pages ----------------------------------------------------------------------------


def test_twenty_to_a_page(client: Client, many: Callable[[int], None]) -> None:
    many(2 * PAGE_SIZE + 1)

    first, second, third = (client.get(f"{SHOP}?page={number}") for number in (1, 2, 3))

    assert [len(page.context["page"].goods) for page in (first, second, third)] == [20, 20, 1]
    shown = [good.pk for page in (first, second, third) for good in page.context["page"].goods]
    assert len(set(shown)) == 41
    assert 'rel="next" href="?page=2"' in first.text
    assert 'rel="prev" href="?"' in second.text
    assert 'rel="next"' not in third.text
    assert client.get(f"{SHOP}?page=4").status_code == 404


def test_a_page_costs_the_same_queries_for_any_number_of_listings(
    client: Client,
    as_ma: Client,
    many: Callable[[int], None],
    django_assert_max_num_queries: Callable[[int], CaptureQueriesContext],
) -> None:
    counted = {}
    for rows in (5, 200):
        many(rows)
        for who, visitor, most in [("guest", client, 6), ("member", as_ma, 12)]:
            visitor.get(SHOP)
            with django_assert_max_num_queries(most) as queries:
                visitor.get(SHOP)
            counted[who, rows] = len(queries)

    assert counted["guest", 5] == counted["guest", 200]
    assert counted["member", 5] == counted["member", 200]


# --- Where ----------------------------------------------------------------------------


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


def test_one_chooses_a_point_and_it_is_remembered(
    client: Client, point: ServicePoint, at_xihu: Listing
) -> None:
    assert "¥0.90<i>" in client.get(SHOP).text

    chosen = client.get(f"{SHOP}?point={at_xihu.service_point_id}").text
    later = client.get(SHOP).text

    for page in (chosen, later):
        assert "¥0.80<i>" in page
        assert "¥0.90<i>" not in page
        assert f'href="?point={at_xihu.service_point_id}" aria-current="true"' in page


def test_a_member_shops_in_their_community(
    client: Client, radishes: Listing, at_xihu: Listing, xue: Member
) -> None:
    Member.objects.filter(pk=xue.pk).update(community=at_xihu.service_point.community)
    client.force_login(xue)

    assert "¥0.80<i>" in client.get(SHOP).text


@pytest.mark.parametrize("asked", ["999", "x", "", "-1", "1" * 40])
def test_a_point_that_is_none_is_left_out_of_account(
    asked: str, client: Client, radishes: Listing
) -> None:
    page = client.get(f"{SHOP}?point={asked}")

    assert page.status_code == 200
    assert "红寺堡萝卜" in page.text
    assert client.session.get("service_point") is None


def test_an_empty_shop_says_when_to_come_back(client: Client, supermarket: ServicePoint) -> None:
    page = client.get(SHOP)

    assert page.status_code == 200
    assert "今天还没上新，明早8点再来看" in page.text
    assert "Look again tomorrow at 8" in client.get("/en/produce/").text


def test_each_visitor_gets_a_token_of_their_own(client: Client, millet: Listing) -> None:
    tokens: list[str] = []
    for visitor in (client, Client()):
        page = visitor.get(SHOP, {"q": "小米"}).text
        on_page = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))
        assert len(on_page) == 1
        assert page.count("csrfmiddlewaretoken") == 2
        assert 'name="next" value="/produce/?q=%E5%B0%8F%E7%B1%B3"' in page
        tokens += on_page

    assert tokens[0] != tokens[1]


def test_a_card_follows_its_listing(client: Client, millet: Listing, ma: Member) -> None:
    assert "¥30.00" in client.get(SHOP).text

    change(millet, farmer_price=Money("27.00", "CNY"))

    assert "¥29.00" in client.get(SHOP).text
