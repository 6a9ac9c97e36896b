"""How transfers add up, in SQL that runs on both engines: the one place that says so.

To the totals of its debit account a transfer adds `POSTED` and `PENDING` as debits, and to
those of its credit account as credits. They read a transfer `t` and the hold `h` it resolves.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import DateTimeField
from django.utils.timezone import get_default_timezone

from ledger.models import Account

POSTED = "CASE WHEN t.phase IN ('single', 'post') THEN t.amount ELSE 0 END"
PENDING = "CASE t.phase WHEN 'hold' THEN t.amount ELSE coalesce(-h.amount, 0) END"
COLUMNS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
FROM = """
    FROM ledger_transfer t JOIN ledger_entry e ON e.id = t.entry_id
    LEFT JOIN ledger_transfer h ON h.id = t.hold_id
"""


class Totals(NamedTuple):
    """What an account has come to, in minor units."""

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    @property
    def posted(self) -> int:
        """Debits less credits."""
        return self.debits_posted - self.credits_posted

    @property
    def pending(self) -> int:
        """The same of what is on hold."""
        return self.debits_pending - self.credits_pending

    def balance(self, normal: str) -> int:
        """Return what is posted, on the side on which the account grows."""
        return self.posted if normal == Account.Normal.DEBIT else -self.posted

    def held(self, normal: str) -> int:
        """Return what open holds have reserved of the balance."""
        is_debit = normal == Account.Normal.DEBIT
        return self.credits_pending if is_debit else self.debits_pending

    def plus(self, other: Totals) -> Totals:
        return Totals(*(mine + more for mine, more in zip(self, other, strict=True)))


def sides(condition: str, *, key: str = "") -> str:
    """Select account and totals of the transfers for which a condition is true, side by side.

    Args:
        condition: of a transfer `t` and its entry `e`; its values come twice. What is in
            braces, `{side}`, is the account's column.
        key: another column, such as `day`.
    """
    more = f", {key}" if key else ""
    return " UNION ALL ".join(
        f"SELECT t.{side}_id AS account_id{more}, {columns} {FROM} "
        f"WHERE {condition.format(side=side)}"
        for side, columns in (
            ("debit", f"{POSTED} AS debits_posted, 0 AS credits_posted, "
                      f"{PENDING} AS debits_pending, 0 AS credits_pending"),
            ("credit", f"0, {POSTED}, 0, {PENDING}"),
        )
    )  # fmt: skip


SUMS = ", ".join(f"sum({column}) AS {column}" for column in COLUMNS)


def day_posted() -> str:
    """Return the SQL of the day on which an entry `e` was posted, in the site's time zone."""
    if connection.vendor == "postgresql":
        return f"CAST(e.posted_at AT TIME ZONE '{settings.TIME_ZONE}' AS date)"
    # Django lends this function to every connection.
    return f"django_datetime_cast_date(e.posted_at, '{settings.TIME_ZONE}', 'UTC')"


def midnight(day: datetime.date) -> datetime.datetime:
    """Return the moment at which a day begins in the community."""
    return datetime.datetime.combine(day, datetime.time(), get_default_timezone())


def day_of(moment: datetime.datetime) -> datetime.date:
    """Return the day on which a moment is in the community."""
    return moment.astimezone(get_default_timezone()).date()


def written(moment: datetime.datetime) -> Any:
    """Return a moment as the database compares it."""
    return DateTimeField().get_db_prep_value(moment, connection)
