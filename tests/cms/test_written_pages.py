"""Stories, notices and standing pages, and the blocks they are written with."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.blocks import Block
from wagtail.models import Page
from wagtail.rich_text import RichText

from cms.blocks import WITH_HEADINGS, BodyBlock, ProgrammeBlock, SeasonsBlock, StallsBlock, chosen
from cms.models import NoticeIndexPage, NoticePage, StandardPage, StoryIndexPage, StoryPage
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Listing
from tests.cms.written import Row, a_picture, block, home, text, write

pytestmark = pytest.mark.django_db

LIST_QUERIES_MOST = 9
BODY = BodyBlock()
ENGLISH = '<link rel="alternate" hreflang="en"'
CHINESE = '<link rel="alternate" hreflang="zh-hans"'
WITHOUT_DATABASE = sorted(set(BODY.child_blocks) - {"picture", "price_tag", "cards"})


def standing(*body: Row, slug: str = "about", **fields: Any) -> StandardPage:
    fields = {"title": "惠邻是什么", "summary": "一分不加。"} | fields
    return write(home(), StandardPage, slug, body=list(body), **fields)


def shown(client: Client, *body: Row) -> str:
    standing(*body)
    return " ".join(client.get("/about/").text.split())


# --- Pages ----------------------------------------------------------------------------


def test_a_story_has_its_day(client: Client, stories: StoryIndexPage) -> None:
    day = datetime.date(2026, 11, 20)
    write(stories, StoryPage, "packs", title="一车萝卜", summary="三百二十个包。", written_on=day)

    page = client.get("/stories/packs/")

    assert page.status_code == 200
    assert "<h1>一车萝卜</h1>" in page.text
    assert "三百二十个包。" in page.text
    assert '<time datetime="2026-11-20">2026年11月20日</time>' in page.text


def test_stories_are_listed_with_the_latest_first(client: Client, stories: StoryIndexPage) -> None:
    for day in (3, 9, 6):
        written_on = datetime.date(2026, 11, day)
        write(stories, StoryPage, f"s{day}", title=f"第{day}", summary="-", written_on=written_on)

    page = client.get("/stories/").text

    assert page.index("第9") < page.index("第6") < page.index("第3")


def test_a_page_without_a_picture_leaves_no_room_for_one(
    client: Client, stories: StoryIndexPage
) -> None:
    write(stories, StoryPage, "plain", summary="-")
    write(stories, StoryPage, "shown", summary="-", picture=a_picture(), picture_alt="一车萝卜")

    page = client.get("/stories/").text

    assert page.count('class="card good good--plain"') == 1
    assert page.count('class="card good"') == 1


@pytest.mark.parametrize("count", [2, 12])
def test_a_list_asks_for_its_pictures_together(
    client: Client,
    stories: StoryIndexPage,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        picture = a_picture()
        write(stories, StoryPage, f"s{number}", summary="-", picture=picture, picture_alt="萝卜")
    client.get("/stories/")

    with django_assert_max_num_queries(LIST_QUERIES_MOST):
        page = client.get("/stories/")

    assert page.text.count("<img") == count


def test_a_notice_that_is_over_is_gone(client: Client, notices: NoticeIndexPage) -> None:
    notice = write(notices, NoticePage, "cold", title="要降温", summary="早截单。")
    before = client.get("/notices/").text
    notice.unpublish()
    after = client.get("/notices/").text

    assert "要降温" in before
    assert "要降温" not in after
    assert client.get("/notices/cold/").status_code == 404


def test_a_draft_is_seen_by_nobody(client: Client, stories: StoryIndexPage) -> None:
    page = write(stories, StoryPage, "draft", title="草稿", summary="-")
    page.unpublish()

    assert client.get("/stories/draft/").status_code == 404
    assert "草稿" not in client.get("/stories/").text


def test_a_page_stands_where_it_belongs() -> None:
    assert StoryPage.allowed_parent_page_models() == [StoryIndexPage]
    assert NoticePage.allowed_parent_page_models() == [NoticeIndexPage]
    assert StandardPage.allowed_subpage_models() == []


def test_a_shared_link_says_what_it_is(client: Client, stories: StoryIndexPage) -> None:
    write(stories, StoryPage, "packs", title="一车萝卜", summary="三百二十个包。")

    page = client.get("/stories/packs/").text

    assert '<meta property="og:title" content="一车萝卜">' in page
    assert '<meta property="og:description" content="三百二十个包。">' in page
    assert '<link rel="canonical" href="http://' in page
    assert CHINESE in page
    assert ENGLISH not in page


def test_a_copy_that_nobody_translated_is_no_translation(
    client: Client, stories: StoryIndexPage
) -> None:
    page = write(stories, StoryPage, "packs", title="一车萝卜", summary="三百二十个包。")
    english = Page.objects.get(slug="home-en").locale
    page.copy_for_translation(english, copy_parents=True, alias=True)

    assert client.get("/en/stories/packs/").status_code == 200
    assert ENGLISH not in client.get("/stories/packs/").text


def test_a_translation_is_told_to_search_engines(client: Client, stories: StoryIndexPage) -> None:
    page = write(stories, StoryPage, "packs", title="一车萝卜", summary="三百二十个包。")
    english = Page.objects.get(slug="home-en").locale
    page.copy_for_translation(english, copy_parents=True).save_revision().publish()

    for address in ("/stories/packs/", "/en/stories/packs/"):
        text_of_page = client.get(address).text
        assert ENGLISH in text_of_page
        assert CHINESE in text_of_page


def test_the_switch_of_languages_stays_on_the_page(client: Client, stories: StoryIndexPage) -> None:
    write(stories, StoryPage, "packs", title="一车萝卜", summary="三百二十个包。")

    assert 'href="/en/stories/packs/"' in client.get("/stories/packs/").text


def test_a_picture_needs_words(stories: StoryIndexPage) -> None:
    picture = a_picture(description="")

    with pytest.raises(ValidationError, match="请写明图片里是什么"):
        write(stories, StoryPage, "mute", summary="-", picture=picture)


def test_a_picture_brings_its_own_words(client: Client, stories: StoryIndexPage) -> None:
    write(stories, StoryPage, "p", summary="-", picture=a_picture(description="一车萝卜"))

    assert 'alt="一车萝卜"' in client.get("/stories/p/").text


def test_a_picture_is_told_and_shared(client: Client, stories: StoryIndexPage) -> None:
    picture = a_picture()
    write(stories, StoryPage, "p", summary="-", picture=picture, picture_alt="一车萝卜")

    page = client.get("/stories/p/").text

    assert 'alt="一车萝卜"' in page
    assert 'property="og:image"' in page
    assert ".webp" in page


# --- Blocks ---------------------------------------------------------------------------


def every_block() -> list[Block]:
    streams = (BODY, SeasonsBlock(), ProgrammeBlock(), StallsBlock())
    return [child for stream in streams for child in stream.child_blocks.values()]


@pytest.mark.parametrize("child", every_block(), ids=lambda child: child.name)
def test_every_block_says_what_it_is_for(child: Block) -> None:
    assert child.label
    assert child.get_description()


@pytest.mark.parametrize("name", sorted(BODY.child_blocks))
def test_every_block_has_one_template(name: str) -> None:
    template = BODY.child_blocks[name].get_template(None)

    assert template == f"cms/blocks/{name}.html"
    assert (Path(settings.BASE_DIR) / "templates" / template).is_file()


@pytest.mark.parametrize("name", WITHOUT_DATABASE)
def test_every_block_shows_an_example(name: str) -> None:
    child = BODY.child_blocks[name]

    assert child.is_previewable
    assert child.render(child.get_preview_value()).strip()


def test_a_price_tag_previews_something_that_is_sold(radishes: Listing) -> None:
    child = BODY.child_blocks["price_tag"]

    assert child.get_preview_value()["product"] == radishes.product


def test_text_is_cleaned_of_what_harms() -> None:
    converter = ContentstateConverter(features=WITH_HEADINGS)
    pasted = (
        '<p class="MsoNormal" style="color:red">好<script>alert(1)</script></p>'
        '<p><a href="javascript:alert(1)">点</a><img src="x" onerror="alert(1)"/></p>'
    )

    kept = converter.to_database_format(converter.from_database_format(pasted))
    html = render_to_string("cms/blocks/text.html", {"value": RichText(kept)})

    assert "好" in html
    assert "点" in html
    for harm in ("<script", "javascript:", "onerror", "style=", "MsoNormal"):
        assert harm not in html


def test_steps_are_numbered(client: Client) -> None:
    steps = [{"title": "挑菜", "text": "写斤数。"}, {"title": "下单", "text": ""}]

    page = shown(client, block("steps", steps=steps))

    assert '<ol class="steps"> <li><b>挑菜</b><br>写斤数。</li> <li><b>下单</b></li> </ol>' in page


def test_dos_stand_beside_donts(client: Client) -> None:
    page = shown(client, block("dos_and_donts", dos=["带布袋"], donts=["别停车"]))

    assert "<h3>可以</h3> <ul><li>带布袋</li></ul>" in page
    assert "<h3>别</h3> <ul><li>别停车</li></ul>" in page


def test_an_answer_waits_behind_its_question(client: Client) -> None:
    page = shown(client, block("expander", title="没有手机？", text="<p>打电话。</p>"))

    assert "<details> <summary>没有手机？</summary>" in page
    assert "<p>打电话。</p>" in page


@pytest.mark.parametrize(
    ("kind", "drawn"), [("info", "say info"), ("ok", "say ok"), ("warning", "say no")]
)
def test_an_announcement_has_its_colour(client: Client, kind: str, drawn: str) -> None:
    page = shown(client, block("announcement", kind=kind, text="改到下午。"))

    assert drawn in page
    assert "改到下午。" in page


def test_figures_stand_large(client: Client) -> None:
    figures = [{"number": "320", "unit": "包", "label": "爱心蔬菜包"}]

    page = shown(client, block("figures", figures=figures))

    assert "<b>320 <i>包</i></b><span>爱心蔬菜包</span>" in page


def test_thanks_are_quoted(client: Client) -> None:
    page = shown(client, block("thanks", text="炖上了。", said_by="7号楼 丁**"))

    assert "<blockquote>炖上了。</blockquote>" in page
    assert "7号楼 丁**" in page


def test_cards_lead_on(client: Client, stories: StoryIndexPage) -> None:
    cards = [
        {"title": "故事", "text": "看看", "page": stories.pk},
        {"title": "哪也不去", "text": "", "page": None},
    ]

    page = shown(client, block("cards", cards=cards))

    assert 'href="/stories/"><b>故事</b><br>看看' in page
    assert "哪也不去" in page


def test_a_picture_has_its_caption(client: Client) -> None:
    picture = {"image": a_picture().pk, "alt_text": "白菜", "decorative": False}

    page = shown(client, block("picture", picture=picture, caption="一车白菜"))

    assert 'alt="白菜"' in page
    assert "<figcaption>一车白菜</figcaption>" in page


def test_a_price_tag_shows_todays_price(client: Client, radishes: Listing) -> None:
    page = shown(client, block("price_tag", product=radishes.product_id))

    assert "¥0.90" in page
    assert "农户到手 ¥0.70" in page


def test_a_price_tag_of_what_is_gone_says_so(
    client: Client, radishes: Listing, millet: Listing
) -> None:
    withdraw_listing(listing=radishes)

    page = shown(client, block("price_tag", product=radishes.product_id))

    assert "今天没卖" in page
    assert "¥0.90" not in page


def test_a_price_tag_of_a_product_that_was_deleted_is_left_out(client: Client) -> None:
    page = shown(client, text("<p>还在</p>"), block("price_tag", product=None))

    assert "还在" in page


@pytest.mark.parametrize("count", [1, 8])
def test_price_tags_are_asked_for_together(
    client: Client,
    radishes: Listing,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    standing(*[block("price_tag", product=radishes.product_id)] * count)

    with django_assert_max_num_queries(14):
        page = client.get("/about/")

    assert page.text.count("¥0.90") >= count


def test_chosen_reads_ids_without_asking(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = [block("stall", supplier=7), block("stall", supplier=None), block("other", supplier=9)]
    stream = StallsBlock().to_python([])
    stream.raw_data.extend(rows)

    with django_assert_num_queries(0):
        assert chosen(stream, "stall", "supplier") == [7]
