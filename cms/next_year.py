"""The same day a year on: arithmetic without rows."""

from __future__ import annotations

import calendar
import datetime

HALF_A_WEEK = 3


def next_held_on(held_on: datetime.date, *, after: datetime.date) -> datetime.date:
    """Return the same weekday at the same time of year, in the first year that is after a day.

    >>> next_held_on(datetime.date(2026, 1, 31), after=datetime.date(2026, 11, 24))
    datetime.date(2027, 1, 30)
    >>> next_held_on(datetime.date(2024, 2, 29), after=datetime.date(2026, 11, 24))
    datetime.date(2027, 2, 25)
    """
    year = held_on.year + 1
    while (day := _same_weekday(held_on, year)) <= after:
        year += 1
    return day


def _same_weekday(held_on: datetime.date, year: int) -> datetime.date:
    """Return the day nearest to its date in another year that is the same day of the week."""
    last = calendar.monthrange(year, held_on.month)[1]
    same_date = held_on.replace(year=year, day=min(held_on.day, last))
    ahead = (held_on.weekday() - same_date.weekday()) % 7
    return same_date + datetime.timedelta(days=ahead if ahead <= HALF_A_WEEK else ahead - 7)
