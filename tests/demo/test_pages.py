"""The demonstration's pages: all there, in both languages, none empty."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page

from cms.models import MarketDayPage, NoticePage, StandardPage, StoryPage, SupplierPage
from demo.data import pages_data
from demo.loading.pages import load_pages
from demo.loading.words import Words, blocks_of
from ledger.clock import database_now
from people.models import ServicePoint

HAN = ("一", "的", "菜")
HOW_MANY = {SupplierPage: 8, MarketDayPage: 3, StoryPage: 4, NoticePage: 2, StandardPage: 2}


def in_language(model: type[Page], code: str) -> Any:
    return model.objects.live().filter(locale__language_code=code, alias_of=None)


def test_every_page_opens_in_both_languages(demonstration: None, client: Client) -> None:
    pages = Page.objects.live().filter(depth__gt=2)

    for page in pages.select_related("locale"):
        answer = client.get(page.get_url())
        assert answer.status_code == 200, page.get_url()
        english = page.locale.language_code == "en"
        article = answer.text.partition("<h1>")[2].partition("</article>")[0]
        words = article.replace("承诺达标合格证", "")
        assert any(sign in words for sign in HAN) != english, page

    for model, count in HOW_MANY.items():
        assert in_language(model, "zh-hans").count() == count
        assert in_language(model, "en").count() == count


def test_a_second_time_adds_none(demonstration: None) -> None:
    before = Page.objects.count()
    points = {point.community.code: point for point in ServicePoint.objects.all()}

    load_pages(points, database_now())

    assert Page.objects.count() == before


def test_notices_end_by_themselves_in_both_languages(demonstration: None) -> None:
    now = database_now()
    notices = NoticePage.objects.all()

    assert len(notices) == 4
    assert all(notice.expire_at and notice.expire_at > now for notice in notices)


def test_a_market_day_lies_ahead_with_its_goods(demonstration: None, client: Client) -> None:
    page = client.get("/market-days/new-year-goods-fair/").text

    assert "写春联送福字" in page
    assert "发 100 个号" in page
    assert page.count('class="stall__number"') == 6
    assert "胡麻油（5升）" in page


def test_a_market_day_that_is_over_shows_what_came_of_it(
    demonstration: None, client: Client
) -> None:
    page = client.get("/market-days/farm-meets-community/").text

    assert ["<b>620</b>" in page, "<b>¥1,125.20</b>" in page, "<b>8</b>" in page] == [True] * 3
    assert "91.75" in page


# --- The file -------------------------------------------------------------------------


def pairs(node: Any) -> list[dict[str, str]]:
    if isinstance(node, dict):
        if set(node) == {"zh", "en"}:
            return [node]
        return [pair for child in node.values() for pair in pairs(child)]
    if isinstance(node, list):
        return [pair for child in node for pair in pairs(child)]
    return []


def test_every_text_is_there_twice() -> None:
    found = pairs(pages_data())

    assert len(found) > 300
    assert [pair for pair in found if not (pair["zh"] and pair["en"])] == []


def test_words_remember_their_english() -> None:
    words = Words()

    chinese = words.of({"zh": "萝卜", "en": "radish"})
    rich = words.rich({"zh": "<p>一斤</p><p>两斤</p>", "en": "<p>one jin</p><p>two jin</p>"})

    assert (chinese, rich) == ("萝卜", "<p>一斤</p><p>两斤</p>")
    assert words.english == {"萝卜": "radish", "一斤": "one jin", "两斤": "two jin"}


def test_rich_text_of_two_shapes_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        Words().rich({"zh": "<p>一</p><p>二</p>", "en": "<p>one</p>"})


def test_several_thanks_are_several_blocks() -> None:
    said = {"text": {"zh": "好", "en": "good"}, "from": {"zh": "丁**", "en": "D**"}}

    made = blocks_of([{"thanks": [said, said]}], Words(), lambda _name, _alt: None)

    assert [each["type"] for each in made] == ["thanks", "thanks"]


def test_a_picture_that_is_not_drawn_is_left_out() -> None:
    picture = {"picture": {"name": "nowhere", "alt": {"zh": "无", "en": "none"}}}

    assert blocks_of([picture], Words(), lambda _name, _alt: None) == []
