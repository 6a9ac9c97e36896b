"""The lists of the back office on a phone, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ledger.clock import database_now
from market.produce.actions.write_off_goods import write_off_goods
from market.produce.models import Listing
from people.models import Member
from tests.browser.conftest import Open
from tests.stories import order

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = [
    "listing",
    "lot",
    "stockchange",
    "product",
    "supplier",
    "order",
    "order/cut",
    "users",
    "doors",
    "servicepoint",
    "books-accounts",
    "books-entries",
]

# What lies outside of the window, and what words of a cell no head of a column explains.
BESIDE = """() => [...document.querySelectorAll(".listing tbody tr *")].filter((part) => {
    const box = part.getBoundingClientRect();
    return box.width && (box.right > innerWidth || box.left < 0);
}).map((part) => part.outerHTML.slice(0, 80))"""
UNSAID = """() => [...document.querySelectorAll(".listing tbody td:not(:first-child, .title)")]
    .filter((cell) => cell.innerText.trim() && !cell.querySelector("button, .button")
        && !getComputedStyle(cell, "::before").content.includes(cell.dataset.label))
    .map((cell) => cell.outerHTML.slice(0, 80))"""


@pytest.fixture
def busy_day(radishes: Listing, millet: Listing, ma: Member, bai: Member, gu: Member) -> None:
    """Something stands in every list."""
    order(ma, {radishes: 500, millet: 1})
    write_off_goods(
        listing=radishes,
        quantity=500,
        reason="spoiled",
        written_off_by=gu,
        written_off_at=database_now(),
        key="busy-day",
    )


@pytest.mark.parametrize("name", LISTS)
def test_each_row_fits_on_a_phone_and_says_what_is_what(
    name: str, busy_day: None, gu: Member, open_page: Open
) -> None:
    page = open_page(f"/office/{name}/", member=gu)

    assert page.locator(".listing tbody tr").count() > 0
    assert page.evaluate(BESIDE) == []
    assert page.evaluate(UNSAID) == []


def test_a_worker_finds_what_there_is_to_do_with_goods(
    radishes: Listing, gu: Member, open_page: Open
) -> None:
    page = open_page("/office/listing/", member=gu)

    for name in ("进货", "盘点", "报损"):
        task = page.locator(".listing").get_by_role("link", name=f"{name}: 红寺堡萝卜")
        expect(task).to_be_visible()
        box = task.bounding_box()
        assert box
        assert box["height"] >= 44
    page.locator(".listing").get_by_role("link", name="盘点: 红寺堡萝卜").click()
    expect(page).to_have_url(f"{page.url.split('/office')[0]}/office/listing/count/{radishes.pk}/")
