"""The box that looks for goods and pages: where it is, and what it makes of what is typed."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.contrib.search_promotions.models import Query

from cms.models import StoryIndexPage, StoryPage
from market.produce.models import Listing
from tests.cms.looking import STORY, found, look

pytestmark = pytest.mark.django_db

# --- Where the box is -----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/stories/", "/basket/", "/sign-in/", "/search/"])
def test_the_box_is_on_every_page(client: Client, stories: StoryIndexPage, path: str) -> None:
    assert client.get(path).text.count('<form class="find" role="search" action="/search/">') == 1


def test_in_english_it_leads_to_english(client: Client) -> None:
    assert 'action="/en/search/"' in client.get("/en/").text


def test_the_shop_has_one_box_that_leads_on(client: Client, radishes: Listing) -> None:
    page = client.get("/produce/?q=集市")

    assert page.text.count('role="search"') == 1
    assert 'href="/search/?q=%E9%9B%86%E5%B8%82"' in page.text


# --- What is typed --------------------------------------------------------------------


def test_nothing_typed_asks_for_something(client: Client, radishes: Listing) -> None:
    page = client.get("/search/")

    assert page.status_code == 200
    assert "想找什么就写什么：菜名、供货人、集市都行。" in page.text
    assert [good.sku for good in page.context["suggestions"]] == ["HSB-LB"]


@pytest.mark.parametrize(
    "typed",
    ["%", "_", '"', "'", "-", "*", "()", "😀", "\0", "粉条\0", "粉" * 61, "\\", "&|!", "　。"],
)
def test_what_is_no_word_is_refused_in_one_sentence(
    client: Client, story: StoryPage, typed: str
) -> None:
    page = look(client, typed)

    assert page.status_code == 200
    assert "这个没法找。写一两个词就行，比如“粉条”。" in page.text


@pytest.mark.parametrize(
    "typed",
    ['"萝卜"', "-萝卜", "萝卜*", "%萝卜%", "NOT", "NEAR(萝卜 白菜)", "title:萝卜", "萝卜 OR",
     "萝卜'; --", "萝 & ! |", "AND", "1e5", "0x1F", "é", "粉" * 60, "a b c d",
     "萝卜😀", "𠮷野"],
)  # fmt: skip
def test_signs_mean_nothing_to_the_database(client: Client, story: StoryPage, typed: str) -> None:
    page = look(client, typed)

    assert page.status_code == 200
    assert "这个没法找" not in page.text


@pytest.mark.parametrize("typed", ['"萝卜"', "-萝卜", "萝卜*", "%萝卜%", "萝卜😀", "（萝卜）"])
def test_and_are_left_out(client: Client, story: StoryPage, typed: str) -> None:
    assert found(client, typed) == [STORY]


def test_what_was_typed_is_shown_as_text(client: Client) -> None:
    page = look(client, "<script>alert(1)</script>")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_nothing_found_says_so_and_what_else_there_is(
    client: Client, radishes: Listing, millet: Listing
) -> None:
    page = look(client, "榴莲")

    assert "没找到。换个短一点的词再试试。" in page.text
    assert 'href="tel:0951-0000001"' in page.text
    assert {good.sku for good in page.context["suggestions"]} == {"HSB-LB", "XMG-XM-25"}


def test_nothing_found_while_nothing_is_on_sale(client: Client) -> None:
    page = look(client, "榴莲")

    assert page.status_code == 200
    assert "没找到。" in page.text
    assert "tel:" not in page.text


def test_looking_changes_nothing_so_it_takes_no_post(client: Client) -> None:
    assert client.post("/search/", {"q": "萝卜"}).status_code == 405


def test_what_was_typed_is_kept_nowhere(client: Client, story: StoryPage) -> None:
    for typed in ("萝卜", "榴莲"):
        look(client, typed)

    assert not Query.objects.exists()
