"""start_payment: one page to pay an order on, whatever fails between us and Stripe."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from ledger.checking import wrong_rows
from ledger.clock import database_now
from market.orders import stripe as door
from market.orders import tasks
from market.orders.actions import start_payment as starting
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.check_session import check_session
from market.orders.actions.receive_event import receive_event
from market.orders.actions.start_payment import start_payment
from market.orders.models import Order, StripeSession, Tender
from market.orders.refusals import NotToBePaid, PaymentOnItsWay, PaymentPageAway
from market.produce.models import Listing
from people.models import Member
from tests.stories import order
from tests.stripe_stand_in import Stripe, stripe

__all__ = ["stripe"]

pytestmark = pytest.mark.django_db

TEN_MINUTES = datetime.timedelta(minutes=10)
Status = StripeSession.Status


@pytest.fixture
def placed(ma: Member, millet: Listing) -> Order:
    return order(ma, {millet: 2}, tender=Tender.STRIPE)


def begin(placed: Order, *, at: datetime.datetime | None = None) -> StripeSession:
    return start_payment(order=placed, language="zh-hans", started_at=at or database_now())


def pages(stripe: Stripe) -> list[Any]:
    """Return the pages Stripe has opened."""
    kept = stripe.desk.objects.values()
    return [each for each in kept if each["object"] == "checkout.session"]


def long_ago(session: StripeSession) -> None:
    """Make it an attempt that the sweep asks after."""
    hour = datetime.timedelta(hours=1)
    StripeSession.objects.filter(pk=session.pk).update(
        created_at=session.created_at - hour, checked_at=None
    )


def test_pressed_again_it_is_the_same_page(placed: Order, stripe: Stripe) -> None:
    first, second = begin(placed), begin(placed)

    assert (first.pk, first.url) == (second.pk, second.url)
    assert (first.attempt, first.amount_fen) == (1, 6000)
    assert len(pages(stripe)) == 1


@pytest.mark.parametrize("killed_in", ["_as_stripe_wants", "_opened"], ids=["before", "after"])
def test_killed_before_or_after_the_call_there_is_one_page(
    killed_in: str, placed: Order, stripe: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(starting, killed_in, killed)
        with pytest.raises(KeyboardInterrupt):
            begin(placed)

    session = begin(placed)

    assert StripeSession.objects.get() == session
    assert len(pages(stripe)) == 1
    stripe.desk.pay(session.session_id)
    check_session(session=session, checked_at=database_now())
    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert list(wrong_rows()) == []


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 409}, {"answer_lost": True}, {"seconds": 3}]
)
def test_an_answer_that_does_not_come_leaves_one_page(
    fault: dict[str, Any], placed: Order, stripe: Stripe
) -> None:
    stripe.fail(**fault)
    with pytest.raises(PaymentPageAway):
        begin(placed)

    session = begin(placed)

    assert (session.attempt, session.status) == (1, Status.OPEN)
    assert len(pages(stripe)) == 1


def test_paid_on_a_page_whose_name_was_lost_it_is_known_by_its_attempt(
    placed: Order, stripe: Stripe
) -> None:
    session = begin(placed)
    StripeSession.objects.update(status=Status.WANTED, session_id="", url="")
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")

    receive_event(
        event=door.read_event(*stripe.signed(message)),
        received_at=database_now(),
    )

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert StripeSession.objects.get().session_id == session.session_id


def test_an_attempt_that_was_never_answered_is_given_up(placed: Order, stripe: Stripe) -> None:
    session = begin(placed)
    StripeSession.objects.update(status=Status.WANTED, session_id="", url="")
    session.refresh_from_db()

    for at in (database_now(), session.expires_at):
        check_session(session=session, checked_at=at)
        session.refresh_from_db()
        assert session.status == (Status.EXPIRED if at == session.expires_at else Status.WANTED)


def test_a_refusal_of_stripes_ends_the_attempt(placed: Order, stripe: Stripe) -> None:
    stripe.fail(status=400)
    with pytest.raises(PaymentPageAway):
        begin(placed)

    session = begin(placed)

    assert (session.attempt, session.status) == (2, Status.OPEN)


def _paid(placed: Order, stripe: Stripe) -> None:
    session = begin(placed)
    stripe.desk.pay(session.session_id)
    check_session(session=session, checked_at=database_now())


def _cancelled(placed: Order, _stripe: Stripe) -> None:
    cancel_order(order=placed, cancelled_by=placed.placed_by, cancelled_at=database_now())


def _out_of_time(placed: Order, _stripe: Stripe) -> None:
    Order.objects.filter(pk=placed.pk).update(pay_until=database_now())


@pytest.mark.parametrize("bring_about", [_paid, _cancelled, _out_of_time])
def test_what_does_not_wait_for_money_is_refused(
    bring_about: Callable[[Order, Stripe], None], placed: Order, stripe: Stripe
) -> None:
    bring_about(placed, stripe)
    attempts = StripeSession.objects.count()

    with pytest.raises(NotToBePaid):
        begin(placed)

    assert StripeSession.objects.count() == attempts


def test_money_on_its_way_is_not_paid_again(placed: Order, stripe: Stripe) -> None:
    session = begin(placed)
    stripe.desk.pay(session.session_id, slowly=True)
    check_session(session=session, checked_at=database_now())

    with pytest.raises(PaymentOnItsWay):
        begin(placed)

    assert len(pages(stripe)) == 1


# --- Clocks and sweeps ----------------------------------------------------------------


@pytest.mark.parametrize("off", [-TEN_MINUTES, TEN_MINUTES], ids=["behind", "ahead"])
def test_a_clock_ten_minutes_off_opens_a_page(
    off: datetime.timedelta, placed: Order, stripe: Stripe
) -> None:
    assert begin(placed, at=database_now() + off).url


def test_a_message_that_the_clock_makes_look_old_is_repaired_by_the_sweep(
    placed: Order, stripe: Stripe
) -> None:
    session = begin(placed)
    stripe.desk.pay(session.session_id)
    (message,) = stripe.messages("checkout.session.completed")
    early = database_now().timestamp() - TEN_MINUTES.total_seconds()
    with pytest.raises(door.Forged):
        door.read_event(*stripe.signed(message, at=early))

    long_ago(session)
    assert tasks.sweep_payments() == 1

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY


def test_the_page_of_an_order_that_is_over_is_closed(placed: Order, stripe: Stripe) -> None:
    session = begin(placed)
    _cancelled(placed, stripe)
    long_ago(session)

    tasks.sweep_payments()

    session.refresh_from_db()
    assert session.status == Status.EXPIRED
    assert stripe.desk.objects[session.session_id]["status"] == "expired"


def test_the_sweep_waits_while_stripe_is_away(placed: Order, stripe: Stripe) -> None:
    session = begin(placed)
    stripe.desk.pay(session.session_id)
    long_ago(session)
    stripe.fail(status=500)

    assert tasks.sweep_payments() == 0
    assert tasks.sweep_payments() == 1

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY


@pytest.mark.django_db(transaction=True)
def test_stripe_is_never_asked_inside_a_transaction(
    placed: Order, stripe: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    ask = door._ask  # Every call goes through it.

    def watched(call: Callable[..., Any]) -> Any:
        asked.append(connection.in_atomic_block)
        return ask(call)

    monkeypatch.setattr(door, "_ask", watched)
    session = begin(placed)
    stripe.desk.pay(session.session_id)
    check_session(session=session, checked_at=database_now())
    _cancelled(placed, stripe)
    tasks.sweep_refunds()

    assert asked == [False, False, False]
