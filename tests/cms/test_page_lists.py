"""The lists of pages in the office, a kind to each: what they show, and what they ask."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.admin.menu import admin_menu
from wagtail.models import Locale, Page

from cms.models import (
    MarketDayIndexPage,
    MarketDayPage,
    NoticeIndexPage,
    StoryIndexPage,
    StoryPage,
    SupplierIndexPage,
)
from people.models import Member, ServicePoint
from tests.cms.test_workflow import FORM
from tests.cms.written import home, write
from tests.conftest import signed_in

LISTS = {
    "supplier-pages": "供货人",
    "market-day-pages": "集市",
    "story-pages": "故事",
    "notice-pages": "公告",
    "standing-pages": "说明页",
}

Tell = Callable[..., StoryPage]


@pytest.fixture
def tell(stories: StoryIndexPage) -> Tell:
    def tell_it(slug: str, title: str, day: str = "2026-11-20") -> StoryPage:
        written_on = datetime.date.fromisoformat(day)
        return write(stories, StoryPage, slug, title=title, summary="。", written_on=written_on)

    return tell_it


def listed(member: Member, address: str) -> list[str]:
    """The titles that a list shows, in its order."""
    text = signed_in(member).get(f"/office/{address}").text
    table = re.search(r'<table class="listing.*?</table>', text, re.DOTALL)
    cells = re.findall(r'<td class="title">(.*?)</td>', table[0], re.DOTALL) if table else []
    return [re.sub(r"<[^>]*>|\s", "", cell) for cell in cells]


@pytest.mark.parametrize("who", ["gu", "xue", "mu"])
@pytest.mark.parametrize("name", LISTS)
def test_who_writes_opens_each_list(name: str, who: str, request: pytest.FixtureRequest) -> None:
    page = signed_in(request.getfixturevalue(who)).get(f"/office/{name}/")

    assert page.status_code == 200
    assert "还没有。点上面的加号写第一篇。" in page.text


@pytest.mark.parametrize("name", LISTS)
def test_a_cashier_opens_none(name: str, chai: Member) -> None:
    assert signed_in(chai).get(f"/office/{name}/").status_code == 302


def test_one_menu_leads_to_them_all(gu: Member) -> None:
    text = signed_in(gu).get("/office/").text
    (pages,) = (entry for entry in admin_menu.registered_menu_items if entry.name == "pages")

    labels = [str(entry.label) for entry in sorted(pages.menu.registered_menu_items, key=order_of)]

    ours = ["首页", *LISTS.values(), "全部页面"]
    assert [label for label in labels if label in ours] == ours
    for name in LISTS:
        assert f"/office/{name}/" in text
    assert f"/office/pages/{home().pk}/edit/" in text


def order_of(entry: object) -> int:
    return int(vars(entry)["order"])


def test_only_what_is_written_in_chinese_is_listed(tell: Tell, mu: Member) -> None:
    story = tell("packs", "一车萝卜")
    english = story.copy_for_translation(Locale.objects.get(language_code="en"), alias=True)

    page = signed_in(mu).get("/office/story-pages/").text

    assert listed(mu, "story-pages/") == ["一车萝卜"]
    assert f"/office/pages/{english.pk}/edit/" in page
    assert "还没翻译" in page


@pytest.mark.parametrize(("live", "said"), [(True, "已翻译"), (False, "已翻译，没上线")])
def test_it_says_how_far_the_english_is(
    tell: Tell,
    mu: Member,
    live: bool,  # noqa: FBT001  # A row of a table.
    said: str,
) -> None:
    story = tell("packs", "一车萝卜")
    english = story.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    Page.objects.filter(pk=english.pk).update(live=live)

    page = signed_in(mu).get("/office/story-pages/").text

    assert re.search(rf'/office/pages/{english.pk}/edit/[^"]*">{said}<', page)


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("supplier", SupplierIndexPage),
        ("market-day", MarketDayIndexPage),
        ("story", StoryIndexPage),
        ("notice", NoticeIndexPage),
    ],
)
def test_the_plus_opens_the_form_below_the_right_list(
    name: str, parent: type[Page], gu: Member
) -> None:
    below = parent.objects.get(locale__language_code="zh-hans")
    client = signed_in(gu)

    page = client.get(f"/office/{name}-pages/").text

    address = (
        f"/office/pages/add/cms/{name.replace('-', '')}page/{below.pk}/?next=/office/{name}-pages/"
    )
    assert f'href="{address}"' in page
    assert client.get(address).status_code == 200


def test_the_form_leads_back_to_its_list(tell: Tell, gu: Member) -> None:
    story = tell("packs", "一车萝卜")
    client = signed_in(gu)
    address = f"/office/pages/{story.pk}/edit/?next=/office/story-pages/"

    saved = client.post(address, FORM | {"next": "/office/story-pages/", "action-submit": "1"})

    assert f'href="{address}"' in client.get("/office/story-pages/").text
    assert saved.headers["Location"] == "/office/story-pages/"


def test_a_standing_page_is_added_below_the_first_page(gu: Member) -> None:
    page = signed_in(gu).get("/office/standing-pages/").text

    assert f"/office/pages/add/cms/standardpage/{home().pk}/" in page


def test_the_latest_stands_first(tell: Tell, mu: Member) -> None:
    for slug, day in (("b", "2026-11-02"), ("c", "2026-11-03"), ("a", "2026-11-01")):
        tell(slug, slug, day)

    assert listed(mu, "story-pages/") == ["c", "b", "a"]
    assert listed(mu, "story-pages/?ordering=written_on") == ["a", "b", "c"]
    assert listed(mu, "story-pages/?ordering=nonsense") == ["c", "b", "a"]


def test_it_finds_a_part_of_a_title(tell: Tell, mu: Member) -> None:
    tell("packs", "一车萝卜")
    tell("seeds", "种子")

    assert listed(mu, "story-pages/?q=萝卜") == ["一车萝卜"]
    assert "没有对得上的页面" in signed_in(mu).get("/office/story-pages/?q=黄瓜").text


def test_it_keeps_what_nobody_sees_yet(tell: Tell, mu: Member) -> None:
    tell("packs", "一车萝卜")
    tell("seeds", "种子").unpublish()

    assert listed(mu, "story-pages/?live=false") == ["种子"]
    assert listed(mu, "story-pages/?live=true") == ["一车萝卜"]


@pytest.fixture
def fairs(market_days: MarketDayIndexPage, supermarket: ServicePoint) -> list[MarketDayPage]:
    return [
        write(
            market_days,
            MarketDayPage,
            slug,
            title=slug,
            summary="一年三回。",
            series=series,
            theme="年货大集",
            service_point=supermarket,
            held_on=datetime.date.fromisoformat(day),
        )
        for slug, series, day in [
            ("spring", "farm_meets_community", "2026-04-11"),
            ("winter", "new_year_fair", "2099-01-30"),
        ]
    ]


def test_market_days_by_their_series(fairs: list[MarketDayPage], mu: Member) -> None:
    assert listed(mu, "market-day-pages/") == ["winter", "spring"]
    assert listed(mu, "market-day-pages/?series=new_year_fair") == ["winter"]


def test_a_day_that_is_over_is_copied_from_its_row(fairs: list[MarketDayPage], mu: Member) -> None:
    spring, winter = fairs
    client = signed_in(mu)

    page = client.get("/office/market-day-pages/").text

    assert f'formaction="/office/market-day-pages/copy/{spring.pk}/"' in page
    assert f"/office/market-day-pages/copy/{winter.pk}/" not in page

    client.post(f"/office/market-day-pages/copy/{spring.pk}/")
    page = client.get("/office/market-day-pages/").text

    assert "formaction" not in page
    assert "打开复制件" in page


def test_the_menu_of_a_market_day_offers_its_copy(fairs: list[MarketDayPage], mu: Member) -> None:
    spring = fairs[0]
    client = signed_in(mu)

    form = client.get(f"/office/pages/{spring.pk}/edit/").text
    asked = client.get(f"/office/market-day-pages/copy/{spring.pk}/")

    assert f'href="/office/market-day-pages/copy/{spring.pk}/"' in form
    assert "复制成明年的" in asked.text
    assert asked.status_code == 200
    assert MarketDayPage.objects.count() == 2


def queries(member: Member, address: str) -> int:
    client = signed_in(member)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_it_asks_no_more_with_twenty_pages(tell: Tell, mu: Member) -> None:
    tell("first", "first")
    few = queries(mu, "/office/story-pages/")
    for number in range(20):
        tell(f"story-{number}", f"story-{number}")

    assert len(listed(mu, "story-pages/")) == 21
    assert queries(mu, "/office/story-pages/") == few
