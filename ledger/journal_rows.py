"""What an entry and its transfers are as rows: the values to write, and what was made of them.

Plain tuples in the order of the columns. A model object for each row, converted field by
field, costs as much as all the rest of posting together (`docs/decisions/0005-posting.md`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from ledger.models import Entry
from ledger.operations import EntrySpec, Line

ENTRY_COLUMNS = (
    "kind",
    "reference",
    "idempotency_key",
    "fingerprint",
    "reverses_id",
    "reason",
    "happened_at",
    "actor_ref",
    "approver_ref",
    "needs_four_eyes",
)
TRANSFER_COLUMNS = (
    "entry_id",
    "line",
    "debit_id",
    "credit_id",
    "amount",
    "phase",
    "hold_id",
    "expires_at",
)

MOMENT_AT = ENTRY_COLUMNS.index("actor_ref")
"""Before it stands `posted_at` in the model, which the database fills in."""
ENTRY_FIELDS = ("id", *ENTRY_COLUMNS[:MOMENT_AT], "posted_at", *ENTRY_COLUMNS[MOMENT_AT:])


class Prepared(NamedTuple):
    """An entry to post, checked and spelled out."""

    spec: EntrySpec
    lines: list[Line]
    fingerprint: str

    @property
    def key(self) -> str:
        return self.spec.idempotency_key

    @property
    def account_ids(self) -> set[int]:
        """The accounts its transfers touch."""
        return {pk for line in self.lines for pk in (line.debit_id, line.credit_id)}


def entry_values(entry: Prepared) -> tuple[Any, ...]:
    """Return what an entry writes into `ENTRY_COLUMNS`."""
    spec = entry.spec
    return (
        spec.kind,
        spec.reference,
        spec.idempotency_key,
        entry.fingerprint,
        spec.reverses and spec.reverses.pk,
        spec.reason,
        spec.happened_at,
        spec.actor_ref,
        spec.approver_ref,
        spec.needs_four_eyes,
    )


def transfer_values(entry: int | str, number: int, line: Line) -> tuple[Any, ...]:
    """Return what a line of an entry writes into `TRANSFER_COLUMNS`; lines count from 1.

    Args:
        entry: its id, or what stands for it until it has one.
    """
    return (
        entry,
        number,
        line.debit_id,
        line.credit_id,
        line.amount,
        line.phase.value,
        line.hold_id,
        line.expires_at,
    )


def posted(
    prepared: Prepared, entry_id: int, posted_at: datetime.datetime, transfer_ids: Sequence[int]
) -> Entry:
    """Return an entry as it now stands in the books, with its transfers in line order."""
    values = entry_values(prepared)
    entry = Entry.from_db(
        connection.alias,
        ENTRY_FIELDS,
        (entry_id, *values[:MOMENT_AT], posted_at, *values[MOMENT_AT:]),
    )
    entry.transfer_rows = [
        (transfer_id, *transfer_values(entry_id, number, line))
        for number, (transfer_id, line) in enumerate(
            zip(transfer_ids, prepared.lines, strict=True), start=1
        )
    ]
    return entry
