"""The guards of the books: put them up, take them down, tell whether they are whole.

What they do is written in `sql/`, once for each engine. SQLite loses the triggers of a table
that a migration rebuilds, and cannot rebuild one that another table's trigger names, so
`apps.py` takes them down before a migration and puts them up after it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ledger.refusals import BooksUnguarded

SQL_FOLDER = Path(__file__).parent / "sql"
TABLES = ("ledger_unit", "ledger_account", "ledger_entry", "ledger_transfer")
FIND = {
    "sqlite": """
        SELECT name, tbl_name, sql FROM sqlite_master
        WHERE type = 'trigger' AND tbl_name IN (%s, %s, %s, %s)
    """,
    "postgresql": """
        SELECT t.tgname, t.tgrelid::regclass::text, pg_get_triggerdef(t.oid, true) || p.prosrc
            || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' switched off' END
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE NOT t.tgisinternal
            AND t.tgrelid IN (to_regclass(%s), to_regclass(%s), to_regclass(%s), to_regclass(%s))
    """,
}
_guarded: WeakKeyDictionary[Any, object] = WeakKeyDictionary()


class Trigger(NamedTuple):
    name: str
    table: str
    definition: str


def install(connection: BaseDatabaseWrapper) -> None:
    """Put up every guard that is missing, and put right every one that was altered."""
    if not has_books(connection) or not problems(connection):
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        drop(connection)
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger off the tables of the books."""
    with connection.cursor() as cursor:
        for trigger in _find(connection):
            on_table = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER "{trigger.name}"{on_table}')


def problems(connection: BaseDatabaseWrapper) -> list[str]:
    """Return a line for each guard that is missing, altered or not ours; none if all is well."""
    wanted = _wanted(connection.vendor)
    found = {trigger.name: _words(trigger.definition) for trigger in _find(connection)}
    return [
        *(f"trigger {name} is missing" for name in sorted(wanted.keys() - found.keys())),
        *(f"trigger {name} is not ours" for name in sorted(found.keys() - wanted.keys())),
        *(
            f"trigger {name} was altered"
            for name in sorted(wanted.keys() & found.keys())
            if wanted[name] != found[name]
        ),
    ]


def require(connection: BaseDatabaseWrapper) -> None:
    """Refuse to write into unguarded books; looked up once for each connection.

    Raises:
        BooksUnguarded: a guard is missing or altered; `manage.py migrate` puts it right.
    """
    connection.ensure_connection()
    # A connection to SQLite cannot be referred to weakly; the wrapper that owns it can.
    pooled = connection.vendor == "postgresql"
    holder = connection.connection if pooled else connections[connection.alias]
    mark = True if pooled else connection.connection
    if _guarded.get(holder) is mark:
        return
    if wrong := problems(connection):
        raise BooksUnguarded(problems=wrong)
    _guarded[holder] = mark


def forget_guards() -> None:
    """Look the guards up again on every connection; for tests that take them down."""
    _guarded.clear()


def has_books(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether the tables of the books are there yet."""
    return set(TABLES) <= set(connection.introspection.table_names())


def _find(connection: BaseDatabaseWrapper) -> list[Trigger]:
    with connection.cursor() as cursor:
        cursor.execute(FIND[connection.vendor], TABLES)
        return [Trigger(*row) for row in cursor.fetchall()]


@cache
def _statements(vendor: str) -> list[str]:
    """Split the file of an engine into statements, without their comments."""
    lines = (SQL_FOLDER / f"{vendor}.sql").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    return [
        statement.strip() for statement in re.split(r";\n\n", f"{text}\n\n") if statement.strip()
    ]


@cache
def _wanted(vendor: str) -> dict[str, str]:
    """Return the definition of each trigger by its name, as the database would tell it."""
    statements = _statements(vendor)
    bodies = {
        match[1]: match[2]
        for statement in statements
        if (match := re.search(r"FUNCTION (\w+)\(\).*?\$\$(.*)\$\$", statement, re.DOTALL))
    }
    wanted = {}
    for statement in statements:
        if not (match := re.match(r"CREATE TRIGGER (\w+)", statement)):
            continue
        function = re.search(r"EXECUTE FUNCTION (\w+)\(\)$", statement)
        wanted[match[1]] = _words(statement + (bodies[function[1]] if function else ""))
    return wanted


def _words(sql: str) -> str:
    """Spell SQL with single spaces, so that only its meaning is compared."""
    return " ".join(sql.split())
