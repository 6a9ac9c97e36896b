"""Copy last year's market day, change the date and two stalls, publish: the bar is 12 clicks."""

from __future__ import annotations

import datetime
import time

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from cms.models import MarketDayIndexPage, MarketDayPage
from ledger.clock import database_now
from market.produce.models import Listing
from people.models import Member, ServicePoint
from tests.browser.conftest import PHONE, Open
from tests.cms.written import block, write

pytestmark = pytest.mark.django_db(transaction=True)

MOST_CLICKS = 12
MOST_SECONDS = 120
SIZES = {"phone": PHONE, "desk": ViewportSize(width=1280, height=900)}


class Hand:
    """A hand that counts how often it presses."""

    def __init__(self) -> None:
        self.clicks = 0

    def press(self, what: Locator) -> None:
        what.click()
        self.clicks += 1


@pytest.fixture
def last_year(
    supermarket: ServicePoint,
    radishes: Listing,
    millet: Listing,
    flax_oil: Listing,
) -> MarketDayPage:
    """The New Year fair of last winter, two stalls of the same grower."""
    hongsibu = radishes.product.supplier.pk
    market_days = MarketDayIndexPage.objects.get(locale__language_code="zh-hans")
    return write(
        market_days,
        MarketDayPage,
        "new-year-goods-fair",
        title="年货大集",
        summary="腊月里办年货。",
        series=MarketDayPage.Series.NEW_YEAR_FAIR,
        theme="年货大集",
        held_on=database_now().date() - datetime.timedelta(days=300),
        service_point=supermarket,
        programme=[block("act", from_time="09:00", what="开集，敲锣")],
        stalls=[
            block("stall", number="1", supplier=hongsibu, note=""),
            block("stall", number="2", supplier=hongsibu, note="萝卜"),
        ],
        visitors=620,
    )


@pytest.mark.parametrize("size", SIZES)
def test_copy_change_publish(
    size: str, last_year: MarketDayPage, mu: Member, open_page: Open
) -> None:
    page = open_page("/office/", member=mu)
    page.set_viewport_size(SIZES[size])
    hand, started = Hand(), time.monotonic()
    held_on = database_now().date() + datetime.timedelta(days=60)

    hand.press(page.get_by_role("button", name="复制成明年的"))
    change_date(page, hand, held_on)
    change_stall(page, hand, 0, "下马关杂粮合作社")
    change_stall(page, hand, 1, "下马关杂粮合作社")
    hand.press(page.get_by_role("button", name="发布", exact=True))
    expect(page.locator(".messages .success").last).to_contain_text("年货大集")
    seconds = time.monotonic() - started

    copy = MarketDayPage.objects.get(copied_from__original=last_year)
    page.goto(page.url.split("/office")[0] + copy.url)
    shown = page.locator("main")
    expect(shown).to_contain_text(f"{held_on.month}月{held_on.day}日")
    expect(shown).to_contain_text("下马关黄小米")
    expect(shown).not_to_contain_text("红寺堡萝卜")
    assert copy.live
    assert hand.clicks <= MOST_CLICKS
    assert seconds <= MOST_SECONDS


def change_date(page: Page, hand: Hand, day: datetime.date) -> None:
    """Type the day over the one that stands there."""
    field = page.locator("[name=held_on]")
    hand.press(field)
    field.fill(day.isoformat())
    field.press("Tab")


def change_stall(page: Page, hand: Hand, place: int, supplier: str) -> None:
    """Give a stall to another supplier."""
    stall = page.locator(f"[id=stalls-{place}-value-supplier-chooser]")
    hand.press(stall.get_by_role("button", name="动作"))
    hand.press(page.get_by_role("button", name="换一家供货方").locator("visible=true"))
    hand.press(page.locator(".modal-content").get_by_role("link", name=supplier))
    expect(stall).to_contain_text(supplier)
