"""Editors write: each kind of page is changed, made from nothing, and published in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from wagtail.models import Page as SitePage

from cms.models import StandardPage
from market.produce.models import Listing
from tests.browser.conftest import PHONE
from tests.browser.editing import (
    add_block,
    choose,
    field,
    here,
    open_editor,
    publish,
    title_of,
)
from tests.browser.written import write_pages
from tests.cms.written import home, write

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = ["suppliers", "market-days", "stories", "notices"]
PAGES = ["suppliers/hongsibu", "market-days/fair", "stories/packs", "notices/cold", "about"]


@pytest.fixture
def site(radishes: Listing) -> None:
    write_pages(radishes)
    write(home(), StandardPage, "about", title="惠邻是什么", summary="一分不加。")


def number_of(path: str) -> int:
    return SitePage.objects.get(url_path=f"/home/{path}/".replace("//", "/")).pk


def test_the_first_page_is_rewritten(site: None, office: Page) -> None:
    open_editor(office, home().pk)

    field(office, "通知").fill("元旦歇一天，二号照常。")
    publish(office)

    office.goto(here(office))
    expect(office.locator("main")).to_contain_text("元旦歇一天，二号照常。")


def test_each_list_is_rewritten(site: None, office: Page) -> None:
    for path in LISTS:
        open_editor(office, number_of(path))

        title_of(office).fill(f"新名字 {path}")
        field(office, "介绍").fill(f"常来看看 {path}")
        publish(office)

        office.goto(f"{here(office)}/{path}/")
        expect(office.locator("h1")).to_have_text(f"新名字 {path}")
        expect(office.locator("main")).to_contain_text(f"常来看看 {path}")


def test_each_page_is_rewritten(site: None, office: Page) -> None:
    for path in PAGES:
        open_editor(office, number_of(path))

        title_of(office).fill(f"新名字 {path}")
        add_block(office, "公告").get_by_role("textbox").last.fill(f"改到下午 {path}")
        publish(office)

        office.goto(f"{here(office)}/{path}/")
        expect(office.locator("h1")).to_have_text(f"新名字 {path}")
        expect(office.locator("main .say")).to_contain_text([f"改到下午 {path}"])


# --- From nothing, on a phone ---------------------------------------------------------


def tell_a_story(page: Page) -> None:
    add_block(page, "正文").get_by_role("textbox").first.type("今天来了十几个人。")
    add_block(page, "感谢").get_by_role("textbox").first.fill("晚上就炖上了。")
    page.get_by_role("textbox", name="谁说的").fill("7号楼 丁**")


def tell_a_notice(page: Page) -> None:
    add_block(page, "公告").get_by_role("textbox").last.fill("早点来取。")


def tell_of_a_supplier(page: Page) -> None:
    choose(page, "选一家供货方", "红寺堡助残种植组（样例）")
    season = add_block(page, "当季", to="seasons")
    season.get_by_role("textbox").fill("萝卜")
    season.get_by_role("checkbox", name="10").check()


def announce_a_market_day(page: Page) -> None:
    page.get_by_role("combobox", name="系列").select_option("年货大集")
    field(page, "主题").fill("置办年货")
    field(page, "日期").fill("2027-01-30")
    field(page, "日期").press("Tab")
    page.get_by_role("combobox", name="服务点").select_option("长城花园爱心超市")
    act = add_block(page, "节目", to="programme")
    act.get_by_role("textbox").first.fill("09:30")
    act.get_by_role("textbox").nth(2).fill("写春联")
    stall = add_block(page, "摊位", to="stalls")
    stall.get_by_role("textbox").first.fill("3")
    choose(page, "选一家供货方", "红寺堡助残种植组（样例）")


MADE: dict[str, tuple[Callable[[Page], None], list[str]]] = {
    "stories": (tell_a_story, ["今天来了十几个人。", "晚上就炖上了。"]),
    "notices": (tell_a_notice, ["早点来取。"]),
    "suppliers": (tell_of_a_supplier, ["红寺堡", "萝卜"]),
    "market-days": (announce_a_market_day, ["1月30日", "写春联", "红寺堡助残种植组"]),
    "": (tell_a_notice, ["早点来取。"]),
}


@pytest.mark.parametrize("path", MADE)
def test_a_newcomer_writes_a_page_on_a_phone(path: str, radishes: Listing, office: Page) -> None:
    tell, told = MADE[path]
    office.set_viewport_size(PHONE)
    office.goto(f"{here(office)}/office/pages/{number_of(path)}/add_subpage/")

    title_of(office).fill("新写的一页")
    field(office, "一句话简介").fill("写给街坊看的。")
    tell(office)
    publish(office)
    office.locator(".messages").get_by_role("link", name="查看").click()

    expect(office.locator("h1")).to_have_text("新写的一页")
    for words in ["写给街坊看的。", *told]:
        expect(office.locator("main")).to_contain_text(words)
