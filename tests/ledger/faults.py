"""Faults to plant in the books, so that what proves them can be seen to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from ledger import one_call, triggers
from ledger.actions import post_entry as module

type Fault = Callable[[pytest.MonkeyPatch], None]


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def alter(name: str, old: str, new: str) -> None:
    """Put a trigger's function, or on SQLite a trigger, up again with other words in it."""
    (statement,) = [
        statement
        for statement in triggers._statements(connection.vendor)
        if statement.startswith((f"CREATE TRIGGER {name} ", f"CREATE OR REPLACE FUNCTION {name}("))
    ]
    assert old in statement
    if connection.vendor == "sqlite":
        execute(f"DROP TRIGGER {name}")
    execute(statement.replace(old, new))


def no_floor(_: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        execute("PRAGMA ignore_check_constraints = ON")
    else:
        execute("ALTER TABLE ledger_account DROP CONSTRAINT account_is_not_overdrawn")


def release_moves(_: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        alter("transfer_moves_both", "WHEN 'post' THEN", "WHEN NEW.phase THEN")
    else:
        alter("ledger_apply_transfer", "NEW.phase IN ('single', 'post')", "NEW.phase <> 'hold'")


def closed_accounts_take(_: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        execute("DROP TRIGGER account_is_open")
        alter("transfer_is_sound", "AND closed_at IS NOT NULL", "AND false")
    else:
        alter("ledger_check_transfer", "credit.closed_at IS NOT NULL", "false")
        alter("ledger_check_change", "OLD.closed_at IS NOT NULL AND", "false AND")


def units_mix(_: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        alter("transfer_is_sound", "SELECT raise(ABORT, 'transfer_units_agree')", "SELECT 1")
    else:
        alter("ledger_check_transfer", "debit.unit_id <> credit.unit_id", "false")


def lapsed_holds_settle(_: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        alter("transfer_resolves_its_hold", "> expires_at", "> '9999'")
    else:
        alter("ledger_check_transfer", "clock_timestamp() > held.expires_at", "false")


def no_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fingerprint", lambda _spec, _lines: "same")


def no_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_known", lambda _cursor, _entries: {})


def two_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_call, "refuse_second_call", lambda _connection: None)


FAULTS: list[Fault] = [
    no_floor,
    release_moves,
    closed_accounts_take,
    units_mix,
    lapsed_holds_settle,
    no_fingerprint,
    no_replay,
    two_calls,
]


@contextmanager
def planted(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Plant a fault, with nobody looking whether the guards stand."""
    monkeypatch.setattr(triggers, "require", lambda _connection: None)
    monkeypatch.setattr(triggers, "problems", lambda _connection: [])
    fault(monkeypatch)
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            execute("PRAGMA ignore_check_constraints = OFF")
