"""Locks are taken in id order, seen from outside: one waits, and others look at what it holds.

SQLite has one writer at a time, so this is told of PostgreSQL alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from threading import Thread

import psycopg
import pytest
from django.db import connection, transaction

from ledger.actions.open_account import AccountSpec, open_accounts
from ledger.actions.post_entry import post_entries
from ledger.models import Account
from tests.ledger.guarded import transfer
from tests.ledger.journal import Journal, account
from tests.ledger.raw import on_postgresql

pytestmark = [on_postgresql, pytest.mark.django_db(transaction=True)]


def visitor() -> psycopg.Connection:
    """Return another connection, which waits for nobody."""
    return psycopg.connect(
        host=os.environ["TEST_PG_FOLDER"],
        user="app",
        dbname=connection.settings_dict["NAME"],
        options="-c lock_timeout=300ms",
    )


def lock(person: psycopg.Connection, code: str) -> None:
    person.execute("SELECT 1 FROM ledger_account WHERE code = %s FOR NO KEY UPDATE", [code])


def somebody_waits(person: psycopg.Connection) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return person.execute(waiting).fetchone() == (1,)


def wait_until(happens: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def locked_meanwhile(do: Callable[[], object], *, blocked: str) -> set[str]:
    """Return the accounts that somebody has locked while another one keeps them waiting."""

    def run() -> None:
        try:
            # As it lies on the disk: not in id order.
            with connection.cursor() as cursor:
                cursor.execute("SET enable_indexscan = off")
                cursor.execute("SET enable_bitmapscan = off")
            do()
        finally:
            connection.close()

    with visitor() as blocker, visitor() as watcher:
        watcher.autocommit = True
        lock(blocker, blocked)
        thread = Thread(target=run)
        thread.start()
        wait_until(lambda: somebody_waits(watcher))
        free = watcher.execute(
            "SELECT code FROM ledger_account FOR NO KEY UPDATE SKIP LOCKED"
        ).fetchall()
        blocker.rollback()
        thread.join()
    return set("abc") - {code for (code,) in free} - {blocked}


@pytest.fixture
def abc(journal: Journal) -> Iterator[Journal]:
    """Three accounts that were opened in this order; the first has moved last."""
    for code in "abc":
        account(code)
    journal.post("issued > b 10\nissued > c 10\nissued > a 10")
    yield journal
    connection.close()


def test_a_call_locks_in_id_order(abc: Journal, both_ways: None) -> None:
    spec = abc.spec("c > b 1\nb > a 1")

    assert locked_meanwhile(lambda: post_entries([spec]), blocked="b") == {"a"}


def test_a_call_locks_all_before_anything_moves(abc: Journal, both_ways: None) -> None:
    spec = abc.spec("b > c 1\nc > a 1")

    assert locked_meanwhile(lambda: post_entries([spec]), blocked="c") == {"a", "b"}


def test_a_transfer_past_the_actions_moves_the_lower_account_first(abc: Journal) -> None:
    insert = transfer(debit=account("c"), credit=account("a"))

    assert locked_meanwhile(insert, blocked="c") == {"a"}


def test_rows_are_locked_in_id_order(abc: Journal) -> None:
    def lock_all() -> None:
        with transaction.atomic():
            list(Account.objects.filter(code__in="abc").lock())

    assert locked_meanwhile(lock_all, blocked="b") == {"a"}


def test_accounts_open_in_one_order(abc: Journal) -> None:
    """Whoever opens the same waits for the first of them, in the order of their codes."""
    specs = [AccountSpec(code=code, unit="POINT") for code in ("z", "m", "f")]
    insert = """
        INSERT INTO ledger_account (code, unit_id, normal, purpose)
        SELECT %s, id, 'credit', '' FROM ledger_unit WHERE code = 'POINT'
    """

    def run() -> None:
        try:
            open_accounts(specs)
        finally:
            connection.close()

    with visitor() as blocker, visitor() as watcher:
        blocker.execute(insert, ["m"])
        thread = Thread(target=run)
        thread.start()
        wait_until(lambda: somebody_waits(blocker))
        watcher.execute(insert, ["z"])
        watcher.rollback()
        with pytest.raises(psycopg.errors.LockNotAvailable):
            watcher.execute(insert, ["f"])
        watcher.rollback()
        blocker.rollback()
        thread.join()

    assert Account.objects.filter(code__in="fmz").count() == 3
