"""One box for goods and pages: what is found, by which words, and what never is."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale, Page

from cms.found import PAGES_SHOWN
from cms.models import (
    HomePage,
    MarketDayIndexPage,
    MarketDayPage,
    NoticeIndexPage,
    StandardPage,
    StoryIndexPage,
    StoryPage,
    SupplierIndexPage,
    SupplierPage,
)
from market.produce.actions.add_product import add_product
from market.produce.models import Category, Listing, Supplier
from people.models import Member, ServicePoint
from tests.cms.looking import STORY, found, look
from tests.cms.written import Row, a_picture, block, home, write
from tests.conftest import signed_in
from tests.stories import sell

pytestmark = pytest.mark.django_db

QUERIES = 7
OF_A_MEMBER = 3


def standing(*body: Row, slug: str = "about", **fields: Any) -> StandardPage:
    fields = {"title": "惠邻是什么", "summary": "一分不加。"} | fields
    return write(home(), StandardPage, slug, body=list(body), **fields)


# --- By which words -------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["萝卜", "一车萝卜进小区", "luobo", "lb", "LuoBo", "ｌｂ", "yclbjxq", "小区", "萝卜 小区",
     "三百二十", "个包", "司机", "红寺堡 司机"],
)  # fmt: skip
def test_a_page_is_found(client: Client, story: StoryPage, typed: str) -> None:
    assert found(client, typed) == [STORY]


@pytest.mark.parametrize(
    "typed", ["白菜", "卜萝", "siji", "萝卜 白菜", "radish", "<strong>", "html"]
)
def test_a_page_is_not_found(client: Client, story: StoryPage, typed: str) -> None:
    assert found(client, typed) == []


@pytest.mark.parametrize(
    "body",
    [
        block("announcement", kind="info", text="带上布袋子。"),
        block("steps", steps=[{"title": "带上布袋子", "text": ""}, {"title": "走", "text": ""}]),
        block("dos_and_donts", dos=["带上布袋子"], donts=["别堵门"]),
        block("expander", title="怎么装？", text="<p>带上布袋子。</p>"),
        block("figures", figures=[{"number": "3", "unit": "个", "label": "布袋子"}]),
        block("thanks", text="布袋子真结实。", said_by="7号楼 丁**"),
    ],
    ids=lambda row: row["type"],
)
def test_what_stands_in_a_block_is_found(client: Client, body: Row) -> None:
    page = standing(body)

    assert found(client, "布袋子") == [page.title]


def test_what_an_editor_only_chose_is_no_word_of_the_page(client: Client) -> None:
    colour = gettext("red: take care")
    steps = [{"title": "添衣"}, {"title": "关窗"}]
    standing(block("announcement", kind="warning", text="明天降温。"), block("steps", steps=steps))

    assert found(client, colour) == found(client, "none") == []


def test_a_supplier_is_found_by_name_place_and_season(
    client: Client, suppliers: SupplierIndexPage, hongsibu: Supplier
) -> None:
    write(
        suppliers, SupplierPage, "hongsibu", title="种萝卜的人", summary="-", supplier=hongsibu,
        seasons=[block("season", what="水萝卜", months=["4"])], how_it_helps="<p>多一份工钱。</p>",
    )  # fmt: skip

    for typed in ("助残种植组", "zcz", "吴忠市", "水萝卜", "工钱"):
        assert found(client, typed) == ["种萝卜的人"]
    assert found(client, "4") == []


def test_a_market_day_is_found_by_theme_programme_and_stalls(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    write(
        market_days, MarketDayPage, "fair", title="腊月集", summary="-", theme="年货大集",
        series=MarketDayPage.Series.NEW_YEAR_FAIR, held_on=datetime.date(2027, 1, 30),
        service_point=supermarket, rain_plan="改在活动室",
        programme=[block("act", from_time="09:00", what="写春联", places=100)],
        stalls=[block("stall", number="3", note="糖葫芦")],
    )  # fmt: skip

    for typed in ("年货", "nhdj", "春联", "糖葫芦", "活动室"):
        assert found(client, typed) == ["腊月集"]
    assert found(client, "09") == []


def test_lists_are_found(client: Client, notices: NoticeIndexPage) -> None:
    assert found(client, "tongzhi") == ["通知"]


def test_each_is_told_in_one_line(client: Client, story: StoryPage) -> None:
    page = look(client, "萝卜")

    assert '<h3><a href="/stories/radishes/">一车萝卜进小区</a></h3>' in page.text
    assert "<small>故事</small>" in page.text
    assert "<p>分成三百二十个包。</p>" in page.text
    assert "fill-200x200.format-webp" in page.text
    assert page.text.count('class="line__pic"') == 1


def test_the_title_counts_more_and_the_newest_first(
    client: Client, stories: StoryIndexPage
) -> None:
    write(stories, StoryPage, "a", title="老萝卜", summary="-")
    write(stories, StoryPage, "b", title="新萝卜", summary="-")
    write(stories, StoryPage, "c", title="白菜", summary="和萝卜一起炖。")

    assert found(client, "萝卜") == ["新萝卜", "老萝卜", "白菜"]


# --- What never is --------------------------------------------------------------------


def test_a_draft_is_not_found(client: Client, story: StoryPage) -> None:
    story.title = "还没想好的白菜"
    story.save_revision()

    assert found(client, "白菜") == []
    assert found(client, "萝卜") == [STORY]


def test_the_index_follows_the_page(client: Client, story: StoryPage) -> None:
    story.title = "一车白菜"
    story.save_revision().publish()
    assert found(client, "萝卜") == []
    assert found(client, "白菜") == ["一车白菜"]

    story.unpublish()
    assert found(client, "白菜") == []

    story.save_revision().publish()
    assert found(client, "白菜") == ["一车白菜"]

    story.delete()
    assert found(client, "白菜") == []


def test_a_page_that_moved_is_found_where_it_is(
    client: Client, story: StoryPage, notices: NoticeIndexPage
) -> None:
    story.move(notices, pos="last-child")

    assert 'href="/notices/radishes/"' in look(client, "萝卜").text


def test_pages_of_the_other_language_and_copies_are_not_found(
    client: Client, story: StoryPage
) -> None:
    english = Locale.objects.get(language_code="en")
    copy = Page.objects.filter(locale=english, translation_key=story.translation_key).first()
    copy = copy or story.copy_for_translation(english, copy_parents=True, alias=True)
    address = "/en/search/?q=萝卜"
    assert copy.live
    assert client.get(address).context["pages"].pages == []

    Page.objects.filter(translation_key=story.translation_key, locale=english).delete()
    translated = story.copy_for_translation(english, copy_parents=True)
    translated.title = "Radishes 萝卜"
    translated.save_revision().publish()

    assert [each.title for each in client.get(address).context["pages"].pages] == ["Radishes 萝卜"]
    assert found(client, "萝卜") == [STORY]


def test_the_first_page_and_the_root_are_not_found(client: Client) -> None:
    page = HomePage.objects.get(locale__language_code="zh-hans")
    page.save_revision().publish()

    assert found(client, page.title) == found(client, "root") == []


# --- Goods ----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["萝卜", "lb", "luobo", "radish", "红寺堡"])
def test_goods_come_before_pages(
    client: Client, story: StoryPage, radishes: Listing, millet: Listing, typed: str
) -> None:
    page = look(client, typed)

    assert [good.sku for good in page.context["goods"]] == ["HSB-LB"]
    if typed != "radish":
        assert page.text.index("红寺堡萝卜") < page.text.index(STORY)


def test_many_goods_lead_to_the_shop(
    client: Client, hongsibu: Supplier, vegetables: Category, supermarket: ServicePoint, gu: Member,
    radishes: Listing,
) -> None:  # fmt: skip
    for number in range(9):
        product = add_product(
            supplier=hongsibu, category=vegetables, sku=f"CAI-{number}", name=f"青菜{number}号",
            name_en="", unit_word="袋", unit_g=500,
        )  # fmt: skip
        sell(product, at=supermarket, farmer="1.00", points=2, quantity=10, by=gu,
             now=radishes.on_sale_from + datetime.timedelta(days=60))  # fmt: skip

    page = look(client, "青菜")

    assert len(page.context["goods"]) == 8
    assert 'href="/produce/?q=%E9%9D%92%E8%8F%9C"' in page.text


# --- How many -------------------------------------------------------------------------


def many(stories: StoryIndexPage, number: int) -> None:
    picture = a_picture()
    for each in range(number):
        write(
            stories, StoryPage, f"s{each}", title=f"萝卜{each}", summary="-", picture=picture,
            picture_alt="萝卜",
        )  # fmt: skip


def test_there_is_a_page_after_the_first(client: Client, stories: StoryIndexPage) -> None:
    many(stories, PAGES_SHOWN + 1)

    first, second = look(client, "萝卜"), look(client, "萝卜", page="2")

    assert len(first.context["pages"].pages) == PAGES_SHOWN
    assert 'rel="next" href="?q=%E8%90%9D%E5%8D%9C&amp;page=2"' in first.text
    assert [each.title for each in second.context["pages"].pages] == ["萝卜0"]
    assert 'rel="prev"' in second.text
    assert 'rel="next"' not in second.text
    assert look(client, "萝卜", page="3").status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "9999999999999999999"])
def test_a_page_that_makes_no_sense_is_the_first(
    client: Client, story: StoryPage, page: str
) -> None:
    assert found(client, "萝卜", page=page) == [STORY]


@pytest.mark.parametrize("number", [2, 13])
@pytest.mark.parametrize("who", ["", "ma"])
def test_costs_the_same_for_few_and_many(
    number: int,
    who: str,
    stories: StoryIndexPage,
    radishes: Listing,
    request: pytest.FixtureRequest,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many(stories, number)
    client = signed_in(request.getfixturevalue(who)) if who else Client()
    look(client, "萝卜")

    with django_assert_num_queries(QUERIES + (OF_A_MEMBER if who else 0)):
        look(client, "萝卜")


# --- In the office --------------------------------------------------------------------


def test_the_office_finds_the_middle_of_a_title(as_xue: Client, story: StoryPage) -> None:
    for typed in ("萝卜", "luobo"):
        page = as_xue.get(reverse("wagtailadmin_pages:search_results"), {"q": typed})

        assert STORY in page.text
