"""Questions to the database whose SQL is built once, since building it costs more than asking.

For the few that every page or every order asks (`docs/decisions/0002-speed.md`). They are
querysets like any other; what differs from one asking to the next stands in them as a `Blank`:

    ORDER_BY_KEY = Question(lambda: Order.objects.filter(key=Blank("key")))
    ORDER_BY_KEY.ask(key="…")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Blank(Expression):
    """A place in a queryset to be filled in when it is asked.

    Args:
        field: how its value is written; left out for numbers and texts.
    """

    def __init__(self, name: str, field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=field)
        self.name = name
        self.kind = field

    def as_sql(
        self, _compiler: SQLCompiler, _connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def filled(self, values: dict[str, Any]) -> Any:
        value = values[self.name]
        return self.kind.get_db_prep_value(value, connection) if self.kind else value


def blanks(name: str, count: int) -> list[Any]:
    """Return so many blanks for a list of values; `numbered` fills them in."""
    return [Blank(f"{name}_{number}") for number in range(count)]


def numbered(name: str, values: Iterable[Any]) -> dict[str, Any]:
    """Return the values for a list of `blanks`."""
    return {f"{name}_{number}": value for number, value in enumerate(values)}


class Question[Row]:
    """A queryset with blanks, built when it is asked for the first time."""

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self._build = build
        self._built: dict[str, tuple[QuerySet[Any, Row], SQLCompiler, str, list[Any]]] = {}

    def ask(self, **values: Any) -> list[Row]:
        """Return the rows, with the blanks filled in."""
        if connection.vendor not in self._built:
            self._built[connection.vendor] = self._build_for_this_engine()
        queryset, compiler, sql, parameters = self._built[connection.vendor]
        filled = [each.filled(values) if isinstance(each, Blank) else each for each in parameters]
        # A compiler of this thread's connection that need not compile any more.
        mine: Any = copy(compiler)
        mine.connection = connection
        mine.as_sql = lambda *_arguments, **_named: (sql, filled)
        asked: Any = queryset.all()
        asked.query.get_compiler = lambda *_arguments, **_named: mine
        return list(asked)

    def _build_for_this_engine(self) -> tuple[QuerySet[Any, Row], SQLCompiler, str, list[Any]]:
        queryset = self._build()
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return queryset, compiler, sql, list(parameters)
