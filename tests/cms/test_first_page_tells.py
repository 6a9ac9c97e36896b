"""R1: what the first page, and the foot of every page, tell of the pages that editors write."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale

from cms.models import (
    HomePage,
    MarketDayIndexPage,
    NoticeIndexPage,
    NoticePage,
    StandardPage,
    StoryIndexPage,
    StoryPage,
    SupplierIndexPage,
    SupplierPage,
)
from ledger.clock import database_now
from market.produce.models import Listing, Supplier
from people.models import ServicePoint
from tests.cms.test_market_day_pages import DAY, FIRST, fair, today
from tests.cms.written import a_picture, home, write

HEADINGS = re.compile(r"<h[23][^>]*>\s*(?:<a[^>]*>)?([^<]*)")
FOOT = re.compile(r'class="btn link" href="([^"]*)">([^<]*)<')


def tell(parent: StoryIndexPage, slug: str, days_ago: int = 0, **fields: Any) -> StoryPage:
    day = today() - days_ago * DAY
    return write(parent, StoryPage, slug, summary="活儿按顺手的分。", written_on=day, **fields)


def announce(parent: NoticeIndexPage, slug: str, days_ago: int = 0, **fields: Any) -> NoticePage:
    day = today() - days_ago * DAY
    return write(parent, NoticePage, slug, summary="早点来。", written_on=day, **fields)


def headings(page: Any) -> list[str]:
    return [each.strip() for each in HEADINGS.findall(page.text)]


def in_english(page: Any, **fields: Any) -> Any:
    """Translate a page, as the translation editor would publish it."""
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    for name, value in fields.items():
        setattr(english, name, value)
    english.save_revision().publish()
    return english


# --- The next market day --------------------------------------------------------------


def test_leads_to_the_next_market_day(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    fair(market_days, supermarket, today() - DAY, slug="yesterday", title="昨天那场")
    fair(market_days, supermarket, datetime.date(2099, 1, 15), slug="later", title="后年那场")
    fair(
        market_days,
        supermarket,
        datetime.date(2099, 1, 14),
        title="年货大集",
        theme="过小年",
        picture=a_picture(),
        picture_alt="一车萝卜",
        opens_time=datetime.time(9),
        closes_time=datetime.time(16),
    )

    page = client.get("/")

    assert headings(page) == ["年货大集"]
    assert "下一场集市" in page.text
    assert "<b>过小年</b>" in page.text
    assert "1月14日（周三）　农历腊月廿四　小寒 09:00–16:00" in page.text
    assert "长城花园爱心超市" in page.text
    assert 'href="/market-days/fair/"' in page.text
    assert re.search(r'<img[^>]*fill-640x400[^>]*width="640"[^>]*>', page.text)


def test_says_so_while_a_market_is_on(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    fair(market_days, supermarket, today(), title="年货大集")

    page = client.get("/")

    assert headings(page) == ["年货大集"]
    assert "正在赶集" in page.text
    assert "看看现在到哪项了" in page.text
    assert "下一场集市" not in page.text


def test_a_market_that_closed_today_makes_room_for_the_next(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    now = timezone.localtime(database_now())
    closed = max(now.replace(second=0), now.replace(hour=0, minute=0, second=1)).time()
    fair(market_days, supermarket, today(), slug="closed", title="散了", closes_time=closed)
    fair(market_days, supermarket, today() + DAY, title="明天", opens_time=FIRST)

    assert headings(client.get("/")) == ["明天"]


# --- Notices, stories, suppliers ------------------------------------------------------


def told_notices(client: Client) -> list[tuple[str, str]]:
    notice = r'<a class="tag info" href="([^"]*)">.*?</svg>\s*([^<]*)</a>'
    return re.findall(notice, client.get("/").text, re.DOTALL)


def test_tells_the_two_latest_notices(client: Client, notices: NoticeIndexPage) -> None:
    announce(notices, "a", days_ago=3, title="大前天的")
    announce(notices, "b", days_ago=1, title="昨天的")
    announce(notices, "c", days_ago=2, title="前天的")
    announce(notices, "d", title="过时的", expire_at=database_now() - DAY)

    assert told_notices(client) == [("/notices/b/", "昨天的"), ("/notices/c/", "前天的")]


def test_tells_no_notice_that_is_a_month_old(client: Client, notices: NoticeIndexPage) -> None:
    announce(notices, "a", days_ago=31, title="上个月的")
    announce(notices, "b", days_ago=30, title="一个月前的")

    assert told_notices(client) == [("/notices/b/", "一个月前的")]


def test_shows_two_stories_and_the_nearest_growers(
    client: Client,
    stories: StoryIndexPage,
    suppliers: SupplierIndexPage,
    hongsibu: Supplier,
    xiamaguan: Supplier,
) -> None:
    shown = {"picture": a_picture(), "picture_alt": "一车萝卜"}
    tell(stories, "old", 9, title="老故事")
    tell(stories, "new", 1, title="新故事", **shown)
    tell(stories, "newest", 0, title="没拍照的故事")
    for supplier in (xiamaguan, hongsibu):
        write(suppliers, SupplierPage, supplier.code.lower(), title=supplier.name,
              supplier=supplier, summary="种得仔细。", **shown)  # fmt: skip

    page = client.get("/")

    assert headings(page) == ["邻里故事", "没拍照的故事", "新故事", "谁种的、谁做的"]
    assert page.text.count("good--plain") == 1
    assert page.text.count("fill-640x400") == 1
    assert page.text.count("fill-240x240") == 2
    assert page.text.index("红寺堡助残种植组") < page.text.index("下马关杂粮合作社")
    assert 'href="/stories/">看全部故事' in page.text
    assert 'href="/suppliers/">看看每一家' in page.text


def test_comes_in_the_order_of_what_is_wanted_first(
    client: Client,
    radishes: Listing,
    market_days: MarketDayIndexPage,
    stories: StoryIndexPage,
    notices: NoticeIndexPage,
    supermarket: ServicePoint,
) -> None:
    Listing.objects.filter(pk=radishes.pk).update(on_sale_until=database_now() + 2 * DAY)
    fair(market_days, supermarket, today(), title="年货大集")
    tell(stories, "pack", title="一车萝卜")
    announce(notices, "frost", title="要降温")

    text = client.get("/").text

    order = [
        "社区一分不加。",
        "要降温",
        "还有 2 天截止",
        "农户到手",
        "年货大集",
        "一车萝卜",
        "<footer",
    ]
    assert [text.index(word, text.index("<main")) for word in order] == sorted(
        text.index(word, text.index("<main")) for word in order
    )


def test_large_type_shows_less(
    client: Client,
    market_days: MarketDayIndexPage,
    stories: StoryIndexPage,
    suppliers: SupplierIndexPage,
    notices: NoticeIndexPage,
    hongsibu: Supplier,
    supermarket: ServicePoint,
) -> None:
    fair(market_days, supermarket, today(), title="年货大集")
    tell(stories, "pack", title="一车萝卜")
    announce(notices, "frost", title="要降温")
    write(suppliers, SupplierPage, "hsb", title="种植组", supplier=hongsibu, summary="种得仔细。")
    client.cookies["mode"] = "elder"

    page = client.get("/")

    assert headings(page) == ["年货大集"]
    assert "要降温" in page.text
    assert "一车萝卜" not in page.text
    assert "种植组" not in page.text
    assert '<a class="btn alt wide" href="/stories/">邻里故事</a>' in page.text


@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_what_nobody_has_written_yet_does_not_show(client: Client, db: None, mode: str) -> None:
    client.cookies["mode"] = mode

    page = client.get("/")

    assert headings(page) == []
    assert page.text.count('href="/stories/"') == 1
    assert "tag info" not in page.text


def test_a_draft_and_a_page_that_was_taken_down_do_not_show(
    client: Client, stories: StoryIndexPage
) -> None:
    tell(stories, "gone", title="撤了的").unpublish()

    assert "撤了的" not in client.get("/").text


# --- Languages ------------------------------------------------------------------------


def test_english_shows_what_is_in_english(
    client: Client,
    market_days: MarketDayIndexPage,
    stories: StoryIndexPage,
    notices: NoticeIndexPage,
    supermarket: ServicePoint,
) -> None:
    in_english(fair(market_days, supermarket, datetime.date(2099, 1, 14)), title="New Year fair")
    in_english(tell(stories, "pack", title="一车萝卜"), title="A lorry of radishes")
    untranslated = Locale.objects.get(language_code="en")
    tell(stories, "later", title="还没译").copy_for_translation(untranslated, alias=True)
    announce(notices, "frost", title="要降温").copy_for_translation(untranslated, alias=True)

    english, chinese = client.get("/en/"), client.get("/")

    assert headings(english)[:3] == [
        "New Year fair",
        "Stories from the neighbourhood",
        "A lorry of radishes",
    ]
    assert "Wednesday, 14 January" in english.text
    assert 'href="/en/market-days/fair/"' in english.text
    assert not re.search("还没译|要降温|一车萝卜", english.text)
    assert headings(chinese)[:3] == ["年货大集", "邻里故事", "还没译"]
    assert "lorry" not in chinese.text


# --- The foot of every page -----------------------------------------------------------


def test_every_page_leads_to_what_editors_wrote(
    client: Client, radishes: Listing, notices: NoticeIndexPage
) -> None:
    about = write(home(), StandardPage, "about", title="惠邻是什么", summary="社区办的。")
    in_english(about, title="What Huilin is")
    write(home(), StandardPage, "draft", title="还没写好", summary="…").unpublish()

    assert FOOT.findall(client.get("/produce/").text.partition("<footer")[2]) == [
        ("/ledger/", "阳光账本"),
        ("/suppliers/", "谁种的、谁做的"),
        ("/market-days/", "集市"),
        ("/stories/", "邻里故事"),
        ("/notices/", "通知"),
        ("/about/", "惠邻是什么"),
    ]
    english = FOOT.findall(client.get("/en/produce/HSB-LB/").text.partition("<footer")[2])
    assert english[0] == ("/en/ledger/", "Open ledger")
    assert english[1] == ("/en/suppliers/", "Who grows it and who makes it")
    assert english[-1] == ("/en/about/", "What Huilin is")
    assert len(english) == 6


def test_a_site_without_pages_leads_to_its_books(client: Client, db: None) -> None:
    for page in HomePage.objects.get(locale__language_code="zh-hans").get_children():
        page.unpublish()

    foot = client.get("/sign-in/").text.partition("<footer")[2]
    assert FOOT.findall(foot) == [("/ledger/", "阳光账本")]


# --- Few questions --------------------------------------------------------------------


def write_many(
    count: int,
    market_days: MarketDayIndexPage,
    stories: StoryIndexPage,
    notices: NoticeIndexPage,
    supermarket: ServicePoint,
) -> None:
    """Write so many of each, each with a picture of its own, already drawn."""
    for number in range(count):
        drawn = a_picture()
        drawn.get_rendition("fill-640x400|format-webp")
        shown = {"picture": drawn, "picture_alt": "一车萝卜"}
        day = today() + (number + 1) * DAY
        slug = f"{count}-{number}"
        fair(market_days, supermarket, day, slug=slug, **shown)
        tell(stories, slug, **shown)
        announce(notices, slug, **shown)


def forget() -> None:
    """What anybody remembered is asked for again."""
    for each in caches:
        caches[each].clear()


def test_asks_as_much_for_many_pages_as_for_few(
    client: Client,
    market_days: MarketDayIndexPage,
    stories: StoryIndexPage,
    notices: NoticeIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many = (market_days, stories, notices, supermarket)
    write_many(1, *many)
    client.get("/")
    forget()
    with CaptureQueriesContext(connection) as few:
        client.get("/")

    write_many(3, *many)
    forget()

    with django_assert_num_queries(len(few.captured_queries)):
        client.get("/")


def test_asks_nothing_about_pages_for_half_a_minute(
    client: Client,
    market_days: MarketDayIndexPage,
    stories: StoryIndexPage,
    notices: NoticeIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
) -> None:
    write_many(2, market_days, stories, notices, supermarket)
    client.get("/")

    with CaptureQueriesContext(connection) as asked:
        page = client.get("/")

    assert headings(page)[2:4] == ["年货大集", "邻里故事"]
    told = re.compile("cms_(marketday|notice|story|supplier)page|wagtailimages")
    assert [query["sql"] for query in asked.captured_queries if told.search(query["sql"])] == []
