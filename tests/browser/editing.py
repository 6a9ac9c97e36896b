"""What an editor does in the page editor, as a browser does it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def title_of(page: Page) -> Locator:
    return page.get_by_placeholder("页面标题")


def field(page: Page, name: str) -> Locator:
    """Find a field by the words above it."""
    return page.get_by_role("textbox", name=re.compile(f"^{name}")).first


def add_block(page: Page, kind: str, *, to: str = "body") -> Locator:
    """Press the last plus of a text made of blocks, choose a kind, and return the new block."""
    stream = page.locator(f"[id$=-{to}-section]")
    blocks = stream.locator(f"[data-streamfield-child]:has(> input[name^='{to}-'])")
    before = blocks.count()
    stream.locator("button.c-sf-add-button").last.click()
    choice = page.get_by_role("option", name=kind, exact=True)
    if choice.count() or before:
        choice.first.click()
    block = blocks.nth(before)
    expect(block).to_be_visible()
    return block


def choose(page: Page, button: str, name: str) -> None:
    """Open a chooser, and pick by name."""
    page.get_by_role("button", name=button).first.click()
    page.get_by_role("dialog").get_by_role("link", name=name).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def publish(page: Page) -> None:
    """Press publish, which hides behind “more” where a page is up already."""
    button = page.locator("footer").get_by_role("button", name="发布", exact=True)
    if not button.is_visible():
        page.locator("footer").get_by_role("button", name="更多动作").click()
    button.click()
    expect(page.locator(".messages .success")).to_contain_text("发布")


def here(page: Page) -> str:
    """Return the address of the site, without the path of the page."""
    return "/".join(page.url.split("/")[:3])


def open_editor(page: Page, number: int) -> None:
    page.goto(f"{here(page)}/office/pages/{number}/edit/")
