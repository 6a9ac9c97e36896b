"""Ask Stripe for a refund, and take its answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from market.orders import stripe
from market.orders.actions.settle_refund import settle_refund
from market.orders.models import Order, Refund
from market.orders.stripe_answers import StripeRefund

ALREADY = "charge_already_refunded"


def send_refund(*, refund: Refund, now: datetime) -> Refund:
    """Send a refund that is due; this function will have it sent once, however often it is called.

    Not to be called inside a transaction: Stripe may take its time. That it is being sent is
    saved before, and its answer after. Whoever finds one without an answer looks first whether
    Stripe has it, since after a day Stripe no longer knows the key of a call.

    Raises:
        StripeAway: nobody knows whether it was done; call again later.
    """
    begun = _begin(refund, now)
    if begun is None:
        return Refund.objects.get(pk=refund.pk)
    answer = _found(begun) if begun.status == Refund.Status.SENT else None
    try:
        answer = answer or _asked(begun)
    except stripe.StripeRefused as refused:
        answer = _found(begun) or (_in_dashboard(begun) if refused.code == ALREADY else None)
        if answer is None:
            return _fail(begun, now)
    return settle_refund(refund=begun, answer=answer, settled_at=now)


@transaction.atomic
def _begin(refund: Refund, now: datetime) -> Refund | None:
    """Save that it is being sent; return it as it was, or nothing if it is not to be sent."""
    Order.objects.lock().get(payments__refunds=refund)
    refund = Refund.objects.select_related("payment").get(pk=refund.pk)
    is_waiting = refund.status in (Refund.Status.WANTED, Refund.Status.SENT)
    if not is_waiting or refund.refund_id or refund.send_after > now:
        return None
    Refund.objects.filter(pk=refund.pk).update(status=Refund.Status.SENT)
    return refund


def _asked(refund: Refund) -> StripeRefund:
    return stripe.refund(
        payment_intent=refund.payment.payment_intent,
        amount_fen=refund.amount_fen,
        idempotency_key=refund.idempotency_key,
    )


def _found(refund: Refund) -> StripeRefund | None:
    """Look for it among what Stripe has given back of the payment."""
    return _first(refund, lambda made: made.idempotency_key == refund.idempotency_key)


def _in_dashboard(refund: Refund) -> StripeRefund | None:
    """Look for one that somebody made in the dashboard instead, and that no other row is."""
    known = set(refund.payment.refunds.exclude(refund_id="").values_list("refund_id", flat=True))
    return _first(
        refund,
        lambda made: (
            not made.idempotency_key
            and made.id not in known
            and made.amount_fen == refund.amount_fen
        ),
    )


def _first(refund: Refund, is_it: Callable[[StripeRefund], bool]) -> StripeRefund | None:
    return next(filter(is_it, stripe.refunds_of(refund.payment.payment_intent)), None)


@transaction.atomic
def _fail(refund: Refund, at: datetime) -> Refund:
    """Stripe will not do it: its money stays in `refunds/stripe` until staff have seen to it."""
    Order.objects.lock().get(payments__refunds=refund)
    refund = Refund.objects.get(pk=refund.pk)
    if refund.status == Refund.Status.SENT and not refund.refund_id:
        refund.status, refund.settled_at = Refund.Status.FAILED, at
        refund.save(update_fields=["status", "settled_at"])
    return refund
