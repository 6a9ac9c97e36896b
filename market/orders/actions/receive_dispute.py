"""Take in what Stripe says of a dispute: a bank took a payment back, and perhaps returns it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.queries import entry_with_key
from market import postings
from market.orders.actions.settle_owed import settle_owed
from market.orders.actions.take_back import take_back
from market.orders.models import Order, Payment, StripeEvent
from market.orders.stripe_answers import Dispute

Effect = StripeEvent.Effect


@transaction.atomic
def receive_dispute(*, told: Dispute, received_at: datetime) -> str:
    """Bring the books to what Stripe says, once each way, and return the effect it had.

    The order owes what the bank took, until the dispute is won or somebody pays. A warning
    moves no money. In whatever order we hear of them: what is won was taken first, and each
    transaction posts one entry, so the next message or reconciliation posts the other.
    """
    payment = Payment.objects.filter(payment_intent=told.payment_intent).first()
    if not payment or not told.payment_intent:
        return Effect.IGNORED
    if told.status.startswith("warning") or told.status == "prevented":
        return Effect.NONE
    order = Order.objects.lock().get(pk=payment.order_id)
    is_taken = entry_with_key(f"take_back:{told.id}") is not None
    if not is_taken and told.status == "won":
        # It was taken and given back before we heard of either.
        return Effect.NONE
    if not is_taken:
        take_back(
            order=order,
            fen=told.amount_fen,
            gone_from=postings.stripe(),
            key=told.id,
            reason="disputed",
            taken_at=received_at,
            is_owed=True,
        )
        return Effect.DISPUTED
    if told.status != "won" or entry_with_key(f"settle_owed:{told.id}"):
        return Effect.NONE
    settle_owed(
        order=order,
        fen=told.amount_fen,
        paid_by=postings.stripe(),
        key=told.id,
        settled_at=received_at,
    )
    return Effect.DISPUTED
