"""Paying online in a real browser: out to the pay page, back, and confirmed without reloading."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from market.orders import tasks
from market.orders.actions.change_basket import change_basket
from market.orders.models import Order, Refund
from market.produce.models import Listing
from people.models import Member
from tests.browser.checks import barriers, sticks_out
from tests.browser.conftest import Open
from tests.stripe_stand_in import Stripe, stripe

__all__ = ["stripe"]

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "": {
        "online": "在线付款",
        "order": "现在下单",
        "pay": "付款成功",
        "slowly": "钱晚一点到",
        "leave": "不付了",
        "on its way": "钱在路上",
        "unpaid": "付款没成功，没扣钱；货给您留到",
        "code": "取货码",
        "cancel": "这单不要了",
        "yes": "是的，取消",
        "back": "会自动原路退回",
        "given back": "已退回",
        "paid": "已在线付款",
    },
    "/en": {
        "online": "Online now",
        "order": "Order now",
        "pay": "Pay",
        "slowly": "come later",
        "leave": "Go back without paying",
        "on its way": "The money is on its way",
        "unpaid": "nothing was charged. The goods are kept for you until",
        "code": "Pickup code",
        "cancel": "Cancel this order",
        "yes": "Yes, cancel",
        "back": "goes back to where it came from",
        "given back": "given back",
        "paid": "Paid online",
    },
}


@pytest.fixture
def paying(stripe: Stripe, live_server: LiveServer, settings: Any) -> Stripe:
    """Stripe's pages lead back to this server, and its own may lead there."""
    settings.SITE_ADDRESS = live_server.url
    settings.SECURE_CSP = settings.SECURE_CSP | {"form-action": ["'self'", stripe.address]}
    return stripe


def press_order(page: Page, said: dict[str, str]) -> None:
    page.get_by_label(said["online"]).check()
    page.get_by_role("button", name=said["order"]).click()


@pytest.mark.parametrize("prefix", WORDS)
def test_pays_waits_and_sees_it_confirmed_without_reloading(
    prefix: str, paying: Stripe, ma: Member, millet: Listing, open_page: Open
) -> None:
    said = WORDS[prefix]
    change_basket(member=ma, listing=millet, quantity=2)
    page = open_page(f"{prefix}/checkout/{millet.service_point_id}/", member=ma)
    press_order(page, said)
    page.get_by_role("button", name=said["slowly"]).click()
    expect(page.get_by_role("heading", name=said["on its way"])).to_be_visible()
    assert (barriers(page), sticks_out(page)) == ([], [])

    page.evaluate("window.wasNotReloaded = true")
    paying.desk.settle_slow(Order.objects.get().sessions.get().session_id, succeeds=True)

    expect(page.get_by_role("heading", name=said["code"])).to_be_visible(timeout=15_000)
    expect(page.locator(".steps")).to_contain_text(said["paid"])
    assert page.evaluate("window.wasNotReloaded")
    assert page.url.endswith(f"{prefix}/orders/{Order.objects.get().pk}/")


@pytest.mark.parametrize("prefix", WORDS)
def test_cancels_and_sees_the_refund(
    prefix: str, paying: Stripe, ma: Member, millet: Listing, open_page: Open
) -> None:
    said = WORDS[prefix]
    change_basket(member=ma, listing=millet, quantity=2)
    page = open_page(f"{prefix}/checkout/{millet.service_point_id}/", member=ma)
    press_order(page, said)
    page.get_by_role("button", name=said["pay"]).first.click()
    expect(page.get_by_role("heading", name=said["code"])).to_be_visible()

    page.locator("summary").filter(has_text=said["cancel"]).click()
    page.get_by_role("button", name=said["yes"]).click()
    expect(page.locator(".messages")).to_contain_text(said["back"])
    assert tasks.sweep_refunds() == 1
    page.reload()

    assert Refund.objects.get().status == Refund.Status.SUCCEEDED
    expect(page.locator("table")).to_contain_text("¥60.00")
    expect(page.locator("table")).to_contain_text(said["given back"])
    assert (barriers(page), sticks_out(page)) == ([], [])


@pytest.mark.parametrize("mode", ["standard", "elder", "xl"])
@pytest.mark.parametrize("prefix", WORDS)
def test_whoever_did_not_pay_is_told_until_when_the_goods_are_kept(
    prefix: str, mode: str, paying: Stripe, ma: Member, millet: Listing, open_page: Open
) -> None:
    said = WORDS[prefix]
    change_basket(member=ma, listing=millet, quantity=2)
    if mode == "standard":
        page = open_page(f"{prefix}/checkout/{millet.service_point_id}/", member=ma, mode=mode)
        press_order(page, said)
    else:
        address = f"{prefix}/checkout/{millet.service_point_id}/?step=check&tender=stripe"
        page = open_page(address, member=ma, mode=mode)
        page.locator(".act button").click()

    page.get_by_role("button", name=said["leave"]).click()

    expect(page.locator("#main")).to_contain_text(said["unpaid"])
    assert (barriers(page), sticks_out(page)) == ([], [])
