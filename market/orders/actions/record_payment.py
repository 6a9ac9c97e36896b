"""Record what Stripe says of a payment: the one way money of Stripe's gets to an order.

The message of Stripe's, the browser that comes back, and the sweep by the clock all end
here, in any order and as often as they like.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from ledger.actions.post_entry import EntrySpec, post_entries
from market import postings
from market.orders import stripe
from market.orders.actions.reconfirm_order import reconfirm_order
from market.orders.actions.report_problem import report_problem
from market.orders.actions.want_refund import want_refund
from market.orders.models import Order, Payment, Refund, StripeEvent, StripeSession, Tender
from market.orders.queries import due_fen
from market.orders.stripe_answers import Session
from people.actions.write_notice import write_notice
from people.models import Household

Effect = StripeEvent.Effect
Status = StripeSession.Status
WAITING = (Status.WANTED, Status.OPEN)

PAID = gettext_noop("Order %(number)s is paid and ready at %(point)s. Say %(code)s to collect it.")
GIVEN_BACK = gettext_noop(
    "Your payment for order %(number)s came when the order was closed. "
    "¥%(yuan)s goes back to where it came from, by itself."
)
PAID_TWICE = gettext_noop(
    "Order %(number)s was paid twice. ¥%(yuan)s goes back to where it came from, by itself."
)


@transaction.atomic
def record_payment(*, told: Session, recorded_at: datetime, failed: bool = False) -> str:
    """Bring an attempt to pay, and its order, to what Stripe says; return the effect it had.

    A payment for an order that waits makes it ready. One that comes after the order lapsed
    takes it up again if it can be; else, and for a second payment, the money goes back at
    once. What does not match (amount, currency, test or real money) confirms nothing and is
    a problem that staff see.

    Args:
        failed: Stripe says that a slow payment will not come.
    """
    return follow(told=told, at=recorded_at, failed=failed)


def follow(*, told: Session, at: datetime, failed: bool) -> str:
    """Do what `record_payment` does, in the transaction of the caller."""
    session = _locked(told)
    if session is None:
        return _of_nobody(told, at)
    order = session.order
    if session.status == Status.PAID:
        return Effect.NONE
    if not told.paid:
        return _not_paid(session, told, at, failed=failed)
    if wrong := _does_not_match(session, told):
        report_problem(
            key=f"payment:{told.id}",
            kind="payment_differs",
            order=order,
            values=wrong,
            found_at=at,
        )
        return Effect.REFUSED
    _take(order, session, told, at)
    return Effect.PAID


def _locked(told: Session) -> StripeSession | None:
    """Find the attempt by Stripe's name for it, or where that was lost by ours.

    Its household is locked, and then its order, as everywhere.
    """
    attempt = StripeSession.objects.filter(
        Q(session_id=told.id) | Q(session_id="", order=told.order_number, attempt=told.attempt)
    )
    if not list(Household.objects.lock().filter(pk__in=attempt.values("order__household"))):
        return None
    list(Order.objects.lock().filter(pk__in=attempt.values("order")))
    return attempt.select_related(
        "order__service_point", "order__placed_by", "order__on_behalf_of"
    ).get()


def _of_nobody(told: Session, at: datetime) -> str:
    """Another site may share the account, so only what names an order of ours is a problem."""
    if told.order_number is None or not told.paid:
        return Effect.IGNORED
    report_problem(
        key=f"payment:{told.id}",
        kind="payment_of_no_order",
        order=None,
        values={
            "session": told.id,
            "order": told.order_number,
            "amount_fen": told.amount_fen,
            "currency": told.currency,
        },
        found_at=at,
    )
    return Effect.REFUSED


def _does_not_match(session: StripeSession, told: Session) -> dict[str, str | int]:
    """Return what was asked for and what came, where they differ."""
    asked_for = (session.amount_fen, stripe.CNY, stripe.is_live())
    came = (told.amount_fen, told.currency, told.live)
    if asked_for == came:
        return {}
    return {
        "session": told.id,
        "asked_fen": session.amount_fen,
        "amount_fen": told.amount_fen,
        "currency": told.currency,
        "live": told.live,
    }


def _not_paid(session: StripeSession, told: Session, at: datetime, *, failed: bool) -> str:
    """Follow Stripe as far as the page has come without any money."""
    session.session_id, session.checked_at = told.id, at
    effect = Effect.NONE
    if session.status not in WAITING:
        pass
    elif failed:
        session.status, session.url, effect = Status.FAILED, "", Effect.FAILED
    elif told.status == "expired":
        session.status, session.url, effect = Status.EXPIRED, "", Effect.EXPIRED
    else:
        # A page that is complete has no address any more: the money is on its way.
        session.status, session.url = Status.OPEN, told.url
    session.save(update_fields=["session_id", "checked_at", "status", "url"])
    return effect


def _take(order: Order, session: StripeSession, told: Session, at: datetime) -> None:
    """Write the payment, post it, and do with the order what can be done."""
    session.session_id, session.checked_at = told.id, at
    session.status, session.url = Status.PAID, ""
    session.payment_intent = told.payment_intent
    session.save(update_fields=["session_id", "checked_at", "status", "url", "payment_intent"])
    due = due_fen(order)
    payment = Payment.objects.create(
        order=order,
        tender=Tender.STRIPE,
        amount_fen=told.amount_fen,
        paid_at=at,
        session=session,
        payment_intent=told.payment_intent,
    )
    if order.status == Order.Status.PLACED:
        post_entries([_entry(order, session, payment, due)])
        Order.objects.filter(pk=order.pk).update(status=Order.Status.READY, ready_at=at)
    elif order.status != Order.Status.EXPIRED or not reconfirm_order(
        order=order,
        session=session,
        payment=_entry(order, session, payment, due),
        confirmed_at=at,
    ):
        due = 0
        post_entries([_entry(order, session, payment, due)])
    if payment.amount_fen > due:
        _give_back(order, payment, payment.amount_fen - due, at, nothing_due=not due)
    if due:
        _tell_paid(order, at)


def _entry(order: Order, session: StripeSession, payment: Payment, due: int) -> EntrySpec:
    return EntrySpec(
        kind="pay_stripe",
        reference=f"order:{order.pk}",
        idempotency_key=f"pay_stripe:{session.pk}",
        happened_at=payment.paid_at,
        moves=postings.pay_stripe(order.pk, paid_fen=payment.amount_fen, due_fen=due),
    )


def _give_back(
    order: Order, payment: Payment, fen: int, at: datetime, *, nothing_due: bool
) -> None:
    """Owe what the order has no use for: all of it, or what it was shortened by since."""
    if not nothing_due:
        reason, template = Refund.Reason.SHORTENED, ""
    elif Payment.objects.filter(order=order).exclude(pk=payment.pk).exists():
        reason, template = Refund.Reason.PAID_TWICE, PAID_TWICE
    else:
        reason, template = Refund.Reason.TOO_LATE, GIVEN_BACK
    want_refund(
        payment=payment,
        amount_fen=fen,
        reason=reason,
        key=f"pay_stripe:{order.pk}",
        wanted_at=at,
    )
    if template:
        write_notice(
            member=order.placed_by,
            key=f"order-paid-in-vain:{payment.pk}",
            template=template,
            values={"number": order.number, "yuan": f"{fen / 100:.2f}"},
            page="orders:order",
            subject=str(order.pk),
            at=at,
            by_text=True,
        )


def _tell_paid(order: Order, at: datetime) -> None:
    write_notice(
        member=order.collector,
        key=f"order-ready:{order.pk}",
        template=PAID,
        values={
            "number": order.number,
            "point": order.service_point.name,
            "code": order.pickup_code,
        },
        page="orders:order",
        subject=str(order.pk),
        at=at,
        by_text=True,
    )
