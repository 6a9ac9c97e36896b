"""Book money that Stripe sent to the bank."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum

from ledger.actions.post_entry import post_entry
from ledger.actions.reverse_entry import reverse_entry
from ledger.queries import entry_with_key
from market import postings
from market.orders.exchange import Held, paid_out
from market.orders.models import StripeMovement, StripePayout
from market.orders.stripe_answers import Payout

ARRIVED, FAILED = "paid", {"failed", "canceled"}


@transaction.atomic
def book_payout(*, payout: Payout, booked_at: datetime) -> bool:
    """Keep a payout, and post it once the bank has it; return whether anything changed.

    A bank may send it back days later: then the entry is reversed. What exchanging it cost
    comes from the movements booked before it, so those come first.
    """
    told = {"amount": payout.amount, "currency": payout.currency, "arrives_on": payout.arrives_on}
    StripePayout.objects.get_or_create(
        payout_id=payout.id, defaults={**told, "amount_fen": 0, "status": ""}
    )
    row = StripePayout.objects.select_for_update(no_key=True).get(pk=payout.id)
    if row.status == payout.status:
        return False
    row.status, row.arrives_on = payout.status, payout.arrives_on
    if payout.status == ARRIVED and not row.booked_at:
        _post(row, payout, booked_at)
    elif payout.status in FAILED and row.booked_at:
        _reverse(row, booked_at)
    row.save()
    return True


def _post(row: StripePayout, payout: Payout, at: datetime) -> None:
    latest = (
        StripeMovement.objects.filter(currency=row.currency, exchange_rate__isnull=False)
        .order_by("-created_at", "-pk")
        .first()
    )
    rate = latest.exchange_rate if latest else None
    row.amount_fen, row.lost_fen = paid_out(row.amount, held(row.currency), rate)
    row.booked_at = at
    post_entry(
        kind="payout_received",
        reference=f"stripe:{row.pk}",
        idempotency_key=f"payout_received:{row.pk}",
        happened_at=payout.created_at,
        moves=postings.payout_received(arrived_fen=row.amount_fen, lost_fen=row.lost_fen),
    )


def _reverse(row: StripePayout, at: datetime) -> None:
    entry = entry_with_key(f"payout_received:{row.pk}")
    if entry:
        reverse_entry(
            entry=entry,
            idempotency_key=f"payout_failed:{row.pk}",
            reason="payout_failed",
            happened_at=at,
        )
    row.booked_at = None


def held(currency: str = "") -> Held:
    """Return what Stripe holds by its movements and payouts that were booked."""
    of_currency = Q(currency=currency) if currency else Q()
    came = (
        StripeMovement.objects.filter(of_currency)
        .exclude(kind__startswith="payout")
        .aggregate(
            amount=Sum("amount", default=0) - Sum("fee", default=0),
            fen=Sum("amount_fen", default=0) - Sum("fee_fen", default=0),
        )
    )
    went = StripePayout.objects.filter(of_currency, booked_at__isnull=False).aggregate(
        amount=Sum("amount", default=0),
        fen=Sum("amount_fen", default=0) + Sum("lost_fen", default=0),
    )
    return Held(amount=came["amount"] - went["amount"], fen=came["fen"] - went["fen"])
