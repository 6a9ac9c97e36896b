"""Write down what Stripe says of a refund."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from ledger.actions.post_entry import post_entry
from ledger.actions.reverse_entry import reverse_entry
from ledger.queries import entry_with_key
from market import postings
from market.orders.models import Order, Refund
from market.orders.stripe_answers import StripeRefund
from people.actions.write_notice import write_notice

GIVEN_BACK = gettext_noop(
    "¥%(yuan)s of order %(number)s went back to where you paid from. It arrives within a few days."
)
STATUSES = {
    "pending": Refund.Status.SENT,
    "requires_action": Refund.Status.SENT,
    "succeeded": Refund.Status.SUCCEEDED,
    "failed": Refund.Status.FAILED,
    "canceled": Refund.Status.FAILED,
}
RANKS = [
    Refund.Status.WANTED,
    Refund.Status.SENT,
    Refund.Status.SUCCEEDED,
    Refund.Status.FAILED,
]
"""A refund only ever goes on in this order, in whatever order we hear of it."""


@transaction.atomic
def settle_refund(*, refund: Refund, answer: StripeRefund, settled_at: datetime) -> Refund:
    """Take the answer to a refund, or a message about it; this function will do so once.

    Given back: it leaves the books. A bank that refuses it afterwards brings it back into them,
    and staff see it among the problems.
    """
    order = Order.objects.lock().get(payments__refunds=refund)
    refund = Refund.objects.select_for_update(no_key=True).get(pk=refund.pk)
    status = STATUSES[answer.status]
    if RANKS.index(status) <= RANKS.index(Refund.Status(refund.status)) and refund.refund_id:
        return refund
    if status == Refund.Status.SUCCEEDED:
        _post(refund, settled_at)
        _tell(order, refund, settled_at)
    elif status == Refund.Status.FAILED:
        _reverse(refund, settled_at)
    refund.status, refund.refund_id = status, answer.id
    refund.settled_at = None if status == Refund.Status.SENT else settled_at
    refund.save(update_fields=["status", "refund_id", "settled_at"])
    return refund


def _post(refund: Refund, at: datetime) -> None:
    """One made in the dashboard is in the books as `take_back` already."""
    if refund.reason == Refund.Reason.IN_DASHBOARD:
        return
    post_entry(
        kind="refund_stripe",
        reference=f"order:{refund.payment.order_id}",
        idempotency_key=f"refund_stripe:{refund.pk}",
        happened_at=at,
        moves=postings.refund_stripe(refund.amount_fen),
    )


def _reverse(refund: Refund, at: datetime) -> None:
    """Where it had been given back: that did not last."""
    key = f"refund_stripe:{refund.pk}"
    if refund.reason == Refund.Reason.IN_DASHBOARD:
        key = f"take_back:{refund.refund_id}"
    entry = entry_with_key(key)
    if entry:
        reverse_entry(
            entry=entry,
            idempotency_key=f"refund_failed:{refund.pk}",
            reason="refund_failed",
            happened_at=at,
        )


def _tell(order: Order, refund: Refund, at: datetime) -> None:
    write_notice(
        member=order.collector,
        key=f"order-refunded:{refund.pk}",
        template=GIVEN_BACK,
        values={"number": order.number, "yuan": f"{refund.amount_fen / 100:.2f}"},
        page="orders:order",
        subject=str(order.pk),
        at=at,
        by_text=True,
    )
