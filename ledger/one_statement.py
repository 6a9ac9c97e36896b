"""Post new entries with one statement, where the engine can: PostgreSQL.

It locks the accounts in id order, inserts the entries, then their transfers, and is sent
prepared: one round trip instead of four, and nothing is planned anew. It knows no refusals:
what the database refuses, `ledger.actions.post_entry` does again step by step, to explain it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.numeric import Int2, Int4, Int8

from ledger.journal_rows import (
    ENTRY_COLUMNS,
    TRANSFER_COLUMNS,
    Prepared,
    entry_values,
    posted,
    transfer_values,
)
from ledger.models import Entry

VALUES_MOST = 20_000
"""A statement takes 65,535 of them, but one that long is not worth preparing."""
ENTRY_TYPES = (
    "text", "text", "text", "text", "bigint", "text", "timestamptz", "uuid", "uuid", "boolean"
)  # fmt: skip
LINE_TYPES = (
    "text", "smallint", "bigint", "bigint", "bigint", "text", "bigint", "timestamptz", "integer"
)  # fmt: skip
"""Of the columns of a transfer, its entry by its key; and of the place of the line among all."""


def can_post(database: BaseDatabaseWrapper, entries: Sequence[Prepared]) -> bool:
    """Tell whether this engine takes so much at once."""
    lines = sum(len(entry.lines) for entry in entries)
    values = len(ENTRY_TYPES) * len(entries) + (2 + len(LINE_TYPES)) * lines
    return database.vendor == "postgresql" and values <= VALUES_MOST


def post_new(database: BaseDatabaseWrapper, entries: Sequence[Prepared]) -> list[Entry]:
    """Post entries whose keys are new, all or none, and return them in order.

    Raises:
        IntegrityError: the database refuses one of them, or a key is taken.
    """
    ids = sorted({pk for entry in entries for pk in entry.account_ids})
    values: list[Any] = [Int8(pk) for pk in ids]
    for entry in entries:
        values += entry_values(entry)
    place = 0
    for entry in entries:
        for number, line in enumerate(entry.lines, start=1):
            place += 1
            values += _typed(transfer_values(entry.key, number, line), place)
    made: dict[str, list[tuple[Any, ...]]] = {}
    for key, *row in _run(database, _statement(len(ids), len(entries), place), values):
        made.setdefault(key, []).append(tuple(row))
    return [
        posted(entry, entry_id, posted_at, [transfer_id for *_, transfer_id in made[entry.key]])
        for entry in entries
        for entry_id, posted_at, _transfer_id in made[entry.key][:1]
    ]


def _typed(transfer: tuple[Any, ...], place: int) -> tuple[object, ...]:
    """Give each number the type of its column: by its size, psycopg would prepare many."""
    key, number, debit_id, credit_id, amount, phase, hold_id, expires_at = transfer
    return (
        key,
        Int2(number),
        Int8(debit_id),
        Int8(credit_id),
        Int8(amount),
        phase,
        hold_id and Int8(hold_id),
        expires_at,
        Int4(place),
    )


def _run(database: BaseDatabaseWrapper, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """Run a statement prepared, past the cursors of Django, which write values into its text."""
    database.ensure_connection()
    raw: Any = psycopg.RawCursor(database.connection)
    wrap = database.make_debug_cursor if database.queries_logged else database.make_cursor
    with wrap(raw) as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@lru_cache(maxsize=128)
def _statement(accounts: int, entries: int, lines: int) -> str:
    """Build the statement for so many; each part waits for the one before, since it reads it.

    The accounts are locked before a transfer gets its id, so that the transfers of an account
    have their ids in the order in which they moved it.
    """
    numbers = count(1)
    ids = ", ".join(f"${next(numbers)}" for _account in range(accounts))
    return f"""
        WITH locked AS MATERIALIZED (
            SELECT id FROM ledger_account WHERE id IN ({ids}) ORDER BY id FOR NO KEY UPDATE
        ), entry AS (
            INSERT INTO ledger_entry ({", ".join(ENTRY_COLUMNS)})
            SELECT * FROM (VALUES {_rows(ENTRY_TYPES, entries, numbers)}) AS new
            WHERE (SELECT count(*) FROM locked) > 0
            RETURNING idempotency_key, id, posted_at
        ), transfer AS (
            INSERT INTO ledger_transfer ({", ".join(TRANSFER_COLUMNS)})
            SELECT entry.id, line, debit_id, credit_id, amount, phase, hold_id, expires_at
            FROM (VALUES {_rows(LINE_TYPES, lines, numbers)})
                AS new (key, line, debit_id, credit_id, amount, phase, hold_id, expires_at, place)
            JOIN entry ON entry.idempotency_key = new.key
            ORDER BY place
            RETURNING entry_id, id
        )
        SELECT entry.idempotency_key, entry.id, entry.posted_at, transfer.id
        FROM entry JOIN transfer ON transfer.entry_id = entry.id ORDER BY transfer.id
    """  # noqa: S608  # Names of ours, and placeholders.


def _rows(types: Sequence[str], rows: int, numbers: Iterator[int]) -> str:
    """Spell placeholders for so many rows, with their types in the first."""
    first = ", ".join(f"${next(numbers)}::{type_}" for type_ in types)
    others = (", ".join(f"${next(numbers)}" for _type in types) for _row in range(rows - 1))
    return ", ".join(f"({row})" for row in (first, *others))
