"""record_payment: what Stripe says comes to an order once, whoever tells and in any order."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account
from market.orders import stripe as door
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.check_session import check_session
from market.orders.actions.expire_order import expire_order
from market.orders.actions.receive_event import receive_event
from market.orders.actions.record_payment import record_payment
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
from market.orders.stripe_answers import Event, Session
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Listing
from people.models import Member, Notice
from tests.stories import order
from tests.stripe_stand_in import Stripe, stripe

__all__ = ["stripe"]

Effect = StripeEvent.Effect
LATER = datetime.timedelta(minutes=31)


def unpaid_order(member: Member, quantities: dict[Listing, int]) -> Order:
    return order(member, quantities, tender=Tender.STRIPE)


def begun(placed: Order) -> StripeSession:
    return start_payment(order=placed, language="zh-hans", started_at=database_now())


def told_of(session: StripeSession) -> Session:
    return door.read_session(session.session_id)


def record(session: StripeSession, **changes: Any) -> str:
    return record_payment(told=told_of(session), recorded_at=database_now(), **changes)


def deliver(stripe: Stripe, message: Any) -> str:
    event = door.read_event(*stripe.signed(message))
    return receive_event(event=event, received_at=database_now())


def balance(code: str) -> int:
    return Account.objects.get(code=code).balance


def free(listing: Listing) -> int:
    return Account.objects.get(pk=listing.stock_id).available


def expire(placed: Order) -> None:
    assert expire_order(order=placed, expired_at=database_now() + LATER)


def test_a_payment_makes_the_order_ready(ma: Member, millet: Listing, stripe: Stripe) -> None:
    placed = unpaid_order(ma, {millet: 2})
    session = begun(placed)
    stripe.desk.pay(session.session_id)

    effect = record(session)

    placed.refresh_from_db()
    assert (effect, placed.status) == (Effect.PAID, Order.Status.READY)
    payment = Payment.objects.get()
    assert (payment.amount_fen, payment.tender, payment.session) == (6000, "stripe", session)
    assert balance(f"order/{placed.pk}/cny") == 6000
    assert balance("stripe/clearing") == 6000
    assert placed.pickup_code in Notice.objects.get(key=f"order-ready:{placed.pk}").text
    assert list(wrong_rows()) == []


def test_placed_online_it_waits_and_its_goods_are_kept(ma: Member, millet: Listing) -> None:
    placed = unpaid_order(ma, {millet: 2})

    assert placed.status == Order.Status.PLACED
    assert placed.pay_until == placed.placed_at + datetime.timedelta(minutes=30)
    assert free(millet) == 8
    assert [notice.key for notice in Notice.objects.filter(member=ma, page="orders:order")] == [
        f"order-placed:{placed.pk}"
    ]


def test_told_a_second_time_nothing_happens(ma: Member, millet: Listing, stripe: Stripe) -> None:
    session = begun(unpaid_order(ma, {millet: 2}))
    stripe.desk.pay(session.session_id)
    record(session)

    effect = record(session)

    assert effect == Effect.NONE
    assert Payment.objects.count() == 1
    assert balance("stripe/clearing") == 6000


def test_a_page_that_nobody_paid_on_stays_open(ma: Member, millet: Listing, stripe: Stripe) -> None:
    session = begun(unpaid_order(ma, {millet: 2}))

    effect = record(session)

    session.refresh_from_db()
    assert (effect, session.status, session.url != "") == (Effect.NONE, "open", True)


def test_slow_money_is_on_its_way(ma: Member, millet: Listing, stripe: Stripe) -> None:
    placed = unpaid_order(ma, {millet: 2})
    session = begun(placed)
    stripe.desk.pay(session.session_id, slowly=True)

    record(session)

    session.refresh_from_db()
    placed.refresh_from_db()
    assert session.is_on_its_way
    assert placed.status == Order.Status.PLACED


def test_slow_money_that_does_not_come_leaves_the_order_to_be_paid_again(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    placed = unpaid_order(ma, {millet: 2})
    session = begun(placed)
    stripe.desk.pay(session.session_id, slowly=True)
    stripe.desk.settle_slow(session.session_id, succeeds=False)

    for message in stripe.messages():
        deliver(stripe, message)

    session.refresh_from_db()
    again = begun(placed)
    assert session.status == StripeSession.Status.FAILED
    assert (again.attempt, again.session_id != session.session_id) == (2, True)


# --- Late, twice, or for nothing ------------------------------------------------------


def test_paid_after_it_lapsed_it_is_taken_up_again(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    placed = unpaid_order(ma, {millet: 2})
    session = begun(placed)
    expire(placed)
    assert free(millet) == 10
    stripe.desk.pay(session.session_id)

    record(session)

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert free(millet) == 8
    assert balance(f"order/{placed.pk}/cny") == 6000
    assert not Refund.objects.exists()
    assert list(wrong_rows()) == []


def _sold_out(listing: Listing, neighbour: Member) -> None:
    order(neighbour, {listing: 9})


def _withdrawn(listing: Listing, _neighbour: Member) -> None:
    withdraw_listing(listing=listing)


@pytest.mark.parametrize("meanwhile", [_sold_out, _withdrawn])
def test_paid_after_it_lapsed_and_the_goods_are_gone_it_goes_back(
    ma: Member,
    bai: Member,
    millet: Listing,
    stripe: Stripe,
    meanwhile: Callable[[Listing, Member], None],
) -> None:
    placed = unpaid_order(ma, {millet: 2})
    session = begun(placed)
    expire(placed)
    meanwhile(millet, bai)
    stripe.desk.pay(session.session_id)

    effect = record(session)

    placed.refresh_from_db()
    assert (effect, placed.status) == (Effect.PAID, Order.Status.EXPIRED)
    refund = Refund.objects.get()
    assert (refund.amount_fen, refund.reason) == (6000, Refund.Reason.TOO_LATE)
    assert (balance(f"order/{placed.pk}/cny"), balance("refunds/stripe")) == (0, 6000)
    assert list(wrong_rows()) == []


def test_more_than_a_household_may_have_is_not_taken_up_again(
    ma: Member, flax_oil: Listing, stripe: Stripe
) -> None:
    placed = unpaid_order(ma, {flax_oil: 2})
    session = begun(placed)
    expire(placed)
    order(ma, {flax_oil: 1})
    stripe.desk.pay(session.session_id)

    record(session)

    placed.refresh_from_db()
    assert placed.status == Order.Status.EXPIRED
    assert Refund.objects.get().amount_fen == 21_600


def test_paid_after_it_was_cancelled_it_goes_back(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    placed = unpaid_order(ma, {millet: 2})
    session = begun(placed)
    cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now())
    stripe.desk.pay(session.session_id)

    record(session)

    placed.refresh_from_db()
    assert placed.status == Order.Status.CANCELLED
    assert Refund.objects.get().amount_fen == 6000
    assert free(millet) == 10
    assert list(wrong_rows()) == []


def test_two_pages_paid_the_second_goes_back(ma: Member, millet: Listing, stripe: Stripe) -> None:
    """The first page was given up here, and Stripe had not closed it."""
    placed = unpaid_order(ma, {millet: 2})
    first = begun(placed)
    StripeSession.objects.filter(pk=first.pk).update(status=StripeSession.Status.EXPIRED)
    second = begun(placed)
    for session in (second, first):
        stripe.desk.pay(session.session_id)

    effects = [record(session) for session in (second, first)]

    placed.refresh_from_db()
    assert effects == [Effect.PAID, Effect.PAID]
    assert placed.status == Order.Status.READY
    refund = Refund.objects.get()
    assert (refund.payment.session, refund.amount_fen) == (first, 6000)
    assert refund.reason == Refund.Reason.PAID_TWICE
    assert (balance(f"order/{placed.pk}/cny"), balance("refunds/stripe")) == (6000, 6000)
    assert list(wrong_rows()) == []


# --- What does not match --------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"amount_total": 5_999}, {"currency": "usd"}, {"livemode": True}]
)
def test_what_differs_confirms_nothing_and_staff_see_it(
    ma: Member, millet: Listing, stripe: Stripe, change: dict[str, Any]
) -> None:
    placed = unpaid_order(ma, {millet: 2})
    session = begun(placed)
    stripe.desk.pay(session.session_id)
    stripe.desk.objects[session.session_id].update(change)

    effects = [record(session), record(session)]

    placed.refresh_from_db()
    assert effects == [Effect.REFUSED, Effect.REFUSED]
    assert placed.status == Order.Status.PLACED
    problem = PaymentProblem.objects.get()
    assert (problem.kind, problem.order) == ("payment_differs", placed)
    assert not Payment.objects.exists()


def test_a_payment_of_an_order_we_do_not_have(ma: Member, millet: Listing, stripe: Stripe) -> None:
    session = begun(unpaid_order(ma, {millet: 2}))
    stripe.desk.pay(session.session_id)
    kept = stripe.desk.objects[session.session_id]
    kept["id"], kept["metadata"] = "cs_test_else", {"order": "99999", "attempt": "1"}
    stripe.desk.objects["cs_test_else"] = kept

    effect = record_payment(told=door.read_session("cs_test_else"), recorded_at=database_now())

    assert effect == Effect.REFUSED
    assert PaymentProblem.objects.get().values["order"] == 99999


# --- Messages -------------------------------------------------------------------------


def test_a_message_has_its_effect_once(ma: Member, millet: Listing, stripe: Stripe) -> None:
    session = begun(unpaid_order(ma, {millet: 2}))
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")

    effects = [deliver(stripe, message) for _time in range(3)]

    assert effects == [Effect.PAID, Effect.NONE, Effect.NONE]
    row = StripeEvent.objects.get()
    assert (row.event_id, row.kind, row.effect) == (
        message["id"],
        "checkout.session.completed",
        Effect.PAID,
    )


def test_a_kind_we_do_not_know_is_kept_and_ignored(stripe: Stripe, db: None) -> None:
    event = Event(id="evt_1", kind="customer.created", created_at=database_now(), live=False)

    receive_event(event=event, received_at=database_now())

    assert StripeEvent.objects.get().effect == Effect.IGNORED


ORDERS_OF_DELIVERY = list(itertools.permutations(["webhook", "webhook again", "browser", "sweep"]))


@pytest.mark.parametrize("arrivals", ORDERS_OF_DELIVERY, ids="-".join)
def test_message_browser_and_sweep_in_every_order(
    ma: Member, millet: Listing, stripe: Stripe, arrivals: tuple[str, ...]
) -> None:
    placed = unpaid_order(ma, {millet: 2})
    session = begun(placed)
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")

    for arrival in arrivals:
        if arrival.startswith("webhook"):
            deliver(stripe, message)
        else:
            check_session(session=session, checked_at=database_now())

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert balance("stripe/clearing") == 6000
    assert list(wrong_rows()) == []


def test_slow_payment_told_in_every_order(ma: Member, millet: Listing, stripe: Stripe) -> None:
    """`completed` says unpaid and `async_payment_succeeded` paid, whichever comes first."""
    for kinds in itertools.permutations(
        ["checkout.session.completed", "checkout.session.async_payment_succeeded"]
    ):
        placed = unpaid_order(ma, {millet: 1})
        session = begun(placed)
        stripe.messenger.kept.clear()
        stripe.desk.pay(session.session_id, slowly=True)
        stripe.desk.settle_slow(session.session_id, succeeds=True)

        for kind in kinds:
            deliver(stripe, stripe.messages(kind)[0])

        placed.refresh_from_db()
        session.refresh_from_db()
        assert (placed.status, session.status) == (Order.Status.READY, "paid"), kinds


def test_a_message_takes_at_most_twenty_statements(
    ma: Member, radishes: Listing, millet: Listing, stripe: Stripe
) -> None:
    """The first payment of all opens accounts besides."""
    for _payment in range(2):
        session = begun(unpaid_order(ma, {millet: 2, radishes: 1000}))
        stripe.desk.pay(session.session_id)
        first, *_second = stripe.messages("checkout.session.completed")
        deliver(stripe, first)
    message = stripe.messages("checkout.session.completed")[-1]
    event = door.read_event(*stripe.signed(message))

    now = database_now()
    with CaptureQueriesContext(connection) as asked:
        receive_event(event=event, received_at=now)

    savepoints = ("SAVEPOINT", "RELEASE")
    statements = [query["sql"] for query in asked if not query["sql"].startswith(savepoints)]
    assert len(statements) <= 20, "\n".join(statement[:150] for statement in statements)
