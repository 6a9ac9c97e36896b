"""Correct a lot of which less arrived than was written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from market import postings
from market.produce.actions.write_stock_change import (
    KeyUsed,
    OnlySoMuchFree,
    change_written,
    write_stock_change,
)
from market.produce.models import Listing, Lot, StockChange
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
    listing = Listing.objects.lock().select_related("product", "stock").get(pk=lot.listing_id)
    written = change_written(key=key, listing=listing, kind=StockChange.Kind.RECEIPT)
    if written:
        return written

    lot.refresh_from_db()
    missing = lot.quantity - arrived
    if missing < 1:
        raise NotLess
    Lot.objects.filter(pk=lot.pk).update(quantity=arrived)
    written = write_stock_change(
        listing=listing,
        kind=StockChange.Kind.RECEIPT,
        reason=StockChange.Reason.SHORT_DELIVERY,
        change=-missing,
        moves=postings.correct_receipt(
            sku=listing.product.sku, stock=listing.stock, quantity=missing
        ),
        note=note,
        changed_by=corrected_by,
        changed_at=corrected_at,
        key=key,
    )
    lot.refresh_from_db()
    return written
