"""The guards of the books: without all of them, unaltered, nothing is posted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import checks
from django.db import connection

from ledger import triggers
from ledger.checking import wrong_rows
from ledger.refusals import BooksUnguarded
from ledger.testing import assert_books_balance
from tests.ledger.journal import Journal, everything
from tests.ledger.raw import execute, is_sqlite, on_postgresql


@pytest.fixture
def unguarded(told: Journal) -> Iterator[Journal]:
    """Books whose guards may be taken down; nobody remembers that they were there."""
    triggers.forget_guards()
    yield told
    triggers.forget_guards()


def drop(name: str, table: str) -> None:
    execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))


def warnings() -> list[checks.CheckMessage]:
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    return [warning for warning in found if warning.id == "ledger.W001"]


def test_all_guards_stand(told: Journal) -> None:
    assert triggers.problems(connection) == []
    assert warnings() == []


@pytest.mark.parametrize(
    "name", ["transfer_is_sound", "transfer_is_not_truncated"][: 2 - is_sqlite]
)
def test_a_missing_guard_stops_the_books(name: str, unguarded: Journal) -> None:
    drop(name, "ledger_transfer")
    before = everything()

    with pytest.raises(BooksUnguarded) as refusal:
        unguarded.post("issued > li 1")

    assert refusal.value.problems == [f"trigger {name} is missing"]
    assert everything() == before
    assert [warning.level for warning in warnings()] == [checks.WARNING]
    assert [str(row) for row in wrong_rows()] == [
        f"I9: trigger {name} is missing (every trigger is there, unaltered)"
    ]


def test_an_altered_guard_stops_the_books(unguarded: Journal) -> None:
    if is_sqlite:
        drop("unit_is_not_deleted", "ledger_unit")
        execute(
            "CREATE TRIGGER unit_is_not_deleted BEFORE DELETE ON ledger_unit BEGIN SELECT 1; END"
        )
        altered = "trigger unit_is_not_deleted was altered"
    else:
        execute(
            "CREATE OR REPLACE FUNCTION ledger_check_transfer() RETURNS trigger"
            " LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        )
        altered = "trigger transfer_is_sound was altered"

    with pytest.raises(BooksUnguarded, match=altered):
        unguarded.post("issued > li 1")

    assert [altered in str(warning) for warning in warnings()] == [True]
    assert [row.row for row in wrong_rows()] == [altered]


@on_postgresql
def test_a_guard_that_is_switched_off_stops_the_books(unguarded: Journal) -> None:
    execute("ALTER TABLE ledger_entry DISABLE TRIGGER entry_is_written_once")

    with pytest.raises(BooksUnguarded, match="entry_is_written_once was altered"):
        unguarded.post("issued > li 1")


def test_a_guard_that_is_not_ours_stops_the_books(unguarded: Journal) -> None:
    if is_sqlite:
        execute("CREATE TRIGGER thief AFTER INSERT ON ledger_entry BEGIN SELECT 1; END")
    else:
        execute(
            "CREATE TRIGGER thief BEFORE INSERT ON ledger_entry"
            " FOR EACH ROW EXECUTE FUNCTION ledger_forbid()"
        )

    with pytest.raises(BooksUnguarded, match="thief is not ours"):
        unguarded.post("issued > li 1")


def test_guards_are_looked_up_once_a_connection(
    unguarded: Journal, django_assert_num_queries: Any
) -> None:
    unguarded.post("issued > li 1")
    drop("transfer_is_sound", "ledger_transfer")

    unguarded.post("issued > li 1")
    triggers.forget_guards()
    with django_assert_num_queries(1), pytest.raises(BooksUnguarded):
        triggers.require(connection)


def test_installing_puts_every_guard_right(unguarded: Journal) -> None:
    drop("transfer_is_sound", "ledger_transfer")
    if is_sqlite:
        execute("CREATE TRIGGER thief AFTER INSERT ON ledger_entry BEGIN SELECT 1; END")

    triggers.install(connection)

    assert triggers.problems(connection) == []
    unguarded.post("issued > li 1")
    assert_books_balance()


def test_installing_again_does_nothing(told: Journal, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(2):
        triggers.install(connection)
