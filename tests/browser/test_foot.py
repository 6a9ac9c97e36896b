"""The links at the foot of every page: above the tabs of a phone, and not on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from market.produce.models import Listing
from tests.browser.conftest import Open
from tests.browser.written import write_pages


@pytest.mark.parametrize("mode", ["standard", "elder", "xl"])
@pytest.mark.parametrize("path", ["/", "/produce/"])
def test_the_tabs_do_not_cover_the_foot(
    path: str, mode: str, radishes: Listing, open_page: Open
) -> None:
    write_pages(radishes)
    page = open_page(path, mode=mode)

    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")

    last = page.locator("footer a").last.bounding_box()
    tabs = page.locator("#tabs").bounding_box()
    assert last
    assert tabs
    assert last["y"] + last["height"] <= tabs["y"]
    assert last["height"] >= 48


def test_paper_has_no_foot(radishes: Listing, open_page: Open) -> None:
    page = open_page("/produce/")
    expect(page.locator("footer")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator("footer")).to_be_hidden()
