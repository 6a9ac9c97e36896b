"""Insert rows with one statement whose text is built once, for what is written most.

It does what `bulk_create` does, at a fifth of the cost (`docs/decisions/0002-speed.md`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model
from django.db.models.fields import NOT_PROVIDED

ROWS_AT_ONCE = 1000
"""So that no statement has more parameters than an engine takes, 32,766 on SQLite."""


def insert_rows(
    rows: Sequence[Model], *, returning: str = "id", or_nothing: bool = False
) -> list[tuple[Any, ...]]:
    """Insert rows of one model in their order, and return what the database has added.

    Columns for which the database has a default are left to it.

    Args:
        returning: columns of the rows inserted; they come as the driver gives them.
        or_nothing: leave out a row that a unique constraint refuses, instead of failing.
    """
    returned: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for some in batched(rows, ROWS_AT_ONCE, strict=False):
            fields = _fields(type(some[0]))
            cursor.execute(
                _statement(type(some[0]), len(some), returning, or_nothing=or_nothing),
                [
                    field.get_db_prep_save(getattr(row, field.attname), connection)
                    for row in some
                    for field in fields
                ],
            )
            returned += cursor.fetchall()
    return returned


def read_moment(value: datetime.datetime | str) -> datetime.datetime:
    """Read a moment as raw SQL returns it: SQLite keeps text, in UTC."""
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    return value if value.tzinfo else value.replace(tzinfo=datetime.UTC)


@cache
def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    fields = model._meta.concrete_fields  # noqa: SLF001  # Django documents it.
    return [
        field
        for field in fields
        if field.db_default is NOT_PROVIDED and not isinstance(field, AutoField)
    ]


@cache
def _statement(model: type[Model], count: int, returning: str, *, or_nothing: bool) -> str:
    fields = _fields(model)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    table = model._meta.db_table  # noqa: SLF001  # Django documents it.
    conflict = " ON CONFLICT DO NOTHING" if or_nothing else ""
    return (
        f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * count)}{conflict} "  # noqa: S608  # Names of ours, and placeholders.
        f"RETURNING {returning}"
    )
