"""Write down that stock changed other than by a lot or an order, in the books as well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ledger.actions.post_entry import Operation, post_entry
from ledger.refusals import NotEnough
from market.produce.models import Listing, StockChange
from market.produce.refusals import KeyUsed, OnlySoMuchFree
from people.models import Member

__all__ = ["KeyUsed", "OnlySoMuchFree", "change_written", "write_stock_change"]

ENTRY_KINDS = {
    StockChange.Kind.COUNT: "count_stock",
    StockChange.Kind.WASTE: "spoil",
    StockChange.Kind.RECEIPT: "correct_receipt",
}


def change_written(*, key: str, listing: Listing, kind: StockChange.Kind) -> StockChange | None:
    """Return what the first press of a button wrote; the listing must be locked.

    Raises:
        KeyUsed: the key wrote something else.
    """
    written = StockChange.objects.filter(key=key).first()
    if written and (written.listing_id, written.kind) != (listing.pk, kind):
        raise KeyUsed
    return written


@transaction.atomic
def write_stock_change(
    *,
    listing: Listing,
    kind: StockChange.Kind,
    reason: str,
    change: int,
    moves: Sequence[Operation],
    note: str,
    changed_by: Member,
    changed_at: datetime,
    key: str,
) -> StockChange:
    """Write a stock change and post what it moves; a count that agrees moves nothing.

    Args:
        change: grams or pieces, below 0 where the stock became less.

    Raises:
        OnlySoMuchFree: orders hold part of what should leave.
    """
    written = StockChange.objects.create(
        listing=listing,
        kind=kind,
        reason=reason,
        change=change,
        note=note,
        changed_at=changed_at,
        changed_by=changed_by,
        key=key,
    )
    if not moves:
        return written
    try:
        post_entry(
            kind=ENTRY_KINDS[kind],
            reference=f"stock:{written.pk}",
            idempotency_key=f"stock:{key}",
            happened_at=changed_at,
            moves=moves,
            reason=reason,
            actor_ref=changed_by.books_id,
        )
    except NotEnough as short:
        listing.stock.refresh_from_db()
        raise OnlySoMuchFree.of(listing.stock) from short
    return written
