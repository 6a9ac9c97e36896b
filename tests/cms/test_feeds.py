"""RSS of market days and stories, in both languages."""

from __future__ import annotations

import datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as Xml

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale, Page

from cms.feeds import SHOWN
from cms.models import MarketDayIndexPage, NoticeIndexPage, StoryIndexPage, StoryPage
from people.models import ServicePoint
from tests.cms.head import Head
from tests.cms.test_market_day_pages import fair
from tests.cms.written import write

STORIES, MARKET_DAYS = "/feeds/stories/", "/feeds/market-days/"
DAY = datetime.date(2026, 11, 20)
ATOM = "{http://www.w3.org/2005/Atom}"
QUERIES_MOST = 6


def channel(client: Client, address: str) -> Xml.Element:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    root = Xml.fromstring(response.content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (found,) = root
    return found


def titles(client: Client, address: str) -> list[str | None]:
    return [each.findtext("title") for each in channel(client, address).iter("item")]


def story(parent: StoryIndexPage, slug: str, **fields: object) -> StoryPage:
    return write(parent, StoryPage, slug, **{"title": slug, "summary": "-"} | fields)


def translated(page: Page, **fields: object) -> Page:
    """Publish a page in English."""
    english = Locale.objects.get(language_code="en")
    translation: Page = page.get_translation_or_none(english)
    if translation is None:
        translation = page.copy_for_translation(english)
    translation.alias_of = None
    for name, value in fields.items():
        setattr(translation, name, value)
    translation.save()
    translation.save_revision().publish()
    return translation


def test_stories_are_told_with_the_latest_first(
    client: Client, stories: StoryIndexPage, settings: LazySettings
) -> None:
    settings.SITE_ADDRESS = "https://huilin.example.org/"
    story(stories, "old", written_on=DAY - datetime.timedelta(days=9))
    story(stories, "packs", title="一车萝卜", summary="三百二十个包。", written_on=DAY)

    feed = channel(client, STORIES)
    first, second = feed.iter("item")

    assert feed.findtext("title") == "邻里故事 · 惠邻"
    assert feed.findtext("link") == "https://huilin.example.org/stories/"
    assert feed.findtext("language") == "zh-hans"
    itself = feed.find(f"{ATOM}link")
    assert itself is not None
    assert itself.get("href") == f"https://huilin.example.org{STORIES}"
    assert first.findtext("title") == "一车萝卜"
    assert first.findtext("description") == "三百二十个包。"
    assert first.findtext("link") == "https://huilin.example.org/stories/packs/"
    assert second.findtext("title") == "old"
    published = parsedate_to_datetime(first.findtext("pubDate") or "")
    assert published.isoformat() == "2026-11-20T12:00:00+08:00"


def test_a_market_day_says_when_and_where_first(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    fair(market_days, supermarket, datetime.date(2027, 1, 30))

    (item,) = channel(client, MARKET_DAYS).iter("item")

    described = item.findtext("description") or ""
    assert described.startswith("1月30日（周六）")
    assert "农历腊月廿三" in described
    assert "长城花园爱心超市" in described
    assert described.endswith("一趟办齐。")


def test_a_draft_is_not_told(client: Client, stories: StoryIndexPage) -> None:
    story(stories, "kept")
    story(stories, "gone").unpublish()

    assert titles(client, STORIES) == ["kept"]


def test_each_language_tells_what_is_written_in_it(client: Client, stories: StoryIndexPage) -> None:
    translated(stories, title="Stories")
    told = story(stories, "told", title="讲过的")
    story(stories, "untold", title="没翻译的")
    translated(told, title="Told")

    english = channel(client, f"/en{STORIES}")

    assert english.findtext("title") == "Stories · Huilin"
    assert english.findtext("language") == "en"
    assert [each.findtext("title") for each in english.iter("item")] == ["Told"]
    assert sorted(map(str, titles(client, STORIES))) == ["没翻译的", "讲过的"]


def test_a_copy_that_nobody_translated_is_not_told(client: Client, stories: StoryIndexPage) -> None:
    page = story(stories, "packs")
    english = Locale.objects.get(language_code="en")
    if page.get_translation_or_none(english) is None:
        page.copy_for_translation(english, copy_parents=True, alias=True)

    assert client.get("/en/stories/packs/").status_code == 200
    assert titles(client, f"/en{STORIES}") == []


def test_what_was_read_stays_read_when_its_address_changes(
    client: Client, stories: StoryIndexPage
) -> None:
    page = story(stories, "packs")
    (before,) = channel(client, STORIES).iter("item")
    page.slug = "one-lorry"
    page.save_revision().publish()
    (after,) = channel(client, STORIES).iter("item")

    assert before.findtext("link") != after.findtext("link")
    assert before.findtext("guid") == after.findtext("guid")


def test_what_no_xml_may_hold_is_left_out(client: Client, stories: StoryIndexPage) -> None:
    story(stories, "pasted", title="一车\x0b萝卜 <b>&amp;", summary="三百\x1f二十个")

    (item,) = channel(client, STORIES).iter("item")

    assert item.findtext("title") == "一车 萝卜 <b>&amp;"
    assert item.findtext("description") == "三百 二十个"


def test_an_empty_feed_is_a_feed(client: Client, db: None) -> None:
    MarketDayIndexPage.objects.all().delete()

    feed = channel(client, MARKET_DAYS)

    assert feed.findtext("title") == "惠邻"
    assert list(feed.iter("item")) == []


def test_it_ends_somewhere_and_asks_little(
    client: Client, stories: StoryIndexPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(SHOWN + 2):
        story(stories, f"s{number}")

    with django_assert_max_num_queries(QUERIES_MOST):
        told = titles(client, STORIES)

    assert len(told) == SHOWN


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("/stories/", STORIES),
        ("/market-days/", MARKET_DAYS),
        ("/en/stories/", f"/en{STORIES}"),
    ],
)
def test_a_list_leads_to_its_feed(
    client: Client, stories: StoryIndexPage, address: str, feed: str
) -> None:
    page = client.get(address).text

    assert Head(page).feeds == [feed]
    assert f'<a href="{feed}" type="application/rss+xml">' in page


def test_notices_have_no_feed(client: Client, notices: NoticeIndexPage) -> None:
    page = client.get("/notices/").text

    assert Head(page).feeds == []
    assert "RSS" not in page
