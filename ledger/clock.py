"""The one clock: the database's, so that no two processes disagree about now."""

from __future__ import annotations

import datetime

from django.db import connection


def database_now() -> datetime.datetime:
    """Return the database's time, in UTC. Read it in views, tasks and commands only."""
    sql = (
        "SELECT clock_timestamp()"
        if connection.vendor == "postgresql"
        else "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        (told,) = cursor.fetchone()
    now: datetime.datetime = (
        datetime.datetime.fromisoformat(told) if isinstance(told, str) else told
    )
    return now.replace(tzinfo=datetime.UTC) if now.tzinfo is None else now
