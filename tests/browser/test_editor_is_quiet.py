"""The page editor under our policy: no complaint in the console, and nothing asked of elsewhere.

Every test in a browser holds both (see `complaints` in conftest.py); here it goes where editors go.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from cms.models import StoryIndexPage, StoryPage
from market.produce.models import Listing
from people.models import Member
from tests.browser.conftest import DESK, PHONE, sign_in
from tests.browser.editing import add_block, choose, field, here, open_editor, publish, title_of
from tests.cms.written import Row, rewrite, text, write
from tests.security.test_uploads import picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(radishes: Listing) -> StoryPage:
    return a_story(text("<p>今天来了十几个人。</p>"))


def a_story(*body: Row) -> StoryPage:
    stories = rewrite(StoryIndexPage, title="邻里故事")
    fields = {"title": "一车萝卜", "summary": "三百二十个包。", "body": list(body)}
    return write(stories, StoryPage, "packs", **fields)


def test_it_previews_chooses_and_compares(story: StoryPage, office: Page) -> None:
    open_editor(office, story.pk)

    office.get_by_role("button", name="预览开关").click()
    preview = office.locator("[data-side-panel=preview] iframe").last.content_frame
    expect(preview.locator("h1")).to_have_text("一车萝卜")
    add_block(office, "价签")
    choose(office, "选一件商品", "红寺堡萝卜")
    publish(office)

    changes = f"/office/pages/{story.pk}/revisions/compare/earliest...latest/"
    office.goto(f"{here(office)}/office/pages/{story.pk}/history/")
    office.goto(here(office) + changes)
    expect(office.locator("main")).to_contain_text("红寺堡萝卜")


def test_a_text_is_linked_to_another_page(story: StoryPage, office: Page) -> None:
    open_editor(office, story.pk)

    block = add_block(office, "正文")
    text_ = block.get_by_role("textbox").first
    text_.press_sequentially("常来看看")
    expect(text_).to_have_text("常来看看")
    text_.press("Control+a")
    office.get_by_role("button", name="链接").last.click()
    office.get_by_role("dialog").get_by_role("link", name="首页", exact=True).click()
    expect(office.get_by_role("dialog")).to_have_count(0)
    # The editor writes what it shows into the form a moment later.
    expect(block.locator("input[name$=-value]")).to_have_value(re.compile("LINK"))
    publish(office)

    office.goto(f"{here(office)}/stories/packs/")
    expect(office.get_by_role("link", name="常来看看")).to_have_attribute("href", "/")


def test_a_photo_is_handed_in_where_it_is_needed(
    story: StoryPage, office: Page, tmp_path: Path
) -> None:
    (tmp_path / "huge.jpg").write_bytes(picture() + b"\x00" * 60_000_000)
    (tmp_path / "small.jpg").write_bytes(picture())
    open_editor(office, story.pk)

    office.get_by_role("button", name="选择一个图片").first.click()
    window = office.get_by_role("dialog")
    window.get_by_role("tab", name="上传").click()
    window.locator("input[type=file]").set_input_files(tmp_path / "huge.jpg")
    expect(window.get_by_role("alert")).to_contain_text("请在微信里发给自己")
    window.locator("input[type=file]").set_input_files(tmp_path / "small.jpg")
    expect(window.get_by_role("alert")).to_have_count(0)
    window.get_by_role("button", name="上传").click()
    expect(window.locator(".error-message")).to_contain_text(["必需"])
    window.get_by_role("textbox", name="图片里是什么").fill("一车萝卜")
    window.get_by_role("button", name="上传").click()
    expect(office.get_by_role("dialog")).to_have_count(0)
    publish(office)

    office.goto(f"{here(office)}/stories/packs/")
    expect(office.locator("main img").first).to_have_attribute("alt", "一车萝卜")


def test_the_checks_say_in_chinese_what_is_wrong(radishes: Listing, office: Page) -> None:
    story = a_story(text("<h3>跳了一级</h3><p>正文。</p>"))
    open_editor(office, story.pk)

    office.get_by_role("button", name="检查开关").click()

    expect(office.locator("[data-side-panel=checks]")).to_contain_text("标题不要跳级")


def test_an_editor_gets_from_the_page_to_its_text_on_a_phone(
    story: StoryPage, office: Page
) -> None:
    office.set_viewport_size(PHONE)
    office.goto(f"{here(office)}/stories/packs/")

    office.get_by_role("button", name="Wagtail").click()
    office.get_by_role("menuitem", name="编辑此页").click()

    expect(office).to_have_url(f"{here(office)}/office/pages/{story.pk}/edit/")


def test_a_second_editor_does_not_overwrite_unasked(
    story: StoryPage, office: Page, xue: Member, browser: Browser, live_server: LiveServer
) -> None:
    other = browser.new_context(viewport=DESK)
    sign_in(other, live_server, xue)
    second = other.new_page()
    for page in (office, second):
        page.goto(f"{live_server.url}/office/pages/{story.pk}/edit/")

    title_of(office).fill("穆听雨写的")
    publish(office)
    field(second, "一句话简介").fill("薛立冬写的")
    second.locator("footer").get_by_role("button", name="发布", exact=True).click()

    told = second.locator(".messages .error, [role=dialog]").first
    expect(told).to_contain_text("穆听雨")
    assert StoryPage.objects.get().title == "穆听雨写的"
    second.locator("footer").get_by_role("button", name="发布", exact=True).click()
    expect(second.locator(".messages .success")).to_contain_text("发布")
    assert StoryPage.objects.get().summary == "薛立冬写的"
    other.close()
