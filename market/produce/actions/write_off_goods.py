"""Write off what cannot be sold any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.post_entry import post_entry
from ledger.refusals import NotEnough
from market import postings
from market.produce.models import Listing, StockChange
from market.produce.refusals import KeyUsed, OnlySoMuchFree
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
    listing = Listing.objects.lock().select_related("product").get(pk=listing.pk)
    written = StockChange.objects.filter(key=key).first()
    if written:
        if (written.listing_id, written.change) != (listing.pk, -quantity):
            raise KeyUsed
        return written

    change = StockChange.objects.create(
        listing=listing,
        kind=StockChange.Kind.WASTE,
        reason=reason,
        change=-quantity,
        note=note,
        changed_at=written_off_at,
        changed_by=written_off_by,
        key=key,
    )
    try:
        post_entry(
            kind="spoil",
            reference=f"stock:{change.pk}",
            idempotency_key=f"spoil:{key}",
            happened_at=written_off_at,
            moves=postings.spoil(sku=listing.product.sku, stock=listing.stock, quantity=quantity),
            reason=reason,
            actor_ref=written_off_by.books_id,
        )
    except NotEnough as short:
        listing.stock.refresh_from_db()
        raise OnlySoMuchFree.of(listing.stock) from short
    return change
