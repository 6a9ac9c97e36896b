"""Payments, when messages, browsers, clocks and people come at the same moment."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account, Entry
from market.orders import refusals
from market.orders import stripe as door
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.check_session import check_session
from market.orders.actions.expire_order import expire_order
from market.orders.actions.send_refund import send_refund
from market.orders.actions.start_payment import start_payment
from market.orders.models import (
    Order,
    Payment,
    PaymentProblem,
    Refund,
    StripeEvent,
    StripeSession,
    Tender,
)
from market.orders.tasks import sweep_payments, sweep_refunds
from market.produce.models import Listing
from people.models import Member, Notice
from tests.market.orders.test_orders_at_once import at_once
from tests.paying import paid_order
from tests.stories import order
from tests.stripe_stand_in import Stripe

pytestmark = pytest.mark.django_db(transaction=True)

LATER = datetime.timedelta(minutes=31)
WEBHOOK = reverse("orders:stripe")


@pytest.fixture
def placed(ma: Member, millet: Listing) -> Order:
    return order(ma, {millet: 2}, tender=Tender.STRIPE)


@pytest.fixture
def session(placed: Order, stripe: Stripe) -> StripeSession:
    return start_payment(order=placed, language="zh-hans", started_at=database_now())


def post(body: bytes, signature: str) -> int:
    """Send a message as Stripe does, and return the status of the answer."""
    answer = Client().post(
        WEBHOOK, body, "application/json", headers={"stripe-signature": signature}
    )
    return answer.status_code


def delivered(stripe: Stripe, message: Any) -> Callable[[], None]:
    def deliver() -> None:
        assert post(*stripe.signed(message)) == 200

    return deliver


def balance(code: str) -> int:
    return Account.objects.get(code=code).balance


def assert_all_is_well(placed: Order, *, in_order: int, given_back: int = 0) -> None:
    """No money without an order or a refund, no order without its money, and balanced books."""
    assert balance(f"order/{placed.pk}/cny") == in_order
    assert balance("stripe/clearing") == in_order + given_back
    waiting = Account.objects.filter(code="refunds/stripe").first()
    assert (waiting.balance if waiting else 0) == given_back
    assert not PaymentProblem.objects.exists()
    assert list(wrong_rows()) == []


# --- Messages -------------------------------------------------------------------------


def test_the_same_message_fifty_times_at_once(
    placed: Order, session: StripeSession, stripe: Stripe
) -> None:
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")

    assert at_once([delivered(stripe, message)] * 50) == {"done": 50}

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert Payment.objects.get().amount_fen == session.amount_fen
    assert StripeEvent.objects.get().effect == StripeEvent.Effect.PAID
    assert Entry.objects.filter(kind="pay_stripe").count() == 1
    assert Notice.objects.filter(key=f"order-ready:{placed.pk}").count() == 1
    assert_all_is_well(placed, in_order=session.amount_fen)


def test_message_browser_and_sweep_at_once(
    placed: Order, session: StripeSession, ma: Member, stripe: Stripe
) -> None:
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")
    browser = Client()
    browser.force_login(ma)

    def come_back() -> None:
        assert browser.get(reverse("orders:paid", args=[placed.pk])).status_code in {200, 302}

    outcome = at_once([*[delivered(stripe, message)] * 4, *[come_back] * 4, *[sweep_payments] * 4])

    assert outcome == {"done": 12}
    assert Payment.objects.count() == 1
    assert_all_is_well(placed, in_order=session.amount_fen)


@pytest.mark.parametrize("forge", ["no signature", "another secret", "one byte", "ten minutes old"])
def test_what_is_forged_is_refused_and_changes_nothing(
    forge: str, placed: Order, session: StripeSession, stripe: Stripe
) -> None:
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")
    body, signature = stripe.signed(message)
    if forge == "no signature":
        signature = ""
    elif forge == "another secret":
        signature = signature[:-4] + "0000"
    elif forge == "one byte":
        body = body.replace(b'"paid"', b'"Paid"')
    else:
        ten_minutes_ago = database_now() - datetime.timedelta(minutes=10)
        body, signature = stripe.signed(message, at=ten_minutes_ago.timestamp())

    assert post(body, signature) == 400

    placed.refresh_from_db()
    assert placed.status == Order.Status.PLACED
    assert not StripeEvent.objects.exists()
    assert not Payment.objects.exists()
    # A clock that is wrong delays: whoever asks Stripe needs no message.
    check_session(session=session, checked_at=database_now())
    assert_all_is_well(placed, in_order=session.amount_fen)


def test_nobody_reads_messages_but_stripe(client: Client, db: None) -> None:
    assert client.get(WEBHOOK).status_code == 405
    assert post(b"", "") == 400
    assert post(b"[" * 10_000, "t=1,v1=1") == 400


# --- People and clocks ----------------------------------------------------------------


def test_ten_presses_open_one_page(placed: Order, ma: Member, stripe: Stripe) -> None:
    pages: list[str] = []

    def press() -> None:
        try:
            begun = start_payment(order=placed, language="zh-hans", started_at=database_now())
        except refusals.PaymentPageAway:
            # Its answer was still being worked out for somebody else.
            return
        pages.append(begun.session_id)

    assert at_once([press] * 10) == {"done": 10}

    assert len(set(pages)) == 1
    assert StripeSession.objects.count() == 1
    since = database_now() - datetime.timedelta(hours=1)
    assert len(list(door.sessions_since(since))) == 1


def test_paid_while_it_is_cancelled(
    placed: Order, session: StripeSession, ma: Member, stripe: Stripe
) -> None:
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")

    outcome = at_once(
        [
            *[delivered(stripe, message)] * 3,
            *[partial(cancel_order, order=placed, cancelled_by=ma, cancelled_at=database_now())]
            * 3,
        ]
    )
    sweep_refunds()

    assert outcome == {"done": 6}
    placed.refresh_from_db()
    refund = Refund.objects.get()
    assert placed.status == Order.Status.CANCELLED
    assert (refund.status, refund.amount_fen) == (Refund.Status.SUCCEEDED, session.amount_fen)
    assert_all_is_well(placed, in_order=0)


def test_paid_while_it_lapses(
    placed: Order, session: StripeSession, millet: Listing, stripe: Stripe
) -> None:
    """It ends with its goods and its money, whichever of the two came first."""
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")
    free = Account.objects.get(pk=millet.stock_id).available

    outcome = at_once(
        [
            *[delivered(stripe, message)] * 3,
            *[partial(expire_order, order=placed, expired_at=database_now() + LATER)] * 3,
        ]
    )

    assert outcome == {"done": 6}
    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert Account.objects.get(pk=millet.stock_id).available == free
    assert_all_is_well(placed, in_order=session.amount_fen)


def test_the_last_bag_is_sold_while_it_lapses(
    placed: Order, session: StripeSession, bai: Member, millet: Listing, stripe: Stripe
) -> None:
    """Somebody else has it, or the one who paid: nobody pays for nothing."""
    expire_order(order=placed, expired_at=database_now() + LATER)
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")
    all_of_it = Account.objects.get(pk=millet.stock_id).available

    outcome = at_once([delivered(stripe, message), partial(order, bai, {millet: all_of_it})])
    sweep_refunds()

    placed.refresh_from_db()
    if placed.status == Order.Status.READY:
        assert outcome == {"done": 1, "SoldOut": 1}
        assert_all_is_well(placed, in_order=session.amount_fen)
    else:
        assert outcome == {"done": 2}
        assert placed.status == Order.Status.EXPIRED
        assert Refund.objects.get().reason == Refund.Reason.TOO_LATE
        assert_all_is_well(placed, in_order=0)


def test_a_member_pays_two_pages_of_one_order(
    placed: Order, session: StripeSession, stripe: Stripe
) -> None:
    """A page that Stripe closed too late: both are paid, and one of them goes back."""
    StripeSession.objects.filter(pk=session.pk).update(status=StripeSession.Status.EXPIRED)
    second = start_payment(order=placed, language="en", started_at=database_now())
    for each in (session, second):
        stripe.desk.pay(each.session_id)
    messages = stripe.messages("checkout.session.completed")

    outcome = at_once([delivered(stripe, message) for message in messages * 3])
    sweep_refunds()

    assert outcome == {"done": 6}
    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert Payment.objects.count() == 2
    refund = Refund.objects.get()
    assert (refund.reason, refund.status) == (Refund.Reason.PAID_TWICE, Refund.Status.SUCCEEDED)
    assert_all_is_well(placed, in_order=session.amount_fen)


def test_one_refund_is_sent_by_many_workers(ma: Member, millet: Listing, stripe: Stripe) -> None:
    placed = paid_order(stripe, ma, {millet: 2})
    cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now())
    refund = Refund.objects.get()

    def send() -> None:
        try:
            send_refund(refund=refund, now=database_now())
        except door.StripeAway:
            # Another worker's call under the same key goes on.
            return

    assert at_once([send] * 8) == {"done": 8}
    sweep_refunds()

    refund.refresh_from_db()
    assert refund.status == Refund.Status.SUCCEEDED
    assert len(list(door.refunds_of(refund.payment.payment_intent))) == 1
    assert Counter(Entry.objects.values_list("kind", flat=True))["refund_stripe"] == 1
    assert_all_is_well(placed, in_order=0)


def test_a_page_is_closed_while_it_is_paid(
    placed: Order, session: StripeSession, stripe: Stripe
) -> None:
    """Whichever Stripe hears first: paid and taken up again, or closed and not paid."""
    expire_order(order=placed, expired_at=database_now() + LATER)

    def pay() -> None:
        with stripe.desk.lock:
            if stripe.desk.objects[session.session_id]["status"] == "open":
                stripe.desk.pay(session.session_id)

    close = partial(check_session, session=session, checked_at=database_now() + LATER)
    assert at_once([pay, close]) == {"done": 2}
    sweep_payments()

    placed.refresh_from_db()
    session.refresh_from_db()
    if session.status == StripeSession.Status.PAID:
        assert placed.status == Order.Status.READY
        assert_all_is_well(placed, in_order=session.amount_fen)
    else:
        assert (session.status, placed.status) == ("expired", "expired")
        assert not Payment.objects.exists()
        assert list(wrong_rows()) == []
