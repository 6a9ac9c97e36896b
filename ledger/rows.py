"""Insert rows with one statement whose text is built once, for what is written most.

It does what `bulk_create` does, at a fifth of the cost (`docs/decisions/0002-speed.md`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import batched
from operator import attrgetter
from typing import Any
from uuid import UUID

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
    if not rows:
        return []
    fields = _fields(type(rows[0]))
    return insert_values(
        type(rows[0])._meta.db_table,  # noqa: SLF001  # Django documents it.
        tuple(str(field.column) for field in fields),
        [
            [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
            for row in rows
        ],
        returning=returning,
        or_nothing=or_nothing,
    )


def insert_values(
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[Sequence[Any]],
    *,
    returning: str = "id",
    or_nothing: bool = False,
) -> list[tuple[Any, ...]]:
    """Insert rows that are plain values, as `insert_rows` does."""
    returned: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for some in batched(rows, ROWS_AT_ONCE, strict=False):
            cursor.execute(
                _statement(table, columns, len(some), returning, or_nothing=or_nothing),
                _as_stored([value for row in some for value in row]),
            )
            returned += cursor.fetchall()
    return returned


def _as_stored(values: list[Any]) -> list[Any]:
    """Return values as the engine keeps them; SQLite knows neither moments nor UUIDs."""
    if connection.vendor != "sqlite":
        return values
    convert: dict[type, Callable[[Any], object]] = {
        datetime.datetime: connection.ops.adapt_datetimefield_value,
        UUID: attrgetter("hex"),
    }
    return [convert[type(value)](value) if type(value) in convert else value for value in values]


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


@lru_cache(maxsize=256)
def _statement(
    table: str, columns: tuple[str, ...], count: int, returning: str, *, or_nothing: bool
) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    row = f"({', '.join(['%s'] * len(columns))})"
    conflict = " ON CONFLICT DO NOTHING" if or_nothing else ""
    return (
        f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * count)}{conflict} "  # noqa: S608  # Names of ours, and placeholders.
        f"RETURNING {returning}"
    )
