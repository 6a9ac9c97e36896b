"""The map of the site for search engines, and what they are asked to leave alone."""

from __future__ import annotations

import datetime
from xml.etree import ElementTree as Xml

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale

from cms.models import StoryIndexPage, StoryPage
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Category, Listing, Supplier
from people.models import Member, ServicePoint
from tests.cms.test_home_page import stock_up
from tests.cms.written import write

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
SITE = "https://huilin.example.org"
QUERIES_MOST = 6


@pytest.fixture(autouse=True)
def site(settings: LazySettings) -> None:
    settings.SITE_ADDRESS = SITE


def entries(client: Client) -> dict[str, Xml.Element]:
    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    root = Xml.fromstring(response.content)
    assert root.tag == f"{MAP}urlset"
    found = {(each.findtext(f"{MAP}loc") or "").removeprefix(SITE): each for each in root}
    assert len(found) == len(root)
    return found


def languages(entry: Xml.Element) -> dict[str | None, str]:
    links = entry.findall(LINK)
    assert {each.get("rel") for each in links} == {"alternate"}
    return {each.get("hreflang"): (each.get("href") or "").removeprefix(SITE) for each in links}


def test_it_lists_pages_and_the_shop_in_both_languages(client: Client, db: None) -> None:
    found = entries(client)

    assert languages(found["/"]) == {"zh-hans": "/", "en": "/en/", "x-default": "/"}
    assert languages(found["/en/"]) == languages(found["/"])
    assert languages(found["/en/produce/"])["zh-hans"] == "/produce/"


def test_a_page_says_when_it_last_changed(client: Client, stories: StoryIndexPage) -> None:
    page = write(stories, StoryPage, "packs", summary="-")

    entry = entries(client)["/stories/packs/"]

    changed = datetime.datetime.fromisoformat(entry.findtext(f"{MAP}lastmod") or "")
    assert changed == page.last_published_at
    assert languages(entry) == {"zh-hans": "/stories/packs/", "x-default": "/stories/packs/"}


def test_what_nobody_can_read_is_left_out(client: Client, stories: StoryIndexPage) -> None:
    write(stories, StoryPage, "gone", summary="-").unpublish()

    assert "/stories/gone/" not in entries(client)


def test_a_copy_that_nobody_translated_is_left_out(client: Client, stories: StoryIndexPage) -> None:
    page = write(stories, StoryPage, "packs", summary="-")
    english = Locale.objects.get(language_code="en")
    if page.get_translation_or_none(english) is None:
        page.copy_for_translation(english, copy_parents=True, alias=True)

    assert client.get("/en/stories/packs/").status_code == 200
    assert "/en/stories/packs/" not in entries(client)


def test_goods_are_there_while_they_are_on_sale(
    client: Client, radishes: Listing, millet: Listing
) -> None:
    address = f"/produce/{radishes.product.sku}/"
    before = entries(client)
    withdraw_listing(listing=radishes)
    after = entries(client)

    assert languages(before[address])["en"] == f"/en{address}"
    since = datetime.datetime.fromisoformat(before[address].findtext(f"{MAP}lastmod") or "")
    assert since == radishes.on_sale_from
    assert address not in after
    assert f"/produce/{millet.product.sku}/" in after


def test_every_address_on_it_is_there(
    client: Client, stories: StoryIndexPage, radishes: Listing
) -> None:
    write(stories, StoryPage, "packs", summary="-")

    assert {path: client.get(path).status_code for path in entries(client)} == dict.fromkeys(
        entries(client), 200
    )


def test_it_asks_little_however_much_there_is(
    client: Client,
    supermarket: ServicePoint,
    hongsibu: Supplier,
    vegetables: Category,
    gu: Member,
    stories: StoryIndexPage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    stock_up(12, supplier=hongsibu, category=vegetables, point=supermarket, by=gu)
    for number in range(12):
        write(stories, StoryPage, f"s{number}", summary="-")

    with django_assert_max_num_queries(QUERIES_MOST):
        client.get("/sitemap.xml")


def test_robots_find_the_map_and_leave_personal_pages_alone(client: Client) -> None:
    response = client.get("/robots.txt")

    assert response["Content-Type"].startswith("text/plain")
    lines = response.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"
    personal = ["office", "q", "orders", "basket", "checkout", "mine", "till", "search"]
    for name in personal:
        assert f"Disallow: /{name}/" in lines
        assert f"Disallow: /en/{name}/" in lines
    allowed = ("/produce/", "/market-days/", "/shared/", "/feeds/", "/static/", "/media/")
    for line in lines[1:-1]:
        assert not any(path.startswith(line.removeprefix("Disallow: ")) for path in allowed)
