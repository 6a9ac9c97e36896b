"""The door to Stripe: what its own library makes of the stand-in's answers."""

from __future__ import annotations

import datetime
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import stripe as library

from market.orders import stripe as door
from market.orders.stripe import Forged, StripeAway, StripeRefused
from market.orders.stripe_answers import Dispute, Item, Session, SessionWanted, StripeRefund
from tests.stripe_stand_in import Stripe

WANTED = SessionWanted(
    order_number=1042,
    attempt=1,
    idempotency_key="order:1042:pay:1",
    items=[Item("黄小米 2袋", 1800), Item("萝卜 3.5斤", 245)],
    expires_at=datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=45),
    success_url="https://shop.example/orders/1042/paid/",
    cancel_url="https://shop.example/orders/1042/",
    language="zh-hans",
)
THIS_MORNING = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=6)


@pytest.fixture
def paid(stripe: Stripe) -> Session:
    opened = door.open_session(WANTED)
    stripe.desk.pay(opened.id)
    return door.read_session(opened.id)


def test_a_session_is_opened_and_read(stripe: Stripe) -> None:
    opened = door.open_session(WANTED)

    assert (opened.status, opened.paid, opened.live) == ("open", False, False)
    assert (opened.amount_fen, opened.currency) == (2045, "cny")
    assert (opened.order_number, opened.attempt) == (1042, 1)
    assert opened.url == f"{stripe.address}/pay/{opened.id}"
    assert door.read_session(opened.id) == opened
    assert list(door.sessions_since(THIS_MORNING)) == [opened]


def test_the_same_key_opens_one_session(stripe: Stripe) -> None:
    first = door.open_session(WANTED)
    again = door.open_session(WANTED)

    assert again == first
    assert len(list(door.sessions_since(THIS_MORNING))) == 1
    with pytest.raises(StripeRefused):
        door.open_session(replace(WANTED, cancel_url="https://shop.example/"))


def test_a_payment_is_seen(stripe: Stripe, paid: Session) -> None:
    assert (paid.status, paid.paid) == ("complete", True)
    assert paid.payment_intent.startswith("pi_")
    assert [each["type"] for each in stripe.messages()] == ["checkout.session.completed"]


def test_a_slow_payment_is_complete_before_it_is_paid(stripe: Stripe) -> None:
    opened = door.open_session(WANTED)
    stripe.desk.pay(opened.id, slowly=True)
    assert (door.read_session(opened.id).status, door.read_session(opened.id).paid) == (
        "complete",
        False,
    )

    stripe.desk.settle_slow(opened.id, succeeds=True)

    assert door.read_session(opened.id).paid
    assert [each["type"] for each in stripe.messages()] == [
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
    ]


def test_a_session_is_closed_once(stripe: Stripe) -> None:
    opened = door.open_session(WANTED)

    assert door.expire_session(opened.id).status == "expired"
    with pytest.raises(StripeRefused):
        door.expire_session(opened.id)


def test_a_session_cannot_end_sooner_than_stripe_lets_it(stripe: Stripe) -> None:
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(
        minutes=door.LEAST_OPEN_MINUTES - 1
    )

    with pytest.raises(StripeRefused, match="30 minutes"):
        door.open_session(replace(WANTED, expires_at=soon))


def test_money_is_given_back_once_for_a_key(stripe: Stripe, paid: Session) -> None:
    def give_back(key: str, amount_fen: int) -> StripeRefund:
        return door.refund(
            payment_intent=paid.payment_intent, amount_fen=amount_fen, idempotency_key=key
        )

    first = give_back("refund:1", 45)

    assert (first.status, first.amount_fen, first.idempotency_key) == ("succeeded", 45, "refund:1")
    assert give_back("refund:1", 45) == first
    assert door.read_refund(first.id) == first
    with pytest.raises(StripeRefused):
        give_back("refund:2", 2001)
    rest = give_back("refund:3", 2000)
    with pytest.raises(StripeRefused) as refusal:
        give_back("refund:4", 1)
    assert refusal.value.code == "charge_already_refunded"
    assert list(door.refunds_of(paid.payment_intent)) == [rest, first]
    assert list(door.refunds_since(THIS_MORNING)) == [rest, first]


def test_a_refund_in_the_dashboard_has_no_key_of_ours(stripe: Stripe, paid: Session) -> None:
    stripe.desk.refund_in_dashboard(paid.payment_intent, 300)

    (made,) = door.refunds_of(paid.payment_intent)

    assert (made.amount_fen, made.idempotency_key) == (300, "")


