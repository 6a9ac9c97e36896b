"""Count the shelf, and set the books to what lies there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.open_account import open_accounts
from ledger.models import Account
from market import postings
from market.produce.actions.write_stock_change import (
    KeyUsed,
    change_written,
    write_stock_change,
)
from market.produce.models import Listing, StockChange
from people.models import Member

__all__ = ["FewerThanReserved", "KeyUsed", "count_stock"]


class FewerThanReserved(Exception):
    """Orders hold more than was counted: cut the orders first, then count again.

    Args:
        reserved: grams or pieces that orders hold.
    """

    def __init__(self, *, reserved: int) -> None:
        super().__init__(f"orders hold {reserved}")
        self.reserved = reserved


@transaction.atomic
def count_stock(
    *,
    listing: Listing,
    counted: int,
    counted_by: Member,
    counted_at: datetime,
    key: str,
    note: str = "",
) -> StockChange:
    """Set the books to the counted figure; the same key again returns the first count.

    Args:
        counted: grams or pieces on the shelf, with what is reserved for orders; 0 or more.

    Raises:
        FewerThanReserved: less was counted than orders hold.
        KeyUsed: the key already wrote something else.
    """
    listing = Listing.objects.lock().select_related("product").get(pk=listing.pk)
    written = change_written(key=key, listing=listing, kind=StockChange.Kind.COUNT)
    if written:
        return written

    stock = _locked_stock(listing)
    if counted < stock.debits_pending:
        raise FewerThanReserved(reserved=stock.debits_pending)
    change = counted - stock.balance
    sku = listing.product.sku
    return write_stock_change(
        listing=listing,
        kind=StockChange.Kind.COUNT,
        reason=StockChange.Reason.COUNTED,
        change=change,
        moves=postings.count_stock(sku=sku, stock=stock, change=change) if change else [],
        note=note,
        changed_by=counted_by,
        changed_at=counted_at,
        key=key,
    )


def _locked_stock(listing: Listing) -> Account:
    """Lock every account a count may touch, in id order, so that the figure stands still."""
    sku = listing.product.sku
    others = open_accounts([postings.supplied(sku), postings.spoiled(sku)])
    touched = [listing.stock_id, *(account.pk for account in others.values())]
    locked = {account.pk: account for account in Account.objects.filter(pk__in=touched).lock()}
    stock: Account = locked[listing.stock_id]
    return stock
