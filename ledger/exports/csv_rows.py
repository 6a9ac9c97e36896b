"""The books as one table: opening totals, transfers and closing totals, a row each.

Whoever adds up `amount` by account and unit, debit less credit, over the rows `opening` and
`transfer` gets what the rows `closing` say: posted from the rows that are no `hold` or `void`,
on hold from `held`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ledger.exports.books import AccountRow, Books, EntryRow

COLUMNS = [
    "record",
    "posted_at",
    "entry",
    "line",
    "transfer",
    "kind",
    "reference",
    "phase",
    "resolves",
    "debit",
    "credit",
    "amount",
    "held",
    "unit",
    "scale",
    "reason",
    "reverses",
    "happened_at",
    "actor",
    "approver",
]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(books: Books) -> Iterator[str]:
    """Yield the lines of a file. Amounts are in minor units: `scale` says how many places."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="")
    writer.writeheader()
    for row in _rows(books):
        yield _taken(buffer)
        writer.writerow({column: _safe(value) for column, value in row.items()})
    yield _taken(buffer)


def _rows(books: Books) -> Iterator[dict[str, object]]:
    if books.period.first:
        for account in books.opening():
            yield from _totals("opening", account)
    for entry in books.entries():
        yield from _transfers(entry)
    for account in books.closing():
        yield from _totals("closing", account)


def _totals(record: str, account: AccountRow) -> Iterator[dict[str, object]]:
    """One row a side, and none for a side that nothing was written on."""
    totals, unit = account.totals, account.unit
    for side, amount, held in (
        ("debit", totals.debits_posted, totals.debits_pending),
        ("credit", totals.credits_posted, totals.credits_pending),
    ):
        if amount or held:
            yield {
                "record": record,
                side: account.code,
                "amount": amount,
                "held": held,
                "unit": unit.code,
                "scale": unit.scale,
            }


def _transfers(entry: EntryRow) -> Iterator[dict[str, object]]:
    for transfer in entry.transfers:
        yield {
            "record": "transfer",
            "posted_at": entry.posted_at.isoformat(),
            "entry": entry.id,
            "line": transfer.line,
            "transfer": transfer.id,
            "kind": entry.kind,
            "reference": entry.reference,
            "phase": transfer.phase,
            "resolves": transfer.resolves,
            "debit": transfer.debit,
            "credit": transfer.credit,
            "amount": transfer.posted,
            "held": transfer.pending,
            "unit": transfer.unit.code,
            "scale": transfer.unit.scale,
            "reason": entry.reason,
            "reverses": entry.reverses,
            "happened_at": entry.happened_at.isoformat(),
            "actor": entry.actor,
            "approver": entry.approver,
        }


def _safe(value: object) -> object:
    """Keep a text from being a formula to whatever opens the file."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _taken(buffer: io.StringIO) -> str:
    line = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return line
