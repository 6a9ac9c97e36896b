"""An address where nothing is, or nothing any more: what the visitor finds instead."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cms.models import MarketDayIndexPage, StoryIndexPage, StoryPage
from market.produce.models import Listing
from tests.cms.test_feeds import translated
from tests.cms.written import write

QUERIES_MOST = 12


@pytest.mark.parametrize(
    ("prefix", "words", "name_of_days"),
    [
        (
            "",
            ("没有这一页", "看看今天卖啥", "回首页", '打电话问：<b class="n">0951-0000001</b>'),
            "集市",
        ),
        (
            "/en",
            (
                "This page is not here",
                "What is for sale",
                "To the home page",
                'Call us: <b class="n">0951-0000001</b>',
            ),
            "Market days",
        ),
    ],
)
def test_it_leads_on(
    client: Client,
    market_days: MarketDayIndexPage,
    radishes: Listing,
    prefix: str,
    words: tuple[str, ...],
    name_of_days: str,
) -> None:
    translated(market_days, title="Market days")

    page = client.get(f"{prefix}/no/such/page/")

    assert page.status_code == 404
    main = page.text[page.text.index("<main") :]
    for each in words:
        assert each in main
    for address in ("/produce/", "/market-days/", "/"):
        assert f'href="{prefix}{address}"' in main
    assert 'href="tel:0951-0000001"' in main
    assert name_of_days in main
    assert '<meta name="robots" content="noindex">' in page.text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_one_can_look_for_it_by_name(client: Client, radishes: Listing, prefix: str) -> None:
    page = client.get(f"{prefix}/no-such-page/").text
    main = page[page.index("<main") :]

    assert page.count('role="search"') == 1
    assert f'<form class="find" role="search" action="{prefix}/search/">' in main
    assert client.get(f"{prefix}/search/", {"q": "萝卜"}).status_code == 200


def test_nothing_is_offered_that_is_not_there(client: Client, db: None) -> None:
    MarketDayIndexPage.objects.all().delete()

    page = client.get("/no-such-page/")

    assert page.status_code == 404
    assert "tel:" not in page.text
    assert "/market-days/" not in page.text[page.text.index("<main") :]


def test_a_page_that_was_taken_down_says_so(client: Client, stories: StoryIndexPage) -> None:
    write(stories, StoryPage, "packs", summary="-").unpublish()

    page = client.get("/stories/packs/")

    assert page.status_code == 404
    assert "没有这一页" in page.text


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_page_that_moved_is_found_at_its_old_address(
    client: Client,
    stories: StoryIndexPage,
    language: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    page = write(stories, StoryPage, "packs", summary="-")
    english = translated(page, title="Packs")
    moved = english if language else page
    moved.slug = "one-lorry"
    with django_capture_on_commit_callbacks(execute=True):
        moved.save_revision().publish()

    response = client.get(f"{language}/stories/packs/")

    assert response.status_code == 301
    assert response["Location"].endswith(f"{language}/stories/one-lorry/")
    assert client.get(response["Location"]).status_code == 200


def test_it_asks_little(
    client: Client, radishes: Listing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(QUERIES_MOST):
        client.get("/no-such-page/")
