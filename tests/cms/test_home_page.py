"""R1, the home page: what is fresh today, where, and the promise."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale, Page, Site

from cms.models import HomePage
from ledger.clock import database_now
from market.produce.actions.add_product import add_product
from market.produce.models import Category, Listing, Supplier
from people.models import Member, ServicePoint
from tests.stories import sell

EMPTY = "今天还没上新，明早8点再来看"
QUERIES_MOST = 12


def stock_up(
    count: int, *, supplier: Supplier, category: Category, point: ServicePoint, by: Member
) -> None:
    """Put many products on sale."""
    for number in range(count):
        product = add_product(
            supplier=supplier,
            category=category,
            sku=f"MANY-{number}",
            name=f"小米{number}号",
            unit_word="袋",
        )
        sell(product, at=point, farmer="3.00", points=6, quantity=30, by=by, now=database_now())


@pytest.fixture
def many(xiamaguan: Supplier, dry_goods: Category, supermarket: ServicePoint, gu: Member) -> None:
    stock_up(12, supplier=xiamaguan, category=dry_goods, point=supermarket, by=gu)


def test_shows_what_is_fresh_with_who_gets_what(client: Client, radishes: Listing) -> None:
    page = client.get("/")

    assert page.status_code == 200
    assert "今天有啥新鲜的？" in page.text
    assert "卖多少给农户多少，社区一分不加" in page.text
    assert "红寺堡萝卜" in page.text
    assert "¥0.90" in page.text
    assert "农户到手 ¥0.70" in page.text
    assert "社区加价 ¥0" in page.text
    assert "长城花园爱心超市" in page.text
    assert EMPTY not in page.text


def test_speaks_english(client: Client, radishes: Listing) -> None:
    page = client.get("/en/")

    assert '<html lang="en"' in page.text
    assert "What&#x27;s fresh today?" in page.text or "What's fresh today?" in page.text
    assert "Hongsibu radish" in page.text
    assert "Farmer gets ¥0.70" in page.text
    assert "solar term" in page.text
    assert "红寺堡萝卜" not in page.text


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("/", EMPTY), ("/en/", "Nothing new yet today. Come and look again at 8 tomorrow morning.")],
)
def test_says_so_when_nothing_is_there(
    client: Client, db: None, address: str, sentence: str
) -> None:
    page = client.get(address)

    assert page.status_code == 200
    assert sentence in page.text


def test_a_member_with_large_type_is_greeted_and_offered_a_few(as_ma: Client, many: None) -> None:
    as_ma.cookies["mode"] = "elder"

    page = as_ma.get("/")

    assert 'data-mode="elder"' in page.text
    assert "您好，马小禾" in page.text
    assert page.text.count('<li class="card good') == 4
    assert 'href="tel:0951-0000001"' in page.text


def test_eight_goods_are_enough(client: Client, many: None) -> None:
    page = client.get("/")

    assert page.text.count('<li class="card good') == 8
    assert "小米11号" in page.text
    assert "小米3号" not in page.text
    assert "您好" not in page.text


def test_what_editors_write_is_text(client: Client, db: None) -> None:
    HomePage.objects.filter(locale__language_code="zh-hans").update(
        notice="元旦休息一天 <script>", intro="欢迎来社区<b>坐坐</b>"
    )

    page = client.get("/")

    assert "元旦休息一天 &lt;script&gt;" in page.text
    assert "欢迎来社区&lt;b&gt;坐坐&lt;/b&gt;" in page.text


def test_what_has_to_go_is_on_top(client: Client, radishes: Listing) -> None:
    closes_at = database_now() + datetime.timedelta(days=2)
    Listing.objects.filter(pk=radishes.pk).update(on_sale_until=closes_at)

    page = client.get("/")

    assert "还有 2 天截止：红寺堡萝卜 100 斤待卖" in page.text


def test_another_place_can_be_chosen(
    client: Client, radishes: Listing, xihu_point: ServicePoint, gu: Member
) -> None:
    sell(
        radishes.product,
        at=xihu_point,
        farmer="0.80",
        points=2,
        quantity=5_000,
        by=gu,
        now=database_now(),
    )

    page = client.get("/", {"point": xihu_point.pk})

    assert "¥0.80" in page.text
    assert "¥0.90" not in page.text
    assert "¥0.80" in client.get("/").text


@pytest.mark.parametrize("address", ["/", "/en/"])
def test_costs_as_many_queries_for_two_hundred_goods_as_for_five(
    address: str,
    as_ma: Client,
    supermarket: ServicePoint,
    xiamaguan: Supplier,
    dry_goods: Category,
    gu: Member,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    stock_up(5, supplier=xiamaguan, category=dry_goods, point=supermarket, by=gu)
    as_ma.get(address)
    with django_assert_max_num_queries(QUERIES_MOST) as five:
        as_ma.get(address)

    stock_up(200, supplier=xiamaguan, category=dry_goods, point=supermarket, by=gu)

    with django_assert_num_queries(len(five.captured_queries)):
        as_ma.get(address)


# --- The first pages, as the migration makes them -------------------------------------


def test_the_site_begins_with_one_home_page_in_two_languages(db: None) -> None:
    chinese = HomePage.objects.get(locale__language_code="zh-hans")
    english = HomePage.objects.get(locale__language_code="en")

    assert Site.objects.get().root_page_id == chinese.pk
    assert chinese.get_translation(Locale.objects.get(language_code="en")) == english
    assert Page.objects.get(depth=1).numchild == 2
    assert not Page.objects.filter(title__startswith="Welcome").exists()
    assert Page.find_problems() == ([], [], [], [], [])


def test_the_office_can_change_the_words(client: Client, gu: Member) -> None:
    gu.is_superuser = True
    gu.save(update_fields=["is_superuser"])
    client.force_login(gu)
    home = HomePage.objects.get(locale__language_code="zh-hans")

    page = client.get(f"/office/pages/{home.pk}/edit/")

    assert page.status_code == 200
    assert "大标题" in page.text
