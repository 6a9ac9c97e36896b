"""What an account held at a moment of the past, and how it came to it.

The books at a moment are made of the entries posted before it by the clock of the database:
of whole entries, so debits equal credits at every moment. When something happened in the
world plays no part. Within an account, what came first is what has the lower id.

Each question costs the same number of queries, and reads the transfers of a day or two: the
rest is in `DayTotal`, as far as `close_days` has written it down.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from ledger.models import Account, ClosedDay, DayTotal, Transfer, Unit
from ledger.sums import COLUMNS, SUMS, Totals, day_of, midnight, sides, written

A_DAY = datetime.timedelta(days=1)
ROWS_A_PAGE = 50


class StatementPage(NamedTuple):
    """A page of what was posted in an account in some days, the newest first.

    Args:
        opening, closing: what the account had come to before the first day and after the last.
        rows: transfers; each has a `change`, what it did to the balance, and a
            `balance_after`, as it was right then.
        older: where the next page begins, if there is one.
    """

    opening: Totals
    closing: Totals
    rows: list[Any]
    older: int | None


class Bounds(NamedTuple):
    """From when to when, each with the last closed day before it, and its own if closed."""

    begins_at: datetime.datetime
    ends_before: datetime.datetime
    around_first: tuple[ClosedDay | None, ClosedDay | None]
    around_next: tuple[ClosedDay | None, ClosedDay | None]

    @property
    def is_closed(self) -> bool:
        """Whether the last of the days is."""
        last = self.around_next[0]
        return last is not None and last.day == day_of(self.ends_before) - A_DAY


class TrialRow(NamedTuple):
    """What an account holds, in the column of the side that is the larger."""

    account_id: int
    title: str
    unit: Unit
    debit: int
    credit: int
    held: int


def totals_at(account: Account, moment: datetime.datetime) -> Totals:
    """Return what was posted in an account, and on hold there, before a moment."""
    return _totals_before(account, moment, *_days_around(day_of(moment)))


def balance_at(account: Account, moment: datetime.datetime) -> int:
    """Return the balance of an account at a moment, on its normal side, in minor units."""
    return totals_at(account, moment).balance(account.normal)


def statement_of_days(
    account: Account,
    first: datetime.date,
    last: datetime.date,
    *,
    before: int | None = None,
    rows: int = ROWS_A_PAGE,
) -> StatementPage:
    """Return a page of what was posted in an account from one day to another, both included.

    Args:
        before: the `older` of the page in front of this one.
    """
    bounds = Bounds(
        midnight(first), midnight(last + A_DAY), _days_around(first), _days_around(last + A_DAY)
    )
    ids = _ids_posted(account, bounds, before=before, count=rows + 1)
    shown = _shown(account, ids[:rows], bounds)
    return StatementPage(
        opening=_totals_before(account, bounds.begins_at, *bounds.around_first),
        closing=_totals_before(account, bounds.ends_before, *bounds.around_next),
        rows=shown,
        older=ids[rows - 1] if len(ids) > rows else None,
    )


def trial_balance(day: datetime.date, *, prefix: str = "") -> list[TrialRow]:
    """Return every account that held something at the end of a day, by unit and code.

    Args:
        prefix: only accounts whose code begins so. Of all accounts, in each unit the debits
            add up to the credits; of some they need not.
    """
    base = ClosedDay.objects.filter(day__lte=day).order_by("-day").first()
    conditions, values = _later_than(base)
    # A day that is closed needs no transfers at all.
    conditions.append("1 = 0" if base and base.day == day else "e.posted_at < %s")
    values += [] if base and base.day == day else [written(midnight(day + A_DAY))]
    with connection.cursor() as cursor:
        cursor.execute(
            TRIAL.format(tail=sides(" AND ".join(conditions))),
            [(base.day if base else datetime.date.min).isoformat(), *values, *values,
             len(prefix), prefix],
        )  # fmt: skip
        found = cursor.fetchall()
    units = Unit.objects.in_bulk()
    return [_trial_row(row, units) for row in found]


def sums_by_unit(rows: Sequence[TrialRow]) -> list[tuple[Unit, int, int]]:
    """Return what the debits and the credits of a trial balance add up to, by unit."""
    units = {row.unit.pk: row.unit for row in rows}
    return [
        (
            unit,
            sum(row.debit for row in rows if row.unit.pk == pk),
            sum(row.credit for row in rows if row.unit.pk == pk),
        )
        for pk, unit in units.items()
    ]


TRIAL = f"""
    SELECT id, code, unit_id, normal, {", ".join(COLUMNS)} FROM (
    SELECT a.id, a.code, a.unit_id, a.normal, u.code AS unit,
        {", ".join(f"coalesce(b.{name}, 0) + coalesce(s.{name}, 0) AS {name}" for name in COLUMNS)}
    FROM ledger_account a JOIN ledger_unit u ON u.id = a.unit_id
    LEFT JOIN ledger_daytotal b ON b.id = (
        SELECT x.id FROM ledger_daytotal x WHERE x.account_id = a.id AND x.day_id <= %s
        ORDER BY x.day_id DESC LIMIT 1)
    LEFT JOIN (
        SELECT account_id, {SUMS} FROM ({{tail}}) AS sides GROUP BY account_id
    ) s ON s.account_id = a.id
    WHERE substr(a.code, 1, %s) = %s) AS totals
    WHERE debits_posted <> credits_posted OR debits_pending + credits_pending <> 0
    ORDER BY unit, code
