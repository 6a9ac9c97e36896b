"""Write down what each account had come to at the end of each day.

Statements and balances of the past start from there, so that they cost the same however long
the history is (`docs/money.md` has the figures). Nothing else depends on it: what is written
here follows from the transfers, and without it the answers are the same, only slower.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection, transaction

from ledger.models import ClosedDay, DayTotal
from ledger.rows import insert_rows
from ledger.sums import SUMS, day_of, day_posted, midnight, sides, written

A_DAY = datetime.timedelta(days=1)
AN_HOUR = datetime.timedelta(hours=1)
"""By then everybody who began to post before midnight has finished."""


@transaction.atomic
def close_days(*, now: datetime.datetime, anew: bool = False) -> int:
    """Close every day that ended an hour before `now`; again does nothing.

    Args:
        anew: forget all that is written down first.

    Returns: how many days were closed.
    """
    _one_at_a_time()
    if anew:
        DayTotal.objects.all().delete()
        ClosedDay.objects.all().delete()
    until = day_of(now - AN_HOUR) - A_DAY
    last = ClosedDay.objects.order_by("-day").first()
    days = _days_to_close(last, until)
    if not days:
        return 0
    insert_rows(days, returning="day")
    _write_totals(last, until)
    return len(days)


def _one_at_a_time() -> None:
    """Keep a second closer out until we are done; SQLite has one writer as it is."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_closedday IN SHARE ROW EXCLUSIVE MODE")


def _days_to_close(last: ClosedDay | None, until: datetime.date) -> list[ClosedDay]:
    """Return a row for each day after the last one closed, quiet ones included."""
    bounds = _bounds_by_day(last)
    begin = last.day + A_DAY if last else min(bounds, default=until + A_DAY)
    days = [begin + A_DAY * number for number in range((until - begin).days + 1)]
    highest = last.last_until if last else 0
    closed = []
    for day in days:
        highest = max(highest, bounds[day][1]) if day in bounds else highest
        closed.append(ClosedDay(day=day, last_until=highest))
    # What is posted on a later day, or will be one day.
    lowest = max([highest, *(high for _low, high in bounds.values())]) + 1
    lowest = min([lowest, *(low for day, (low, _high) in bounds.items() if day > until)])
    for row in reversed(closed):
        row.first_after = lowest
        lowest = min(lowest, bounds[row.day][0]) if row.day in bounds else lowest
    return closed


def _bounds_by_day(last: ClosedDay | None) -> dict[datetime.date, tuple[int, int]]:
    """Return the lowest and the highest id of the transfers posted on each later day."""
    condition, values = _later_than(last)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {day_posted()} AS day, min(t.id), max(t.id)
            FROM ledger_transfer t JOIN ledger_entry e ON e.id = t.entry_id
            WHERE {condition} GROUP BY day
            """,  # noqa: S608  # Only constants of the books are put in.
            values,
        )
        return {
            datetime.date.fromisoformat(str(day)): (lowest, highest)
            for day, lowest, highest in cursor.fetchall()
        }


def _write_totals(last: ClosedDay | None, until: datetime.date) -> None:
    condition, values = _later_than(last)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO ledger_daytotal (account_id, day_id, {COLUMNS})
            SELECT r.account_id, r.day, {PLUS_BEFORE}
            FROM ({running_totals(condition)}) r LEFT JOIN ledger_daytotal b ON b.id = (
                SELECT x.id FROM ledger_daytotal x WHERE x.account_id = r.account_id
                ORDER BY x.day_id DESC LIMIT 1)
            WHERE r.day <= %s
            """,  # noqa: S608  # Only constants of the books are put in.
            [*values, *values, until.isoformat()],
        )


def _later_than(last: ClosedDay | None) -> tuple[str, list[Any]]:
    if last is None:
        return "1 = 1", []
    return "t.id >= %s AND e.posted_at >= %s", [
        last.first_after,
        written(midnight(last.day + A_DAY)),
    ]


def running_totals(condition: str) -> str:
    """Select account, day and what the account had come to by then, of some transfers."""
    running = ", ".join(f"sum({name}) OVER so_far AS {name}" for name in NAMES)
    return f"""
        SELECT account_id, day, {running}
        FROM (
            SELECT account_id, day, {SUMS}
            FROM ({sides(condition, key=f"{day_posted()} AS day")}) AS sides
            GROUP BY account_id, day
        ) AS by_day
        WINDOW so_far AS (PARTITION BY account_id ORDER BY day)
    """  # noqa: S608  # Only constants of the books are put in.


NAMES = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
COLUMNS = ", ".join(NAMES)
PLUS_BEFORE = ", ".join(f"r.{name} + coalesce(b.{name}, 0)" for name in NAMES)
