"""Check the books, and keep what was found for everybody to see."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from ledger.checking import WrongRow, wrong_rows
from market.open_ledger.models import BooksCheck


def check_books(*, checked_at: datetime) -> list[WrongRow]:
    """Recompute everything in the books; this function will return the rows that are wrong.

    What the public sees of them is how many break which promise: a row itself may name an
    account that belongs to somebody.
    """
    wrong = list(wrong_rows())
    counted = Counter(row.invariant.name for row in wrong)
    BooksCheck.objects.create(checked_at=checked_at, wrong=dict(counted))
    return wrong
