"""The books as JSON lines: one object a line, what it is in `record`.

First the `books` and their `unit`s, then each `account` as it was before the period, each
`entry` with its transfers, and each `closing` with what is in an account at the end. Amounts
are whole numbers of minor units; `scale` of the unit says how many decimal places they have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ledger.exports.books import AccountRow, Books, EntryRow, TransferRow

VERSION = 1


def write(books: Books) -> Iterator[str]:
    """Yield the lines of a file."""
    for record in _records(books):
        yield json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=str)


def _records(books: Books) -> Iterator[dict[str, Any]]:
    yield {
        "record": "books",
        "version": VERSION,
        "from": books.period.first,
        "to": books.period.last,
        "read_at": books.read_at.isoformat(),
    }
    for unit in books.units.values():
        yield {"record": "unit", "code": unit.code, "name": unit.name, "scale": unit.scale}
    for account in books.opening():
        yield {"record": "account", **_account(account), **account.totals._asdict()}
    for entry in books.entries():
        yield {"record": "entry", **_entry(entry)}
    for account in books.closing():
        yield {"record": "closing", "code": account.code, **account.totals._asdict()}


def _account(account: AccountRow) -> dict[str, Any]:
    return {
        "code": account.code,
        "unit": account.unit.code,
        "normal": account.normal,
        "purpose": account.purpose,
        "owner": account.owner,
        "floor": account.floor,
        "expires_on": account.expires_on,
        "opened_at": account.opened_at.isoformat(),
        "closed_at": account.closed_at and account.closed_at.isoformat(),
    }


def _entry(entry: EntryRow) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "reference": entry.reference,
        "reason": entry.reason,
        "reverses": entry.reverses,
        "happened_at": entry.happened_at.isoformat(),
        "posted_at": entry.posted_at.isoformat(),
        "actor": entry.actor,
        "approver": entry.approver,
        "transfers": [_transfer(transfer) for transfer in entry.transfers],
    }


def _transfer(transfer: TransferRow) -> dict[str, Any]:
    return {
        "id": transfer.id,
        "line": transfer.line,
        "debit": transfer.debit,
        "credit": transfer.credit,
        "amount": transfer.amount,
        "phase": transfer.phase,
        "resolves": transfer.resolves,
        "held": transfer.held,
    }
