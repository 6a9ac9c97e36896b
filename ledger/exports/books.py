"""What a file of the books is made of, read row by row from one snapshot of the database."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, connections, transaction

from ledger.exports.pseudonyms import Pseudonyms
from ledger.models import Transfer, Unit
from ledger.rows import read_moment
from ledger.sums import SUMS, Totals, day_of, midnight, sides, written

ROWS_AT_ONCE = 2_000


class Period(NamedTuple):
    """The days that a file tells of, both included; none: from the first, to the last."""

    first: datetime.date | None = None
    last: datetime.date | None = None

    @property
    def begins_at(self) -> datetime.datetime | None:
        return midnight(self.first) if self.first else None

    @property
    def ends_before(self) -> datetime.datetime | None:
        return midnight(self.last + datetime.timedelta(days=1)) if self.last else None


class AccountRow(NamedTuple):
    """An account as a file may show it, and its totals at one moment."""

    id: int
    code: str
    unit: Unit
    normal: str
    purpose: str
    owner: str
    floor: int | None
    expires_on: datetime.date | None
    opened_at: datetime.datetime
    closed_at: datetime.datetime | None
    has_holds: bool
    totals: Totals


class TransferRow(NamedTuple):
    """A transfer with both of its accounts, and how much the hold had held that it resolves."""

    id: int
    line: int
    debit_id: int
    debit: str
    debit_normal: str
    credit_id: int
    credit: str
    credit_normal: str
    unit: Unit
    amount: int
    phase: str
    resolves: int | None
    held: int | None

    @property
    def posted(self) -> int:
        return self.amount if self.phase in {Transfer.Phase.SINGLE, Transfer.Phase.POST} else 0

    @property
    def pending(self) -> int:
        """What it adds to what is on hold, or below 0 takes from it."""
        if self.phase == Transfer.Phase.HOLD:
            return self.amount
        return -(self.held or 0)


class EntryRow(NamedTuple):
    """An entry as a file may show it, with its transfers in line order."""

    id: int
    kind: str
    reference: str
    reason: str
    reverses: int | None
    happened_at: datetime.datetime
    posted_at: datetime.datetime
    actor: str
    approver: str
    transfers: list[TransferRow]

    @property
    def day(self) -> datetime.date:
        return day_of(self.posted_at)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """See the books as they are now, whatever is posted meanwhile; nobody waits for us."""
    if connection.in_atomic_block:  # Somebody else has chosen how to see them.
        yield
        return
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # The site's transactions on SQLite begin as writers, and would keep all others out.
    sqlite: Any = connections[connection.alias]
    mode = sqlite.transaction_mode
    sqlite.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_unit")
            yield
    finally:
        sqlite.transaction_mode = mode


class Books:
    """The books of a period as they are at one moment, without the name of anybody."""

    def __init__(self, period: Period, read_at: datetime.datetime) -> None:
        self.period, self.read_at = period, read_at
        self.units = {unit.pk: unit for unit in Unit.objects.order_by("pk")}
        self._pseudonyms = Pseudonyms()

    def opening(self) -> Iterator[AccountRow]:
        """Yield each account there is in the period, with its totals before it."""
        return self._accounts(self.period.begins_at, zero=self.period.first is None)

    def closing(self) -> Iterator[AccountRow]:
        """Yield each account there is in the period, with its totals after it.

        Up to now, they are those that the database keeps with the account. So whoever adds
        up the entries of a file checks them against what is written elsewhere.
        """
        return self._accounts(self.period.ends_before)

    def entries(self) -> Iterator[EntryRow]:
        """Yield the entries posted in the period, in the order of posting."""
        conditions, moments = _posted_in(self.period)
        rows = _stream(f"{ENTRIES} WHERE {conditions} ORDER BY t.entry_id, t.line", moments)
        for _entry_id, group in groupby(rows, key=lambda row: row[0]):
            yield self._entry(list(group))

    def _entry(self, rows: list[tuple[Any, ...]]) -> EntryRow:
        (
            entry_id, kind, reference, reason, reverses, happened_at, posted_at, actor, approver,
        ) = rows[0][:9]  # fmt: skip
        hide = self._pseudonyms.hide
        return EntryRow(
            entry_id,
            kind,
            hide(reference),
            hide(reason),
            reverses,
            read_moment(happened_at),
            read_moment(posted_at),
            self._person(actor),
            self._person(approver),
            [self._transfer(row[9:]) for row in rows],
        )

    def _transfer(self, row: tuple[Any, ...]) -> TransferRow:
        (
            pk, line, debit_id, debit, debit_normal, credit_id, credit, credit_normal,
            unit_id, amount, phase, resolves, held,
        ) = row  # fmt: skip
        hide = self._pseudonyms.hide
        return TransferRow(
            pk, line, debit_id, hide(debit), debit_normal, credit_id, hide(credit),
            credit_normal, self.units[unit_id], amount, phase, resolves, held,
        )  # fmt: skip

    def _accounts(
        self, before: datetime.datetime | None, *, zero: bool = False
    ) -> Iterator[AccountRow]:
        """Yield the accounts that are open at some time of the period, the oldest first."""
        conditions, moments = _open_in(self.period)
        totals, join = (NO_TOTALS if zero else KEPT_TOTALS), ""
        if before:
            totals, join, moments = SUMMED_TOTALS, SUMMED_BEFORE, [*[written(before)] * 2, *moments]
        accounts = ACCOUNTS.format(totals=totals, join=join)
        for row in _stream(f"{accounts} WHERE {conditions} ORDER BY a.id", moments):
            yield self._account(row)

    def _account(self, row: tuple[Any, ...]) -> AccountRow:
        (
            pk, code, unit_id, normal, purpose, owner_ref, floor, expires_on, opened_at,
            closed_at, has_holds,
        ) = row[:11]  # fmt: skip
        ends_before = self.period.ends_before
        closed = read_moment(closed_at) if closed_at else None
        return AccountRow(
            pk,
            self._pseudonyms.hide(code),
            self.units[unit_id],
            normal,
            purpose,
            self._person(owner_ref),
            floor,
            datetime.date.fromisoformat(str(expires_on)) if expires_on else None,
            read_moment(opened_at),
            None if closed and ends_before and closed >= ends_before else closed,
            bool(has_holds),
            Totals(*(int(total) for total in row[11:])),
        )

    def _person(self, books_id: UUID | str | None) -> str:
        return self._pseudonyms.of(UUID(str(books_id))) if books_id else ""


def inner_accounts() -> set[int]:
    """Return the accounts whose code is where other codes begin: `fund` beside `fund/general`.

    There are none in the chart of the market.
    """
    # The operators that compare byte by byte find what begins so in an index; "0" follows "/".
    after, before = ("~>~", "~<~") if connection.vendor == "postgresql" else (">", "<")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT a.id FROM ledger_account a WHERE EXISTS (
                SELECT 1 FROM ledger_account b
                WHERE b.code {after} (a.code || '/') AND b.code {before} (a.code || '0'))
            """,  # noqa: S608  # Only constants of the books are put in.
        )
        return {account_id for (account_id,) in cursor.fetchall()}


