"""Rows of the table of postings about tills."""

from __future__ import annotations

from ledger.actions.open_account import open_accounts
from ledger.actions.post_entry import Move, Operation
from market.postings.accounts import bank, drawer


def open_till(*, till: str, float_fen: int) -> list[Operation]:
    """Change is brought from the bank."""
    accounts = open_accounts([drawer(till), bank()])
    return [Move(debit=accounts[drawer(till).code], credit=accounts[bank().code], amount=float_fen)]
