"""Migrations and the guards: SQLite loses triggers when a table is rebuilt, so they come back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from ledger import triggers
from ledger.models import Account, Entry, Transfer, Unit
from ledger.testing import assert_books_balance
from tests.ledger.journal import Journal, balances

pytestmark = pytest.mark.django_db(transaction=True)

MODELS = [Unit, Account, Entry, Transfer]


@pytest.fixture
def add_migration(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what puts one more migration of the ledger on the shelf."""

    load = MigrationLoader.load_disk

    def add(*operations: migrations.operations.base.Operation) -> None:
        def load_with_one_more(loader: MigrationLoader) -> None:
            load(loader)
            last = max(name for app, name in loader.disk_migrations if app == "ledger")
            one_more = type("Migration", (migrations.Migration,), {})("9999_one_more", "ledger")
            one_more.dependencies = [("ledger", last)]
            one_more.operations = list(operations)
            loader.disk_migrations["ledger", "9999_one_more"] = one_more

        monkeypatch.setattr(MigrationLoader, "load_disk", load_with_one_more)

    return add


def rebuild(model: type[models.Model]) -> list[migrations.operations.base.Operation]:
    """Return operations that make SQLite rebuild the table of a model, and back."""
    name = model.__name__.lower()
    return [
        migrations.AddField(name, "remark", models.CharField(max_length=9, default="-")),
        migrations.AlterField(name, "remark", models.TextField(default="-")),
        migrations.RemoveField(name, "remark"),
    ]


@pytest.mark.parametrize("model", MODELS)
def test_guards_stand_after_a_migration(
    model: type[models.Model], add_migration: Any, journal: Journal
) -> None:
    journal.post("issued > li 10")
    add_migration(*rebuild(model))

    call_command("migrate", verbosity=0)

    assert triggers.problems(connection) == []
    journal.post("li ~ redeemed 4 lunch")
    journal.post("settle lunch 3")
    assert balances() == {"issued": 10, "li": 7, "redeemed": 3}
    assert_books_balance()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite rebuilds tables")
def test_a_rebuilt_table_loses_its_guards(add_migration: Any, monkeypatch: Any) -> None:
    """The control: this is why `post_migrate` puts them up again."""
    monkeypatch.setattr(triggers, "install", lambda _connection: None)
    add_migration(*rebuild(Transfer))

    call_command("migrate", verbosity=0)

    assert "trigger transfer_is_sound is missing" in triggers.problems(connection)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite rebuilds tables")
def test_a_table_that_a_guard_names_cannot_be_rebuilt() -> None:
    """The control: this is why `pre_migrate` takes them down."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("DROP TABLE ledger_account")
        with pytest.raises(OperationalError, match="error in trigger"):
            cursor.execute("ALTER TABLE ledger_unit RENAME TO other")


def test_guards_stay_down_no_longer_than_a_migration(add_migration: Any, journal: Journal) -> None:
    """A migration that fails leaves the books unguarded on SQLite; the next one repairs them."""
    journal.post("issued > li 10")
    add_migration(migrations.RunSQL("SELECT * FROM nowhere"))
    with pytest.raises(DatabaseError, match="nowhere"):
        call_command("migrate", verbosity=0)

    triggers.forget_guards()
    add_migration(migrations.RunSQL("SELECT 1"))
    call_command("migrate", verbosity=0)

    assert triggers.problems(connection) == []


def test_migrating_with_nothing_to_do_leaves_the_guards_alone(journal: Journal) -> None:
    with connection.cursor() as cursor:
        cursor.execute(triggers.FIND[connection.vendor], triggers.TABLES)
        before = cursor.fetchall()

    call_command("migrate", verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute(triggers.FIND[connection.vendor], triggers.TABLES)
        assert cursor.fetchall() == before


def test_a_database_without_books_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "has_books", lambda _connection: False)
    monkeypatch.setattr(triggers, "problems", lambda _connection: 1 / 0)

    triggers.install(connection)


def test_each_database_has_money_and_points(db: None) -> None:
    assert sorted(Unit.objects.values_list("code", "scale")) == [("CNY", 2), ("POINT", 0)]
