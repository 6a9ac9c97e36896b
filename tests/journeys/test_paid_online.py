"""Paying online, whole: ordered, paid, collected or given back, in both languages.

Without JavaScript: what is pressed here are forms and links. Chromium does it with.
"""

from __future__ import annotations

import datetime
import re
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account
from market.orders import tasks
from market.orders.actions.expire_order import expire_order
from market.orders.models import Order, Refund, StripeEvent, StripeSession
from market.produce.models import Listing
from people.models import Member
from tests.conftest import signed_in
from tests.people import words_of
from tests.stripe_stand_in import Stripe, stripe

__all__ = ["stripe"]

pytestmark = pytest.mark.django_db

LANGUAGES = ["", "/en"]
SAID: dict[str, dict[str, str]] = {
    "on its way": {"": "钱在路上", "/en": "The money is on its way"},
    "pay": {"": "现在付款 ¥60.00", "/en": "Pay ¥60.00 now"},
}


def fill_and_order(client: Client, millet: Listing, prefix: str = "") -> Any:
    """Put two bags into the basket and press the button, to pay online."""
    client.post(f"{prefix}/basket/add/", {"listing": millet.pk, "quantity": "2"})
    address = f"{prefix}/checkout/{millet.service_point_id}/"
    page = client.get(f"{address}?tender=stripe").text
    hidden = dict(re.findall(r'type="hidden" name="(goods|total_fen|key)" value="([^"]*)"', page))
    return client.post(address, {"tender": "stripe"} | hidden)


def press_on_pay_page(address: str, button: str) -> str:
    """Press a button on the pay page, and return where it leads."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_told: Any) -> None:
            return None

    request = urllib.request.Request(address, data=urlencode({"do": button}).encode())
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(Stay).open(request)
    location: str = answer.value.headers["Location"]
    answer.value.close()
    return location


def path_of(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


def deliver_all(stripe: Stripe) -> None:
    """Let every message of Stripe's arrive that has not yet."""
    known = set(StripeEvent.objects.values_list("pk", flat=True))
    for message in stripe.messages():
        if message["id"] not in known:
            body, signature = stripe.signed(message)
            answer = Client().post(
                "/stripe/messages/",
                body,
                "application/json",
                headers={"stripe-signature": signature},
            )
            assert answer.status_code == 200


def balance(code: str) -> int:
    return Account.objects.get(code=code).balance


@pytest.mark.parametrize("prefix", LANGUAGES, ids=["zh", "en"])
def test_ordered_paid_and_cancelled(
    prefix: str, as_ma: Client, millet: Listing, stripe: Stripe
) -> None:
    sent_to = fill_and_order(as_ma, millet, prefix)
    assert sent_to.status_code == 303
    back = press_on_pay_page(sent_to["Location"], "pay")

    page = as_ma.get(path_of(back), follow=True)

    placed = Order.objects.get()
    assert path_of(back) == f"{prefix}/orders/{placed.pk}/paid/"
    assert placed.status == Order.Status.READY
    assert placed.pickup_code in words_of(page)
    deliver_all(stripe)
    assert balance(f"order/{placed.pk}/cny") == balance("stripe/clearing") == 6000

    page = as_ma.post(f"{prefix}/orders/{placed.pk}/cancel/", follow=True)
    tasks.sweep_refunds()
    deliver_all(stripe)

    placed.refresh_from_db()
    assert placed.status == Order.Status.CANCELLED
    assert Refund.objects.get().status == Refund.Status.SUCCEEDED
    assert [each["amount"] for each in stripe.desk.list_of("refund", {})["data"]] == [6000]
    assert balance("stripe/clearing") == balance("refunds/stripe") == 0
    assert "¥60.00" in words_of(as_ma.get(f"{prefix}/mine/notices/", follow=True)) or page
    assert list(wrong_rows()) == []


