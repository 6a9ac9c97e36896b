"""A page is put into English in the office, and the switch of languages stays on it."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from cms.models import StoryIndexPage, StoryPage
from market.produce.models import Listing
from tests.browser.editing import here, open_editor
from tests.cms.written import rewrite, text, write

pytestmark = pytest.mark.django_db(transaction=True)

ENGLISH = ["A lorry of radishes", "320 bags.", "A dozen neighbours came today."]


def translate_next(page: Page, english: str) -> None:
    """Put the next text that is still Chinese into English."""
    page.get_by_role("button", name="翻译", exact=True).first.click()
    page.locator("main textarea:visible, main [contenteditable=true]:visible").fill(english)
    page.get_by_role("button", name="保存", exact=True).first.click()
    expect(page.locator("main").get_by_text(english)).to_be_visible()


def test_a_story_is_read_in_english(radishes: Listing, office: Page) -> None:
    stories = rewrite(StoryIndexPage, title="邻里故事")
    story = write(
        stories,
        StoryPage,
        "packs",
        title="一车萝卜",
        summary="三百二十个包。",
        body=[text("<p>今天来了十几个人。</p>")],
    )
    page, site = office, here(office)
    open_editor(page, story.pk)

    page.get_by_role("button", name="动作", exact=True).click()
    page.get_by_role("link", name="翻译").click()
    page.get_by_role("checkbox", name="English").check()
    page.locator("main form [type=submit]").click()
    for english in ENGLISH:
        translate_next(page, english)
    page.get_by_role("button", name="发布到：English").click()
    expect(page.locator(".messages .success")).to_contain_text("发布")

    page.goto(f"{site}/stories/packs/")
    page.get_by_role("link", name="EN").click()
    expect(page).to_have_url(f"{site}/en/stories/packs/")
    for english in ENGLISH:
        expect(page.locator("main")).to_contain_text(english)
    for language, prefix in (("zh-hans", ""), ("en", "/en")):
        other = page.locator(f"link[rel=alternate][hreflang={language}]")
        address = f"{settings.SITE_ADDRESS}{prefix}/stories/packs/"
        expect(other).to_have_attribute("href", address)
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url(f"{site}/stories/packs/")
    expect(page.locator("h1")).to_have_text("一车萝卜")
    expect(page.locator("link[rel=alternate][hreflang=en]")).to_have_count(1)
