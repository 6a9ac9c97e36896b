"""Checking the books: what must be true of them, and the rows of which it is not.

The modules named in `settings.BOOKS_INVARIANTS` each hold a list `INVARIANTS`. The ledger
imports none of them by name, so the apps above it can add their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import NamedTuple

from django.conf import settings
from django.db import connection


class Invariant(NamedTuple):
    """Something that must be true of every row.

    Args:
        name: its number in `docs/money.md`, such as `I1`.
        says: what is true, in a sentence.
        find: returns a sentence for each row that is wrong; none if all is well.
        is_warning: such rows are for staff to look at; the books are right all the same.
    """

    name: str
    says: str
    find: Callable[[], Iterable[str]]
    is_warning: bool = False


class WrongRow(NamedTuple):
    invariant: Invariant
    row: str

    def __str__(self) -> str:
        return f"{self.invariant.name}: {self.row} ({self.invariant.says})"


def invariants() -> list[Invariant]:
    """Return all invariants of the site, in the order of the setting."""
    return [
        invariant
        for module in settings.BOOKS_INVARIANTS
        for invariant in import_module(module).INVARIANTS
    ]


def wrong_rows() -> Iterator[WrongRow]:
    """Yield each row that makes the books wrong; none if they are right."""
    return _found(is_warning=False)


def warnings() -> Iterator[WrongRow]:
    """Yield each row that staff should look at."""
    return _found(is_warning=True)


def _found(*, is_warning: bool) -> Iterator[WrongRow]:
    for invariant in invariants():
        if invariant.is_warning is is_warning:
            for row in invariant.find():
                yield WrongRow(invariant, row)


def rows_of(sql: str, sentence: str) -> Callable[[], Iterator[str]]:
    """Return what finds wrong rows with one statement, and says each with its columns.

    Args:
        sql: selects wrong rows, and runs on both engines; being one statement, it sees the
            books as they were at one moment.
        sentence: with the names of columns in braces.
    """

    def find() -> Iterator[str]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield sentence.format(**dict(zip(names, row, strict=True)))

    return find
