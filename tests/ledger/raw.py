"""Writing to the books past the actions, as somebody with a database shell would."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

is_sqlite = connection.vendor == "sqlite"
on_sqlite = pytest.mark.skipif(not is_sqlite, reason="PostgreSQL does not do such a thing")
on_postgresql = pytest.mark.skipif(is_sqlite, reason="SQLite does not do such a thing")


def execute(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if not is_sqlite:  # Foreign keys that wait for the commit would be in the way.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, values)
