"""Rows of the table of postings about funds (公益金)."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.actions.post_entry import Move, Operation
from ledger.models import Account


def cover_costs(
    fund: Account, owed: Iterable[tuple[Account, int]], gained: Iterable[tuple[Account, int]]
) -> list[Operation]:
    """At a month's end the general fund makes up for costs, as far as it goes.

    Args:
        owed: accounts of costs, with fen to make up for.
        gained: those that have too much, such as of what tills had over, with fen.
    """
    moves: list[Operation] = []
    left = fund.available
    for account, amount in gained:
        moves.append(Move(debit=account, credit=fund, amount=amount))
        left += amount
    for account, amount in owed:
        if left > 0:
            moves.append(Move(debit=fund, credit=account, amount=min(amount, left)))
            left -= min(amount, left)
    return moves
