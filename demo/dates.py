"""Dates of the demonstration, moved so that it never ages."""

from __future__ import annotations

import datetime

from lunar_python import Lunar, Solar

LITTLE_NEW_YEAR = (12, 23)
"""腊月廿三, the day of the winter market."""
SPRING_AND_SUMMER = {"spring": (4, 11), "summer": (7, 11)}


def market_day(season: str, today: datetime.date) -> datetime.date:
    """Return the day of a season's market: the winter one lies ahead, the others are over.

    >>> market_day("winter", datetime.date(2026, 11, 24))
    datetime.date(2027, 1, 30)
    """
    if season == "winter":
        return _next_little_new_year(today)
    month, day = SPRING_AND_SUMMER[season]
    this_year = today.replace(month=month, day=day)
    return this_year if this_year < today else this_year.replace(year=today.year - 1)


def _next_little_new_year(today: datetime.date) -> datetime.date:
    lunar_year = Solar.fromYmd(today.year, today.month, today.day).getLunar().getYear()
    for year in (lunar_year, lunar_year + 1):
        solar = Lunar.fromYmd(year, *LITTLE_NEW_YEAR).getSolar()
        day = datetime.date(solar.getYear(), solar.getMonth(), solar.getDay())
        if day > today:
            return day
    raise AssertionError("every lunar year has a twelfth month")
