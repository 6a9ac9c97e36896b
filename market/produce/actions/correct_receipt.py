"""Correct a lot of which less arrived than was written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.post_entry import post_entry
from ledger.refusals import NotEnough
from market import postings
from market.produce.models import Listing, Lot, StockChange
from market.produce.refusals import KeyUsed, OnlySoMuchFree
from people.models import Member

__all__ = ["KeyUsed", "NotLess", "OnlySoMuchFree", "correct_receipt"]


class NotLess(Exception):
    """It was as much as written down, or more: more is a lot of its own."""


@transaction.atomic
def correct_receipt(
    *,
    lot: Lot,
    arrived: int,
    corrected_by: Member,
    corrected_at: datetime,
    key: str,
    note: str = "",
) -> StockChange:
    """Set a lot to what really arrived; the same key again returns the first correction.

    Args:
        arrived: grams or pieces, 1 or more, and less than was written down.

    Raises:
        NotLess: it was as much as written down, or more.
        OnlySoMuchFree: orders hold part of what never came: cut them first.
        KeyUsed: the key already wrote something else.
    """
    if arrived < 1:
        raise ValueError("a lot holds at least one gram or piece")
    listing = Listing.objects.lock().select_related("product").get(pk=lot.listing_id)
    written = StockChange.objects.filter(key=key).first()
    if written:
        if (written.listing_id, written.kind) != (listing.pk, StockChange.Kind.RECEIPT):
            raise KeyUsed
        return written

    lot.refresh_from_db()
    missing = lot.quantity - arrived
    if missing < 1:
        raise NotLess
    change = StockChange.objects.create(
        listing=listing,
        kind=StockChange.Kind.RECEIPT,
        reason=StockChange.Reason.SHORT_DELIVERY,
        change=-missing,
        note=note,
        changed_at=corrected_at,
        changed_by=corrected_by,
        key=key,
    )
    Lot.objects.filter(pk=lot.pk).update(quantity=arrived)
    try:
        post_entry(
            kind="correct_receipt",
            reference=f"lot:{lot.pk}",
            idempotency_key=f"correct:{key}",
            happened_at=corrected_at,
            moves=postings.correct_receipt(
                sku=listing.product.sku, stock=listing.stock, quantity=missing
            ),
            reason=change.reason,
            actor_ref=corrected_by.books_id,
        )
    except NotEnough as short:
        listing.stock.refresh_from_db()
        raise OnlySoMuchFree.of(listing.stock) from short
    lot.refresh_from_db()
    return change
