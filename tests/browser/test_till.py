"""The counter in a real browser: the pages themselves, and the sum while weights are typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from ledger.models import Account
from market.orders.models import Order, Tender
from market.orders.queries import pickup_token
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member
from tests.browser.checks import barriers, sticks_out
from tests.browser.conftest import Open
from tests.market.till.conftest import assert_settled
from tests.stories import hand_out, order

pytestmark = pytest.mark.django_db(transaction=True)

MODES = ["standard", "elder", "xl"]


@pytest.fixture
def placed(ma: Member, radishes: Listing, millet: Listing, open_drawer: Till) -> Order:
    """Four jin of radishes, ¥3.60, and a bag of millet, ¥30.00."""
    return order(ma, {radishes: 2000, millet: 1})


def scale(page: Page, order: Order, listing: Listing) -> str:
    return f"[name=line_{order.lines.get(listing=listing).pk}]"


@pytest.mark.parametrize("mode", MODES)
def test_nobody_is_kept_from_the_counter(
    mode: str, placed: Order, ma: Member, chai: Member, gu: Member, millet: Listing, open_page: Open
) -> None:
    collected = order(ma, {millet: 1})
    hand_out(collected, by=chai)
    paths = [
        "/till/",
        "/en/till/",
        "/till/choose/",
        "/till/slips/",
        f"/till/orders/{placed.pk}/",
        f"/en/till/orders/{placed.pk}/",
        f"/till/orders/{placed.pk}/slip/",
        f"/till/orders/{collected.pk}/",
        f"/till/orders/{collected.pk}/done/",
    ]

    for path in paths:
        page = open_page(path, mode=mode, member=gu)
        assert (path, barriers(page), sticks_out(page)) == (path, [], [])
        page.close()


@pytest.mark.parametrize("mode", MODES)
def test_nobody_is_kept_from_a_bill_or_a_refusal(
    mode: str, placed: Order, chai: Member, radishes: Listing, open_page: Open
) -> None:
    for weight in ("3.68", "9"):
        page = open_page(f"/till/orders/{placed.pk}/", mode=mode, member=chai)
        page.fill(scale(page, placed, radishes), weight)
        page.click("[data-work-out]")
        page.wait_for_load_state()

        assert barriers(page) == []
        assert sticks_out(page) == []
        page.close()


def test_a_gun_and_a_scale_are_all_it_takes(
    placed: Order, chai: Member, radishes: Listing, open_page: Open
) -> None:
    page = open_page("/till/", member=chai)

    # The box waits for the gun, which types an address and presses Enter.
    page.keyboard.type(f"https://huilin.example/q/{pickup_token(placed).code}/")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/till/orders/{placed.pk}/")
    page.keyboard.type("3.68")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/done/")
    expect(page.locator(".say.ok")).to_contain_text("收现金 ¥33.30")
    expect(page.locator("#id_looked_for")).to_be_focused()
    assert_settled(placed)


def test_a_gun_that_goes_off_on_a_bill_hands_nothing_out(
    placed: Order, chai: Member, radishes: Listing, open_page: Open
) -> None:
    page = open_page(f"/till/orders/{placed.pk}/", member=chai)
    page.fill(scale(page, placed, radishes), "3.68")
    page.click("[data-work-out]")
    page.wait_for_load_state()
    expect(page.locator("#to-pay")).to_be_focused()

    page.keyboard.type("https://huilin.example/q/aaaaaaaaaa/")
    page.keyboard.press("Enter")

    expect(page.locator("#to-pay")).to_be_focused()
    placed.refresh_from_db()
    assert placed.status == Order.Status.READY


def test_the_sum_follows_the_scale(
    placed: Order, chai: Member, radishes: Listing, millet: Listing, open_page: Open
) -> None:
    page = open_page(f"/till/orders/{placed.pk}/", member=chai)
    expect(page.locator("[data-due]")).to_be_hidden()

    page.fill(scale(page, placed, radishes), "3.68")

    expect(page.locator("[data-total]")).to_have_text("¥33.31")
    expect(page.locator("[value=cash]")).to_have_text("收现金 ¥33.30，交货")
    expect(page.locator("[value=qr_code]")).to_have_text("收款码 ¥33.31 已到账，交货")
    expect(page.locator("[data-waived]")).to_have_text("收现金 ¥33.30，抹掉 ¥0.01")
    expect(page.locator("[data-change] li").first).to_have_text("收 ¥40.00，找 ¥6.70")

    page.get_by_role("button", name=re.compile("下马关黄小米")).first.click()

    expect(page.locator("[data-total]")).to_have_text("¥3.31")


@pytest.mark.parametrize("typed", ["", "四", "4.41", "3.333", "-1", "4kg"])
def test_what_only_the_server_may_judge_shows_no_sum(
    typed: str, placed: Order, chai: Member, radishes: Listing, open_page: Open
) -> None:
    page = open_page(f"/till/orders/{placed.pk}/", member=chai)
    page.fill(scale(page, placed, radishes), "4")
    expect(page.locator("[data-due]")).to_be_visible()

    page.fill(scale(page, placed, radishes), typed)

    expect(page.locator("[data-due]")).to_be_hidden()
    assert page.input_value("[name=expected_fen]") == ""


@pytest.mark.parametrize("grams", [5, 250, 995, 1005, 1385, 1840, 2000, 2005, 2195, 2200])
def test_the_browser_rounds_as_the_server_does(
    grams: int, ma: Member, chai: Member, radishes: Listing, open_drawer: Till, open_page: Open
) -> None:
    placed = order(ma, {radishes: 2000}, tender=Tender.QR_CODE)
    page = open_page(f"/till/orders/{placed.pk}/", member=chai)

    page.fill(scale(page, placed, radishes), str(grams / 500))

    due = str(placed.lines.get().costs_of(grams).total_fen)
    assert page.input_value("[name=expected_fen]") == due
    page.locator("[name=tender]").first.click()
    page.wait_for_url("**/done/")
    assert_settled(placed)
    qr = Account.objects.get(code=f"qr/{placed.service_point_id}")
    assert qr.balance == int(due)


def test_two_presses_do_without_javascript(
    placed: Order, chai: Member, radishes: Listing, browser: Browser, live_server: LiveServer,
    open_page: Open,
) -> None:  # fmt: skip
    cookies = open_page("/till/", member=chai).context.cookies()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)  # type: ignore[arg-type]  # As they came.
    page = context.new_page()
    page.goto(f"{live_server.url}/till/orders/{placed.pk}/")
    expect(page.locator("[data-due]")).to_be_hidden()

    page.fill(scale(page, placed, radishes), "3.68")
    page.keyboard.press("Enter")
    page.click("text=收现金 ¥33.30，交货")

    expect(page.locator(".say.ok")).to_contain_text("收现金 ¥33.30")
    assert_settled(placed)
    context.close()
