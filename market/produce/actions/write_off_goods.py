"""Write off what cannot be sold any more."""

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
from market.produce.models import Listing, StockChange
from people.models import Member

__all__ = ["WASTE_REASONS", "KeyUsed", "OnlySoMuchFree", "write_off_goods"]

WASTE_REASONS = (
    StockChange.Reason.SPOILED,
    StockChange.Reason.BROKEN,
    StockChange.Reason.SHORT_WEIGHT,
)


@transaction.atomic
def write_off_goods(
    *,
    listing: Listing,
    quantity: int,
    reason: str,
    written_off_by: Member,
    written_off_at: datetime,
    key: str,
    note: str = "",
) -> StockChange:
    """Write goods off as waste; the same key again returns the first change.

    Args:
        quantity: grams or pieces, 1 or more.
        reason: one of `WASTE_REASONS`.

    Raises:
        OnlySoMuchFree: orders hold part of what should go.
        KeyUsed: the key already wrote something else.
    """
    if quantity < 1 or reason not in WASTE_REASONS:
        raise ValueError("write off at least one gram or piece, for a reason from the list")
    listing = Listing.objects.lock().select_related("product", "stock").get(pk=listing.pk)
    written = change_written(key=key, listing=listing, kind=StockChange.Kind.WASTE)
    if written:
        if written.change != -quantity:
            raise KeyUsed
        return written
    return write_stock_change(
        listing=listing,
        kind=StockChange.Kind.WASTE,
        reason=reason,
        change=-quantity,
        moves=postings.spoil(sku=listing.product.sku, stock=listing.stock, quantity=quantity),
        note=note,
        changed_by=written_off_by,
        changed_at=written_off_at,
        key=key,
    )
