"""Rows of the table of postings about goods that come, are counted and are lost."""

from __future__ import annotations

from typing import NamedTuple

from ledger.actions.post_entry import Move, Operation
from ledger.models import Account
from market.postings.accounts import opened, spoiled, supplied


class Goods(NamedTuple):
    """So much of one listing's stock, in grams or pieces."""

    sku: str
    stock: Account
    quantity: int


def receive_goods(*, sku: str, stock: Account, quantity: int) -> list[Operation]:
    """A lot arrives."""
    return [Move(debit=opened(supplied(sku)), credit=stock, amount=quantity)]


def correct_receipt(*, sku: str, stock: Account, quantity: int) -> list[Operation]:
    """It was less than was written down."""
    return [Move(debit=stock, credit=opened(supplied(sku)), amount=quantity)]


def count_stock(*, sku: str, stock: Account, change: int) -> list[Operation]:
    """The shelf held more or less than the books."""
    if change > 0:
        return receive_goods(sku=sku, stock=stock, quantity=change)
    return spoil(sku=sku, stock=stock, quantity=-change)


def spoil(*, sku: str, stock: Account, quantity: int) -> list[Operation]:
    """Goods are written off."""
    return [Move(debit=stock, credit=opened(spoiled(sku)), amount=quantity)]
