"""Post entries: the only code that writes transfers, and the hot path of the whole site.

One call locks its accounts in id order, looks its keys up, and writes entries and transfers
with one statement each; the triggers in `ledger/sql/` check them and move the totals. What
the database refuses is explained from the accounts as they were when they were locked.

On PostgreSQL all of that is first tried at once (`ledger.one_statement`), in the hope that
nothing is refused and nothing posted already.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple
from uuid import UUID

from django.db import (
    DEFAULT_DB_ALIAS,
    IntegrityError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper

from ledger import one_call, one_statement, triggers
from ledger.explanations import LockedAccount, explain
from ledger.journal_rows import (
    ENTRY_COLUMNS,
    TRANSFER_COLUMNS,
    Prepared,
    entry_values,
    posted,
    transfer_values,
)
from ledger.models import Entry, Transfer
from ledger.operations import (
    EntrySpec,
    Hold,
    Move,
    Operation,
    Release,
    Settle,
    fingerprint,
    lines_of,
)
from ledger.refusals import KeyClash, broken_rule
from ledger.rows import insert_values, read_moment

__all__ = [
    "EntrySpec",
    "Hold",
    "Move",
    "Operation",
    "Release",
    "Settle",
    "post_entries",
    "post_entry",
]

TRIES = 5
TRY_AGAIN = {"40001", "40P01"}
"""SQLSTATE of a serialization failure and of a deadlock."""


class Attempt(NamedTuple):
    """How far a try has come, to explain its refusal: what it locked, and what it had to post."""

    locked: dict[int, LockedAccount]
    new: list[Prepared]


def post_entry(
    *,
    kind: str,
    reference: str,
    idempotency_key: str,
    happened_at: datetime.datetime,
    moves: Sequence[Operation],
    reason: str = "",
    actor_ref: UUID | None = None,
    approver_ref: UUID | None = None,
    needs_four_eyes: bool = False,
) -> Entry:
    """Post one event in the world: all of its moves in the order given, or none.

    The same key with the same content returns the entry already posted. Either way the
    transfers are at `entry.made_transfers`, one for each move, in the order of the moves:
    keep those of `Hold` to settle or release them later.

    Each move is checked against the floors at once, so inflows come first. One transaction
    makes one call of this or of `post_entries`; a call that was refused and rolled back to
    its own savepoint, as this one does by itself, is none.

    Args:
        kind: the row of the table of postings in `docs/money.md`.
        reference: what it is about, such as `order:1042`.
        idempotency_key: unique for the event; whoever tries again uses it again.
        happened_at: when it happened in the world, not when it was posted.
        reason: a word from a fixed list, never free text.
        actor_ref, approver_ref: the books ids of who did it and who approved it.

    Raises:
        NotEnough: an account would fall below its floor.
        AccountClosed: an account is closed.
        UnitMismatch: a move joins accounts of different units.
        HoldResolved, HoldLapsed, MoreThanHeld: a hold cannot be settled so.
        KeyClash: the key already names another event.
        BadAmount, NoTransfers, FourEyesNeeded: the entry itself is wrong.
        SecondCall: the transaction has called before.
        BooksUnguarded: a trigger is missing.
        ValueError: a text is empty or too long, or a moment has no time zone.
    """
    spec = EntrySpec(
        kind=kind,
        reference=reference,
        idempotency_key=idempotency_key,
        happened_at=happened_at,
        moves=moves,
        reason=reason,
        actor_ref=actor_ref,
        approver_ref=approver_ref,
        needs_four_eyes=needs_four_eyes,
    )
    return post_entries([spec])[0]


def post_entries(specs: Sequence[EntrySpec]) -> list[Entry]:
    """Post several entries with one set of locks, all or none, and return them in order.

    Raises: as `post_entry`.
    """
    entries = [
        Prepared(spec, lines, fingerprint(spec, lines))
        for spec, lines in ((spec, lines_of(spec)) for spec in specs)
    ]
    if len({entry.key for entry in entries}) < len(entries):
        raise ValueError("two entries of one call have the same key")
    # Looked up once: `connection` looks it up at each use, which costs a tenth of all.
    database = connections[DEFAULT_DB_ALIAS]
    triggers.require(database)
    one_call.refuse_second_call(database)
    made = (_post_at_once(database, entries) or _post_in_steps(entries)) if entries else []
    one_call.remember_call(database)
    return made


def _post_at_once(database: BaseDatabaseWrapper, entries: list[Prepared]) -> list[Entry] | None:
    """Post all of these entries, or nothing: what is in the way, the steps will tell."""
    if not one_statement.can_post(database, entries):
        return None
    try:
        # One statement is all or nothing by itself; inside a transaction its refusal must
        # not take along what was done before.
        with transaction.atomic() if database.in_atomic_block else nullcontext():
            return one_statement.post_new(database, entries)
    except IntegrityError:
        return None
    except OperationalError as error:
        if not _may_try_again(error):
            raise
        return None


def _post_in_steps(entries: list[Prepared]) -> list[Entry]:
    for tries_left in reversed(range(TRIES)):
        attempt = Attempt({}, [])
        try:
            with transaction.atomic():
                return _post(entries, attempt)
        except IntegrityError as error:
            rule = broken_rule(error)
            # Somebody took the key since we looked: look again.
            if rule == "entry_is_posted_once" and tries_left:
                continue
            specs = [entry.spec for entry in attempt.new]
            lines = [line for entry in attempt.new for line in entry.lines]
            raise explain(rule, specs, lines, attempt.locked) or error from error
        except OperationalError as error:
            if not tries_left or not _may_try_again(error):
                raise
            time.sleep(0.01 * (TRIES - tries_left))
    raise AssertionError("the last try returns or raises")


def _may_try_again(error: OperationalError) -> bool:
    """Tell whether we met somebody else, and have locked nothing before this call."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in TRY_AGAIN and one_call.is_outermost(connection)