"""  # noqa: S608  # Only constants of the books are put in.


def _trial_row(row: tuple[Any, ...], units: dict[int, Unit]) -> TrialRow:
    account_id, code, unit_id, normal = row[:4]
    totals = Totals(*(int(total) for total in row[4:]))
    return TrialRow(
        account_id,
        Account(code=code).title,
        units[unit_id],
        max(totals.posted, 0),
        max(-totals.posted, 0),
        totals.held(normal),
    )


def _days_around(day: datetime.date) -> tuple[ClosedDay | None, ClosedDay | None]:
    """Return the last closed day before this one, and this one if it is closed."""
    found = list(ClosedDay.objects.filter(day__lte=day).order_by("-day")[:2])
    closed = found.pop(0) if found and found[0].day == day else None
    return (found[0] if found else None), closed


def _totals_before(
    account: Account, moment: datetime.datetime, base: ClosedDay | None, closed: ClosedDay | None
) -> Totals:
    until = ["e.posted_at < %s"], [written(moment)]
    return _totals_on(account, base).plus(_sum(account, base, closed, *until))


def _totals_on(account: Account, base: ClosedDay | None) -> Totals:
    """Return what is written down for an account at the end of a closed day."""
    if base is None:
        return Totals()
    days = DayTotal.objects.filter(account=account, day__lte=base.day).order_by("-day")
    found = days.values_list(*COLUMNS).first()
    return Totals(*found) if found else Totals()


def _later_than(base: ClosedDay | None) -> tuple[list[str], list[Any]]:
    """Return the condition for what was posted after a closed day, for one side."""
    if base is None:
        return [], []
    return ["t.id >= %s", "e.posted_at >= %s"], [
        base.first_after,
        written(midnight(base.day + A_DAY)),
    ]


def _sum(
    account: Account,
    base: ClosedDay | None,
    closed: ClosedDay | None,
    conditions: list[str],
    values: list[Any],
) -> Totals:
    """Add up what was posted in an account after one day, and until another if it is closed."""
    later, since = _later_than(base)
    conditions = [ONE_ACCOUNT, *later, *conditions]
    values = [account.pk, *since, *values]
    if closed:
        conditions.append("t.id <= %s")
        values.append(closed.last_until)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SUMS} FROM ({sides(' AND '.join(conditions))}) AS sides",  # noqa: S608  # Only constants of the books are put in.
            values * 2,
        )
        return Totals(*(int(total or 0) for total in cursor.fetchone()))


ONE_ACCOUNT = "t.{side}_id = %s"


def _ids_posted(account: Account, bounds: Bounds, *, before: int | None, count: int) -> list[int]:
    """Return the newest transfers of some days, those with lower ids than `before` only."""
    (base, _first), (last_closed, _next) = bounds.around_first, bounds.around_next
    highest = last_closed.last_until if last_closed and bounds.is_closed else None
    lowest = base.first_after if base else 0
    conditions = ["t.{side}_id = %s", "t.id >= %s", "e.posted_at >= %s", "e.posted_at < %s"]
    values = [account.pk, lowest, written(bounds.begins_at), written(bounds.ends_before)]
    for comparison, bound in (("<=", highest), ("<", before)):
        if bound is not None:
            conditions.append(f"t.id {comparison} %s")
            values.append(bound)
    with connection.cursor() as cursor:
        # Each side by itself, so that its index gives the newest without sorting the others.
        one_side = f"""
            SELECT * FROM (
                SELECT t.id FROM ledger_transfer t JOIN ledger_entry e ON e.id = t.entry_id
                WHERE {" AND ".join(conditions)} ORDER BY t.id DESC LIMIT {count:d}
            ) AS {{side}}
        """  # noqa: S608  # Only constants of the books are put in.
        both = " UNION ALL ".join(one_side.format(side=side) for side in ("debit", "credit"))
        cursor.execute(f"{both} ORDER BY id DESC LIMIT {count:d}", values * 2)
        return [transfer_id for (transfer_id,) in cursor.fetchall()]


def _shown(account: Account, ids: list[int], bounds: Bounds) -> list[Any]:
    """Read transfers, and the balance that each left."""
    found = Transfer.objects.select_related("entry", "debit__unit", "credit").in_bulk(ids)
    rows: list[Any] = [found[transfer_id] for transfer_id in ids]
    balance = _totals_until(account, ids[0], bounds).balance(account.normal) if ids else 0
    for row in rows:
        row.balance_after = balance
        row.change = _change(account, row)
        balance -= row.change
    return rows


def _totals_until(account: Account, transfer_id: int, bounds: Bounds) -> Totals:
    """Return what an account had come to right after a transfer posted in some days."""
    first = day_of(bounds.begins_at)
    known = Q(day__lt=first) | Q(day__lt=day_of(bounds.ends_before), last_until__lte=transfer_id)
    base = ClosedDay.objects.filter(known).order_by("-day").first()
    conditions, values = ["t.id <= %s"], [transfer_id]
    if base is None or base.day < first - A_DAY:
        # What was posted before the first day counts, whatever its id is.
        conditions = ["(t.id <= %s OR e.posted_at < %s)"]
        values.append(written(bounds.begins_at))
    conditions.append("e.posted_at < %s")
    values.append(written(bounds.ends_before))
    return _totals_on(account, base).plus(_sum(account, base, None, conditions, values))


def _change(account: Account, transfer: Transfer) -> int:
    if transfer.phase in {Transfer.Phase.HOLD, Transfer.Phase.VOID}:
        return 0
    is_debit = transfer.debit_id == account.pk
    return (
        transfer.amount
        if is_debit == (account.normal == Account.Normal.DEBIT)
        else -transfer.amount
    )