ENTRIES = """
    SELECT e.id, e.kind, e.reference, e.reason, e.reverses_id, e.happened_at, e.posted_at,
        e.actor_ref, e.approver_ref,
        t.id, t.line, t.debit_id, d.code, d.normal, t.credit_id, c.code, c.normal,
        d.unit_id, t.amount, t.phase, t.hold_id, h.amount
    FROM ledger_transfer t
    JOIN ledger_entry e ON e.id = t.entry_id
    JOIN ledger_account d ON d.id = t.debit_id
    JOIN ledger_account c ON c.id = t.credit_id
    LEFT JOIN ledger_transfer h ON h.id = t.hold_id
"""
ACCOUNTS = """
    SELECT a.id, a.code, a.unit_id, a.normal, a.purpose, a.owner_ref, a.floor, a.expires_on,
        a.opened_at, a.closed_at,
        EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.debit_id = a.id AND t.phase = 'hold')
        OR EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.credit_id = a.id AND t.phase = 'hold'),
        {totals}
    FROM ledger_account a {join}
"""
NO_TOTALS = "0, 0, 0, 0"
KEPT_TOTALS = "a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending"
SUMMED_TOTALS = """
    coalesce(s.debits_posted, 0), coalesce(s.credits_posted, 0),
    coalesce(s.debits_pending, 0), coalesce(s.credits_pending, 0)
"""
SUMMED_BEFORE = f"""
    LEFT JOIN (
        SELECT account_id, {SUMS} FROM ({sides("e.posted_at < %s")}) AS sides GROUP BY account_id
    ) s ON s.account_id = a.id
"""  # noqa: S608  # Only constants of the books are put in.


def _open_in(period: Period) -> tuple[str, list[Any]]:
    conditions, moments = ["1 = 1"], []
    if period.ends_before:
        conditions.append("a.opened_at < %s")
        moments.append(written(period.ends_before))
    if period.begins_at:
        conditions.append("(a.closed_at IS NULL OR a.closed_at >= %s)")
        moments.append(written(period.begins_at))
    return " AND ".join(conditions), moments


def _posted_in(period: Period) -> tuple[str, list[Any]]:
    conditions, moments = ["1 = 1"], []
    for comparison, moment in ((">=", period.begins_at), ("<", period.ends_before)):
        if moment:
            conditions.append(f"e.posted_at {comparison} %s")
            moments.append(written(moment))
    return " AND ".join(conditions), moments


def _stream(sql: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield rows as they come: the database keeps them, so memory does not grow with them."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows
