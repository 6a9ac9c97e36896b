"""Take in what Stripe says of a refund: one of ours, or one made in its dashboard."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from market import postings
from market.orders.actions.settle_refund import settle_refund
from market.orders.actions.take_back import take_back
from market.orders.models import Order, Payment, Refund, StripeEvent
from market.orders.stripe_answers import StripeRefund

Effect = StripeEvent.Effect
NOT_DONE = ("failed", "canceled")


@transaction.atomic
def receive_refund(*, told: StripeRefund, received_at: datetime) -> str:
    """Bring a refund to what Stripe says, and return the effect it had.

    One that nobody here wanted was made in the dashboard. Where somebody here wanted the same
    and it is not on its way, it was made instead; else it is taken from the order.
    """
    payment = Payment.objects.filter(payment_intent=told.payment_intent).first()
    if not payment or not told.payment_intent:
        return Effect.IGNORED
    Order.objects.lock().get(pk=payment.order_id)
    refund = _row_of(told, payment)
    if refund is None:
        if told.status in NOT_DONE:
            return Effect.NONE
        _take_back(payment, told, received_at)
        return Effect.REFUNDED
    before = refund.status
    settled = settle_refund(refund=refund, answer=told, settled_at=received_at)
    return Effect.NONE if settled.status == before else Effect.REFUNDED


def _row_of(told: StripeRefund, payment: Payment) -> Refund | None:
    """Find it by Stripe's name for it, by our key, or as one that was never sent."""
    refunds = payment.refunds.order_by("pk")
    if known := refunds.filter(refund_id=told.id).first():
        return known
    if told.idempotency_key:
        return refunds.filter(idempotency_key=told.idempotency_key, refund_id="").first()
    never_sent = (Refund.Status.WANTED, Refund.Status.FAILED)
    return refunds.filter(status__in=never_sent, amount_fen=told.amount_fen, refund_id="").first()


def _take_back(payment: Payment, told: StripeRefund, at: datetime) -> None:
    """Somebody gave it back in the dashboard: Stripe has taken it off our balance already."""
    take_back(
        order=payment.order,
        fen=told.amount_fen,
        gone_from=postings.stripe(),
        key=told.id,
        reason="refunded_in_dashboard",
        taken_at=at,
    )
    is_done = told.status == "succeeded"
    Refund.objects.create(
        payment=payment,
        amount_fen=told.amount_fen,
        reason=Refund.Reason.IN_DASHBOARD,
        status=Refund.Status.SUCCEEDED if is_done else Refund.Status.SENT,
        idempotency_key=f"refund:{told.id}",
        refund_id=told.id,
        wanted_at=at,
        send_after=at,
        settled_at=at if is_done else None,
    )
