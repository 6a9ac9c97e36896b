"""Take the ten pictures of the office's help page from a running demonstration.

`make run` in one window, then `make pictures` in another. Nothing is saved there.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Locator, Page, Route, ViewportSize, sync_playwright

FOLDER = Path(__file__).parents[2] / "static/img/help"
SIZE = ViewportSize(width=390, height=700)
PHONE, PIN = "19900000012", "246810"
"""薛立冬 works for the community, and may do all of it."""

BYTES_MOST = 60_000
MARK = "3px solid #b3261e"
LISTS = {"notice": "notice-pages", "story": "story-pages", "market-day": "market-day-pages"}


class Site(NamedTuple):
    """The demonstration as 薛立冬 sees it."""

    page: Page
    address: str

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path, wait_until="networkidle")
        return self.page

    def open_first(self, kind: str, *, words: str = "") -> Page:
        """Open in the editor the first page of a kind, or the one whose title has these words."""
        page = self.open(f"/office/{LISTS[kind]}/")
        page.locator(".listing .title a", has_text=words).first.click()
        page.wait_for_load_state("networkidle")
        return page

    def open_new(self, kind: str) -> Page:
        """Open the editor for a page of a kind that is not there yet."""
        page = self.open(f"/office/{LISTS[kind]}/")
        page.get_by_role("link", name="新增").first.click()
        page.wait_for_load_state("networkidle")
        return page


def mark(thing: Locator) -> None:
    """Frame what to press."""
    thing.scroll_into_view_if_needed()
    thing.evaluate(f"it => Object.assign(it.style, {{outline: '{MARK}', outlineOffset: '3px'}})")


def sign_in(site: Site) -> None:
    page = site.open("/sign-in/?next=/office/")
    page.locator("[name=phone]").fill(PHONE)
    page.locator("[name=pin]").fill(PIN)
    mark(page.locator("main form button").first)


def see_what_to_do(site: Site) -> None:
    site.page.locator("main form button").first.click()
    site.page.wait_for_url("**/office/")
    site.page.wait_for_load_state("networkidle")


def change_a_notice(site: Site) -> None:
    page = site.open_first("notice")
    mark(page.locator("[name=title]"))


def add_a_photo(site: Site) -> None:
    page = site.open_new("story")
    page.get_by_role("button", name="选择一个图片").first.click()
    window = page.get_by_role("dialog")
    window.get_by_role("tab", name="上传").click()
    mark(window.get_by_role("textbox", name="图片里是什么"))


def write_a_story(site: Site) -> None:
    page = site.open_new("story")
    plus = page.locator("[id$=-body-section] button.c-sf-add-button").first
    plus.scroll_into_view_if_needed()
    plus.click()
    mark(page.locator(".w-combobox").first)


def copy_a_market_day(site: Site) -> None:
    page = site.open(f"/office/{LISTS['market-day']}/")
    mark(page.locator(".listing").get_by_role("button", name="复制成明年的").first)


def add_a_stall(site: Site) -> None:
    page = site.open_first("market-day")
    plus = page.locator("[id$=-stalls-section] button.c-sf-add-button").last
    plus.evaluate("it => it.scrollIntoView({block: 'center'})")
    mark(plus)


def publish(site: Site) -> None:
    page = site.open_first("story")
    mark(page.locator("footer").get_by_role("button", name="发布", exact=True))


def translate(site: Site) -> None:
    page = site.open(f"/office/{LISTS['story']}/")
    page.get_by_role("link", name="已翻译").first.click()
    page.wait_for_load_state("networkidle")
    mark(page.locator("main").get_by_role("button", name="编辑", exact=True).first)


def find_it(site: Site) -> None:
    page = site.open("/stories/")
    page.locator("main h2 a").first.click()
    page.wait_for_load_state("networkidle")
    mark(page.locator("wagtail-userbar button").first)


TAKEN: dict[str, Callable[[Site], None]] = {
    "sign-in": sign_in,
    "to-do": see_what_to_do,
    "notice": change_a_notice,
    "photo": add_a_photo,
    "story": write_a_story,
    "copy": copy_a_market_day,
    "stall": add_a_stall,
    "publish": publish,
    "translate": translate,
    "find": find_it,
}


def take(address: str) -> Iterator[str]:
    """Take one picture after the other, and say how large each became."""

    def keep_nothing(route: Route) -> None:
        if route.request.method == "POST" and "/edit/" in route.request.url:
            route.abort()
        else:
            route.continue_()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(viewport=SIZE, locale="zh-CN")
        context.set_default_timeout(10_000)
        context.route("**/office/pages/**", keep_nothing)
        site = Site(context.new_page(), address)
        for name, go in TAKEN.items():
            go(site)
            site.page.wait_for_timeout(800)
            size = keep(site.page.screenshot(), FOLDER / f"{name}.webp")
            yield f"{name}: {size} bytes"
        browser.close()


def keep(picture: bytes, path: Path) -> int:
    """Write a picture small enough for a page that shows ten."""
    for quality in (80, 65, 50):
        Image.open(BytesIO(picture)).convert("RGB").save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size <= BYTES_MOST:
            break
    return path.stat().st_size


if __name__ == "__main__":
    for line in take(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"):
        sys.stdout.write(line + "\n")
