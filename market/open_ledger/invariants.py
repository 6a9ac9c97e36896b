"""What must be true of what the open ledger has written down."""

from __future__ import annotations

from ledger.checking import Invariant, rows_of
from market.open_ledger.piles import flows

INVARIANTS = [
    Invariant(
        "M7",
        "what is written down of the money of a day is what its transfers add up to",
        rows_of(
            f"""
            SELECT day, source, pile, sum(debit_fen) AS debit_fen, sum(credit_fen) AS credit_fen
            FROM (
                SELECT day, source, pile, debit_fen, credit_fen FROM ({flows("1 = 1")}) AS moved
                WHERE day <= (SELECT max(day) FROM open_ledger_dayflow)
                UNION ALL
                SELECT day, source, pile, -debit_fen, -credit_fen FROM open_ledger_dayflow
            ) AS both_ GROUP BY day, source, pile
            HAVING sum(debit_fen) <> 0 OR sum(credit_fen) <> 0
            """,  # noqa: S608  # Only constants of ours are put in.
            "{day}, {source}, {pile}: {debit_fen} and {credit_fen} fen are missing",
        ),
    ),
]
