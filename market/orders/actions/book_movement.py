"""Book what a movement at Stripe cost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.post_entry import post_entry
from market import postings
from market.orders.exchange import fen_of
from market.orders.models import StripeMovement
from market.orders.stripe_answers import Movement

WHOLLY_FEES = {"stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost"}
"""What Stripe charges apart from payments (docs.stripe.com/reports/balance-transaction-types)."""
OF_DISPUTES = ("du_", "dp_")  # Older ones have the second.


@transaction.atomic
def book_movement(*, movement: Movement, booked_at: datetime) -> bool:
    """Keep a movement and post its fee, once; this function will tell whether it was new.

    The money itself is posted with the payment, refund or dispute that moved it.
    """
    amount, fee = movement.amount, movement.fee
    if movement.kind in WHOLLY_FEES:
        amount, fee = 0, fee - amount
    row, is_new = StripeMovement.objects.get_or_create(
        movement_id=movement.id,
        defaults={
            "kind": movement.kind,
            "source": movement.source,
            "amount": amount,
            "fee": fee,
            "currency": movement.currency,
            "exchange_rate": movement.exchange_rate,
            "amount_fen": fen_of(amount, movement.exchange_rate),
            "fee_fen": fen_of(fee, movement.exchange_rate),
            "created_at": movement.created_at,
            "booked_at": booked_at,
        },
    )
    if not is_new:
        return False
    if row.fee_fen:
        is_dispute = movement.source.startswith(OF_DISPUTES)
        post_entry(
            kind="payment_fee",
            reference=f"stripe:{movement.id}",
            idempotency_key=f"payment_fee:{movement.id}",
            happened_at=movement.created_at,
            moves=postings.payment_fee(row.fee_fen, name="disputes" if is_dispute else "payment"),
        )
    return True