@pytest.mark.parametrize("prefix", LANGUAGES, ids=["zh", "en"])
def test_slow_money_is_waited_for(
    prefix: str, as_ma: Client, millet: Listing, stripe: Stripe
) -> None:
    sent_to = fill_and_order(as_ma, millet, prefix)
    back = press_on_pay_page(sent_to["Location"], "pay_slowly")

    waiting = as_ma.get(path_of(back))

    assert SAID["on its way"][prefix] in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    assert Order.objects.get().status == Order.Status.PLACED
    session = StripeSession.objects.get()
    # Nobody is sent to a page to pay a second time meanwhile.
    again = as_ma.post(f"{prefix}/orders/{session.order_id}/pay/")
    assert path_of(again["Location"]) == path_of(back)

    stripe.desk.settle_slow(session.session_id, succeeds=True)
    deliver_all(stripe)

    assert as_ma.get(path_of(back)).status_code == 302
    assert Order.objects.get().status == Order.Status.READY


@pytest.mark.parametrize("prefix", LANGUAGES, ids=["zh", "en"])
def test_whoever_walks_away_can_pay_later(
    prefix: str, as_ma: Client, millet: Listing, stripe: Stripe
) -> None:
    sent_to = fill_and_order(as_ma, millet, prefix)
    back = press_on_pay_page(sent_to["Location"], "leave")

    page = as_ma.get(path_of(back))

    placed = Order.objects.get()
    assert SAID["pay"][prefix] in page.text
    # The code is for those who have paid.
    assert placed.pickup_code not in words_of(page)
    again = as_ma.post(f"{prefix}/orders/{placed.pk}/pay/")
    assert again["Location"] == sent_to["Location"]
    press_on_pay_page(again["Location"], "pay")
    deliver_all(stripe)
    placed.refresh_from_db()
    assert placed.status == Order.Status.READY


def test_it_lapses_and_nothing_was_charged(as_ma: Client, millet: Listing, stripe: Stripe) -> None:
    fill_and_order(as_ma, millet)
    placed = Order.objects.get()
    later = database_now() + datetime.timedelta(minutes=31)

    assert expire_order(order=placed, expired_at=later)

    page = as_ma.get(f"/orders/{placed.pk}/")
    assert "现在付款 ¥60.00" not in page.text
    assert as_ma.post(f"/orders/{placed.pk}/pay/")["Location"] == f"/orders/{placed.pk}/"
    assert Account.objects.get(pk=millet.stock_id).available == 10


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 409}, {"answer_lost": True}])
def test_stripe_is_away_when_the_button_is_pressed(
    fault: dict[str, Any], as_ma: Client, millet: Listing, stripe: Stripe
) -> None:
    """The order stands, nothing was charged, and the next press opens the page."""
    stripe.fail(**fault)

    answer = fill_and_order(as_ma, millet)

    placed = Order.objects.get()
    assert answer["Location"] == f"/orders/{placed.pk}/"
    assert "付款页" in words_of(as_ma.get(answer["Location"]))
    opened = as_ma.post(f"/orders/{placed.pk}/pay/")
    assert opened.status_code == 303
    assert len(stripe.desk.list_of("checkout.session", {})["data"]) == 1


def test_the_price_changes_between_basket_and_payment(
    as_ma: Client, millet: Listing, stripe: Stripe
) -> None:
    """What was agreed when the order was placed is what is paid."""
    sent_to = fill_and_order(as_ma, millet)
    Listing.objects.filter(pk=millet.pk).update(farmer_price=99)

    press_on_pay_page(sent_to["Location"], "pay")
    deliver_all(stripe)

    placed = Order.objects.get()
    assert placed.status == Order.Status.READY
    assert balance(f"order/{placed.pk}/cny") == 6000


def test_an_order_of_somebody_else_is_not_there(
    as_ma: Client, bai: Member, millet: Listing, stripe: Stripe
) -> None:
    fill_and_order(as_ma, millet)
    placed = Order.objects.get()
    stranger = signed_in(bai)

    assert stranger.post(f"/orders/{placed.pk}/pay/").status_code == 404
    assert stranger.get(f"/orders/{placed.pk}/paid/").status_code == 404
    assert Client().post(f"/orders/{placed.pk}/pay/").status_code == 302
    assert StripeSession.objects.count() == 1


def test_without_a_key_nobody_is_offered_to_pay_online(
    as_ma: Client, millet: Listing, settings: Any
) -> None:
    settings.STRIPE_SECRET_KEY = ""

    answer = fill_and_order(as_ma, millet)

    assert answer.status_code == 422
    assert 'value="stripe"' not in as_ma.get(f"/checkout/{millet.service_point_id}/").text
    assert not Order.objects.exists()