def _post(entries: list[Prepared], attempt: Attempt) -> list[Entry]:
    """Post what is new of these entries and read the rest; note how far the attempt came."""
    ids = {pk for entry in entries for pk in entry.account_ids}
    with connection.cursor() as cursor:
        attempt.locked.update(_lock(cursor, sorted(ids)))
        known = _known(cursor, entries)
    attempt.new.extend(each for each in entries if each.key not in known)
    made = _write(attempt.new)
    if known:
        made |= _read(known)
    return [made[entry.key] for entry in entries]


def _lock(cursor: Any, ids: list[int]) -> dict[int, LockedAccount]:
    """Lock accounts in id order, so that two calls never wait for each other.

    SQLite has one writer at a time, whose lock the transaction took when it began.
    """
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    cursor.execute(
        f"""
        SELECT id, code, unit_id, normal, floor, closed_at,
            debits_posted, credits_posted, debits_pending, credits_pending
        FROM ledger_account WHERE id IN ({_marks(len(ids))}) ORDER BY id{lock}
        """,  # noqa: S608  # Only placeholders are put in.
        ids,
    )
    return {row[0]: LockedAccount(*row) for row in cursor.fetchall()}


def _known(cursor: Any, entries: list[Prepared]) -> dict[str, int]:
    """Return the ids of those entries that are posted already, by key.

    Raises:
        KeyClash: a key was used for something else.
    """
    fingerprints = {entry.key: entry.fingerprint for entry in entries}
    cursor.execute(
        f"""
        SELECT idempotency_key, id, fingerprint
        FROM ledger_entry WHERE idempotency_key IN ({_marks(len(fingerprints))})
        """,  # noqa: S608  # Only placeholders are put in.
        list(fingerprints),
    )
    ids = {}
    for key, entry_id, said in cursor.fetchall():
        if said != fingerprints[key]:
            raise KeyClash(key=key)
        ids[key] = entry_id
    return ids


def _read(ids: dict[str, int]) -> dict[str, Entry]:
    entries = Entry.objects.in_bulk(ids.values())
    for entry in entries.values():
        entry.made_transfers = []
    for transfer in Transfer.objects.filter(entry__in=entries).order_by("entry", "line"):
        entries[transfer.entry_id].made_transfers.append(transfer)
    return {entry.idempotency_key: entry for entry in entries.values()}


def _write(entries: list[Prepared]) -> dict[str, Entry]:
    """Write entries and their transfers and return the entries by key."""
    rows = insert_values(
        "ledger_entry",
        ENTRY_COLUMNS,
        [entry_values(entry) for entry in entries],
        returning="idempotency_key, id, posted_at",
    )
    written = {key: (entry_id, read_moment(posted_at)) for key, entry_id, posted_at in rows}
    rows = insert_values(
        "ledger_transfer",
        TRANSFER_COLUMNS,
        [
            transfer_values(written[entry.key][0], number, line)
            for entry in entries
            for number, line in enumerate(entry.lines, start=1)
        ],
        returning="entry_id, line, id",
    )
    ids = {(entry_id, number): transfer_id for entry_id, number, transfer_id in rows}
    return {
        entry.key: posted(
            entry,
            *written[entry.key],
            [ids[written[entry.key][0], at] for at, _line in enumerate(entry.lines, start=1)],
        )
        for entry in entries
    }


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count)
