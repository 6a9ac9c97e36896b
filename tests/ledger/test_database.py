"""What the books need of the database that they lie in, and what they do not let it do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from ledger.models import Account, Entry
from ledger.refusals import broken_rule
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account, balances
from tests.ledger.raw import on_postgresql, on_sqlite


@on_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: with NORMAL, power loss takes the last commits with it.
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", 20_000),
    ],
)
def test_every_connection_is_careful(pragma: str, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)


@on_sqlite
@pytest.mark.django_db
def test_a_new_database_is_written_ahead(tmp_path: Path) -> None:
    """A file remembers this for ever; the tests' own were made so long ago."""
    new = connections.create_connection("default")
    new.settings_dict = new.settings_dict | {"NAME": str(tmp_path / "new.sqlite3")}

    with new.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
    new.close()


def write_after_reading(people: int) -> list[str]:
    """Let several read and then write in one transaction, at the same moment."""
    start = Barrier(people)

    def write(number: int) -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            for step in range(10):
                with transaction.atomic():
                    Account.objects.count()
                    Entry.objects.create(
                        kind="story", reference="raw", idempotency_key=f"{number}:{step}",
                        fingerprint="-", happened_at=MARKET_DAY,
                    )  # fmt: skip
        except OperationalError as error:
            return str(error)
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(write, range(people)))


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_writers_wait_for_each_other() -> None:
    assert write_after_reading(people=6) == ["written"] * 6


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_writers_that_begin_by_reading_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: this is why transactions begin with IMMEDIATE."""
    options = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(options, "transaction_mode", "DEFERRED")

    assert "database is locked" in write_after_reading(people=6)


@pytest.mark.django_db(transaction=True)
def test_the_books_are_not_flushed(journal: Journal) -> None:
    """Django's tests would; ours lay a fresh copy of the database instead."""
    journal.post("issued > li 10")

    with pytest.raises((CommandError, IntegrityError)):
        call_command("flush", interactive=False, verbosity=0)

    connection.close()
    assert balances() == {"issued": 10, "li": 10}


@on_postgresql
def test_locks_leave_foreign_keys_alone(journal: Journal, both_ways: None) -> None:
    """A plain FOR UPDATE would block the locks that inserting a row takes on what it names."""
    account("issued"), account("li")

    with CaptureQueriesContext(connection) as queries:
        journal.post("issued > li 1")
        with transaction.atomic():
            list(Account.objects.all().lock())

    locks = [query["sql"] for query in queries.captured_queries if " FOR " in query["sql"]]
    assert [lock.count("FOR NO KEY UPDATE") for lock in locks] == [1, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ({"fingerprint": "-"}, "entry_is_posted_once"),
        ({"idempotency_key": "2", "kind": "reversal"}, "entry_reverses_only_as_a_reversal"),
        ({"idempotency_key": "2", "needs_four_eyes": True}, "entry_has_four_eyes_where_needed"),
    ],
)
def test_both_engines_name_the_rule_alike(broken: dict[str, Any], rule: str) -> None:
    row = {
        "kind": "story", "reference": "raw", "idempotency_key": "1", "fingerprint": "-",
        "happened_at": MARKET_DAY,
    }  # fmt: skip
    Entry.objects.create(**row)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Entry.objects.create(**row | broken)

    assert broken_rule(error.value) == rule


def test_sqlite_names_unique_columns_as_postgresql_does() -> None:
    """The guards of `sqlite.sql` come first; this is for the day when one is missing."""
    names = {
        "UNIQUE constraint failed: ledger_entry.idempotency_key": "entry_is_posted_once",
        "UNIQUE constraint failed: ledger_transfer.hold_id": "ledger_transfer_hold_id",
        "UNIQUE constraint failed: ledger_transfer.entry_id, ledger_transfer.line": (
            "transfer_has_its_own_line"
        ),
        "CHECK constraint failed: account_is_not_overdrawn": "account_is_not_overdrawn",
        "account_is_open": "account_is_open",
    }

    assert {text: broken_rule(IntegrityError(text)) for text in names} == names