def test_lists_go_on_past_their_first_page(stripe: Stripe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PAGE", 2)
    opened = [
        door.open_session(replace(WANTED, attempt=attempt, idempotency_key=f"pay:{attempt}"))
        for attempt in range(1, 6)
    ]

    assert list(door.sessions_since(THIS_MORNING)) == opened[::-1]


def test_fees_and_payouts_are_told_in_the_currency_of_settlement(
    stripe: Stripe, paid: Session
) -> None:
    stripe.desk.pay_out()

    payout, charge = door.movements_since(THIS_MORNING)
    (sent,) = door.payouts_since(THIS_MORNING)

    assert (charge.kind, charge.currency) == ("charge", "hkd")
    assert charge.amount == round(2045 * Decimal("1.0843"))
    assert charge.net == charge.amount - charge.fee
    assert charge.exchange_rate == Decimal("1.0843")
    assert (payout.kind, payout.net, payout.exchange_rate) == ("payout", -charge.net, None)
    assert (sent.amount, sent.movement, payout.source) == (charge.net, payout.id, sent.id)


def test_a_dispute_is_told(stripe: Stripe, paid: Session) -> None:
    opened = stripe.desk.dispute(paid.payment_intent)
    stripe.desk.close_dispute(opened["id"], won=False)

    (dispute,) = door.disputes_since(THIS_MORNING)

    assert (dispute.status, dispute.amount_fen) == ("lost", 2045)
    assert dispute.payment_intent == paid.payment_intent


def test_a_message_is_read(stripe: Stripe, paid: Session) -> None:
    (message,) = stripe.messages("checkout.session.completed")

    event = door.read_event(*stripe.signed(message))

    assert (event.id, event.kind, event.live) == (message["id"], message["type"], False)
    assert event.about == paid


def test_messages_about_refunds_and_disputes_are_read(stripe: Stripe, paid: Session) -> None:
    stripe.desk.refund_in_dashboard(paid.payment_intent, 300)
    stripe.desk.dispute(paid.payment_intent)

    told = [door.read_event(*stripe.signed(message)).about for message in stripe.messages()]

    assert [type(about) for about in told] == [Session, StripeRefund, type(None), Dispute]


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (None, ""),
        (None, "t=1,v1=00"),
        (None, "v1=00"),
        (b"", None),
        (b"\xff\xfe", None),
        (b'{"object": "event"}', None),
    ],
)
def test_what_stripe_did_not_sign_is_forged(
    body: bytes | None, signature: str | None, stripe: Stripe, paid: Session
) -> None:
    true_body, true_signature = stripe.signed(stripe.messages()[0])

    with pytest.raises(Forged):
        door.read_event(
            true_body if body is None else body,
            true_signature if signature is None else signature,
        )


def test_one_byte_makes_a_message_forged(stripe: Stripe, paid: Session) -> None:
    body, signature = stripe.signed(stripe.messages()[0])

    with pytest.raises(Forged):
        door.read_event(body.replace(b"2045", b"2046"), signature)
    with pytest.raises(Forged):
        door.read_event(body, signature[:-1] + ("0" if signature[-1] != "0" else "1"))


def test_a_message_of_ten_minutes_ago_is_forged(stripe: Stripe, paid: Session) -> None:
    (message,) = stripe.messages()

    for skew in (10 - door.TOLERANCE_SECONDS, 600):
        door.read_event(*stripe.signed(message, at=time.time() + skew))
    with pytest.raises(Forged):
        door.read_event(*stripe.signed(message, at=time.time() - 600))


# --- Bad days -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 409, 429, 401, 403])
def test_stripe_is_away(status: int, stripe: Stripe) -> None:
    stripe.fail(status=status)

    with pytest.raises(StripeAway):
        door.open_session(WANTED)

    assert door.open_session(WANTED).status == "open"
    assert len(list(door.sessions_since(THIS_MORNING))) == 1


def test_a_key_that_stripe_keeps_failing_is_spent(stripe: Stripe) -> None:
    stripe.fail(status=500, kept=True)
    with pytest.raises(StripeAway):
        door.open_session(WANTED)

    with pytest.raises(StripeRefused) as refusal:
        door.open_session(WANTED)

    assert refusal.value.code == door.SPENT_KEY
    assert door.open_session(replace(WANTED, idempotency_key="another")).status == "open"


def test_a_list_that_breaks_off_is_away_too(stripe: Stripe) -> None:
    stripe.fail(status=500)

    with pytest.raises(StripeAway):
        list(door.sessions_since(THIS_MORNING))


def test_stripe_takes_too_long_and_has_done_it_all_the_same(stripe: Stripe, settings: Any) -> None:
    settings.STRIPE_TIMEOUT = 0.2
    stripe.fail(seconds=0.5)

    with pytest.raises(StripeAway):
        door.open_session(WANTED)
    time.sleep(0.5)

    door.open_session(WANTED)
    assert len(list(door.sessions_since(THIS_MORNING))) == 1


def test_an_answer_that_is_lost_is_given_again(stripe: Stripe, paid: Session) -> None:
    stripe.fail(answer_lost=True)
    with pytest.raises(StripeAway):
        door.refund(payment_intent=paid.payment_intent, amount_fen=45, idempotency_key="refund:1")

    again = door.refund(
        payment_intent=paid.payment_intent, amount_fen=45, idempotency_key="refund:1"
    )

    assert list(door.refunds_of(paid.payment_intent)) == [again]


def test_nobody_listens(stripe: Stripe) -> None:
    stripe.server.shutdown()
    stripe.server.server_close()

    with pytest.raises(StripeAway):
        door.open_session(WANTED)


def test_a_key_of_many_calls_at_once_opens_one_session(stripe: Stripe) -> None:
    def open_or_wait(_number: int) -> Session:
        while True:
            try:
                return door.open_session(WANTED)
            except StripeAway:
                time.sleep(0.01)

    with ThreadPoolExecutor(8) as people:
        opened = set(people.map(open_or_wait, range(16)))

    assert len(opened) == 1


def test_nothing_is_offered_without_a_key(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""

    assert not door.is_offered()


def test_the_documents_name_what_the_library_speaks() -> None:
    said = Path("docs/money.md").read_text()

    assert f"`{library.api_version}`" in said
