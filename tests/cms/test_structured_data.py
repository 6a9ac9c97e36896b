"""What search engines and shared links read in the head of a page."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from wagtail.models import Locale

from cms.models import (
    HomePage,
    MarketDayIndexPage,
    MarketDayPage,
    StoryIndexPage,
    StoryPage,
)
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Listing
from market.sharing.links import data_script
from people.models import Member, ServicePoint
from tests.cms.head import Head
from tests.cms.test_feeds import translated
from tests.cms.test_market_day_pages import ADDRESS, fair
from tests.cms.written import write
from tests.stories import order

SITE = "https://huilin.example.org"
SCHEMA = "https://schema.org"


@pytest.fixture(autouse=True)
def site(settings: LazySettings) -> None:
    settings.SITE_ADDRESS = SITE


def head(client: Client, address: str) -> Head:
    response = client.get(address)
    assert response.status_code == 200
    return Head(response.text)


def new_year_fair(parent: MarketDayIndexPage, point: ServicePoint, **fields: Any) -> MarketDayPage:
    fields = {
        "opens_time": datetime.time(9),
        "closes_time": datetime.time(16),
        "place_note": "8号楼前",
    } | fields
    return fair(parent, point, datetime.date(2027, 1, 30), **fields)


# --- A market day ---------------------------------------------------------------------


def test_a_market_day_is_an_event(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    new_year_fair(market_days, supermarket)

    found = head(client, ADDRESS)

    address = f"{SITE}{ADDRESS}"
    assert found.data == {
        "@context": SCHEMA,
        "@type": "Event",
        "name": "年货大集",
        "description": "一趟办齐。",
        "url": address,
        "inLanguage": "zh-Hans",
        "startDate": "2027-01-30T09:00:00+08:00",
        "endDate": "2027-01-30T16:00:00+08:00",
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "长城花园爱心超市",
            "description": "8号楼前",
            "telephone": "0951-0000001",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "长城花园爱心超市",
                "addressLocality": "长城花园社区",
                "addressCountry": "CN",
            },
        },
        "image": [found.told["og:image"]],
        "organizer": {"@type": "Organization", "name": "长城花园社区", "url": f"{SITE}/"},
        "isAccessibleForFree": True,
        "offers": {
            "@type": "Offer",
            "price": "0",
            "priceCurrency": "CNY",
            "availability": f"{SCHEMA}/InStock",
            "url": address,
        },
    }


def test_an_english_market_day_is_told_in_english(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    translated(new_year_fair(market_days, supermarket), title="New Year fair")

    found = head(client, f"/en{ADDRESS}").data

    assert found["name"] == "New Year fair"
    assert found["inLanguage"] == "en"
    assert found["location"]["name"] == "Changcheng Huayuan Love Supermarket"
    assert found["organizer"] == {
        "@type": "Organization",
        "name": "Changcheng Huayuan",
        "url": f"{SITE}/en/",
    }


def test_a_text_does_not_leave_its_data(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    title = "</script><script>alert(1)</script><!-- & ]]>"
    new_year_fair(market_days, supermarket, title=title, summary=title)

    page = client.get(ADDRESS).text

    assert "<script>alert" not in page
    assert Head(page).data["name"] == title


def test_data_is_written_for_no_browser_to_run() -> None:
    script = data_script({"name": "</SCRIPT><!--<script>&"})

    assert script == (
        '<script type="application/ld+json">{"@context": "https://schema.org", '
        '"name": "\\u003C/SCRIPT\\u003E\\u003C!--\\u003Cscript\\u003E\\u0026"}</script>'
    )


# --- A product ------------------------------------------------------------------------


def test_a_product_says_what_it_costs_and_what_is_left(client: Client, radishes: Listing) -> None:
    path = f"/produce/{radishes.product.sku}/"

    found = head(client, path)

    assert found.data["@type"] == "Product"
    assert found.data["name"] == "红寺堡萝卜"
    assert found.data["sku"] == radishes.product.sku
    assert found.data["image"] == [found.told["og:image"]]
    assert "aggregateRating" not in found.data
    assert found.data["offers"] == [
        {
            "@type": "Offer",
            "price": "0.90",
            "priceCurrency": "CNY",
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                "price": "0.90",
                "priceCurrency": "CNY",
                "unitText": "斤",
            },
            "availability": f"{SCHEMA}/InStock",
            "seller": {"@type": "Organization", "name": "长城花园爱心超市"},
            "url": f"{SITE}{path}",
        }
    ]


@pytest.mark.parametrize(
    ("taken_g", "left"), [(45_000, "LimitedAvailability"), (50_000, "SoldOut")]
)
def test_what_is_left_is_told_as_it_is(
    client: Client, radishes: Listing, ma: Member, taken_g: int, left: str
) -> None:
    path = f"/produce/{radishes.product.sku}/"
    before = head(client, path).data["offers"][0]["availability"]
    order(ma, {radishes: taken_g})
    after = head(client, path).data["offers"][0]["availability"]

    assert before == f"{SCHEMA}/InStock"
    assert after == f"{SCHEMA}/{left}"


def test_what_is_no_longer_sold_is_offered_nowhere(
    client: Client, radishes: Listing, millet: Listing
) -> None:
    withdraw_listing(listing=radishes)

    found = head(client, f"/produce/{radishes.product.sku}/")

    assert found.data["offers"] == []
    assert found.told["description"] == "红寺堡萝卜 · 吴忠市红寺堡区"


# --- The head of every page -----------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/produce/", "/market-days/", "/produce/HSB-LB/"])
def test_every_page_says_where_it_is_in_both_languages(
    client: Client, market_days: MarketDayIndexPage, radishes: Listing, path: str
) -> None:
    translated(market_days, title="Market days")

    for address in (path, f"/en{path}"):
        found = head(client, f"{address}?point=7&utm=wechat")

        assert found.canonical == found.told["og:url"] == f"{SITE}{address}"
        assert found.languages == {
            "zh-hans": f"{SITE}{path}",
            "en": f"{SITE}/en{path}",
            "x-default": f"{SITE}{path}",
        }
        is_english = address.startswith("/en/")
        assert found.told["og:locale"] == ("en_GB" if is_english else "zh_CN")
        assert found.told["og:locale:alternate"] == ("zh_CN" if is_english else "en_GB")
        assert found.told["twitter:card"] == "summary_large_image"
        assert found.told["og:title"]
        assert found.told["og:description"]


def test_a_page_in_one_language_says_so(client: Client, stories: StoryIndexPage) -> None:
    write(stories, StoryPage, "packs", summary="-")

    found = head(client, "/stories/packs/")

    address = f"{SITE}/stories/packs/"
    assert found.languages == {"zh-hans": address, "x-default": address}
    assert "og:locale:alternate" not in found.told


def test_a_copy_that_nobody_translated_points_to_what_it_shows(
    client: Client, stories: StoryIndexPage
) -> None:
    page = write(stories, StoryPage, "packs", title="一车萝卜", summary="-")
    english = Locale.objects.get(language_code="en")
    if page.get_translation_or_none(english) is None:
        page.copy_for_translation(english, copy_parents=True, alias=True)

    found = head(client, "/en/stories/packs/")

    assert found.canonical == f"{SITE}/stories/packs/"
    assert found.told["og:locale"] == "zh_CN"
    assert found.told["og:title"] == "一车萝卜"


def test_a_shelf_and_a_sheet_of_the_shop_have_addresses_and_a_search_has_none(
    client: Client, radishes: Listing
) -> None:
    shelf = head(client, "/produce/?category=vegetables&certificate=on")
    search = head(client, "/produce/?q=luobo")

    assert shelf.canonical == f"{SITE}/produce/?category=vegetables"
    assert shelf.languages["en"] == f"{SITE}/en/produce/?category=vegetables"
    assert shelf.title == "蔬菜 · 买菜 · 惠邻"
    assert search.canonical == f"{SITE}/produce/"


def test_titles_and_sentences_are_each_page_s_own(
    client: Client,
    stories: StoryIndexPage,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
) -> None:
    write(stories, StoryPage, "packs", title="一车萝卜", summary="三百二十个包。")
    new_year_fair(market_days, supermarket)
    paths = [
        "/", "/produce/", "/produce/HSB-LB/", "/stories/", "/stories/packs/", "/market-days/",
        ADDRESS, "/notices/", "/suppliers/",
    ]  # fmt: skip

    heads = [head(client, path) for path in paths]

    assert len({found.title for found in heads}) == len(paths)
    assert len({found.told["description"] for found in heads}) == len(paths)


def test_the_title_for_search_engines_is_the_editor_s(
    client: Client, stories: StoryIndexPage
) -> None:
    write(stories, StoryPage, "packs", title="一车萝卜", summary="-", seo_title="滞销萝卜去哪了")

    found = head(client, "/stories/packs/")

    assert found.title == "滞销萝卜去哪了 · 惠邻"
    assert found.told["og:title"] == "滞销萝卜去哪了"


def test_a_page_is_told_anew_when_it_is_published_again(
    client: Client, stories: StoryIndexPage
) -> None:
    page = write(stories, StoryPage, "packs", title="一车萝卜", summary="-")
    before = head(client, "/stories/packs/").told["og:title"]
    page.title = "两车萝卜"
    page.save_revision()
    draft = head(client, "/stories/packs/").told["og:title"]
    page.save_revision().publish()
    after = head(client, "/stories/packs/").told["og:title"]

    assert (before, draft, after) == ("一车萝卜", "一车萝卜", "两车萝卜")


def test_a_preview_tells_nobody_anything(stories: StoryIndexPage) -> None:
    page = write(stories, StoryPage, "packs", title="一车萝卜", summary="-")
    page.title = "还没定"

    preview = page.make_preview_request(preview_mode="").render().text

    assert "还没定" in preview
    assert "canonical" not in preview
    assert "og:url" not in preview


def test_the_home_page_shares_its_promise(client: Client, db: None) -> None:
    page = HomePage.objects.get(locale__language_code="zh-hans")

    found = head(client, "/")

    assert found.told["og:title"] == page.headline
    assert found.told["og:description"] == page.promise
