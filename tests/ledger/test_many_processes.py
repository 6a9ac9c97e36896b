"""post_entry from many processes at once: all posts or refuses, and nobody waits for ever."""

from __future__ import annotations

import pytest
from django.db import connection

from ledger.models import Entry
from ledger.testing import assert_books_balance
from tests.ledger.journal import Journal, balances
from tests.ledger.raw import on_postgresql
from tests.ledger.writers import Writers, database_url, open_accounts

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 12 if connection.vendor == "postgresql" else 8


def deadlocks() -> int:
    """Return how often PostgreSQL had to end one of two who waited for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (count,) = cursor.fetchone()
    return int(count)


def test_many_processes_trade_and_nothing_is_lost() -> None:
    """Two to four lines over a few accounts: no deadlock, and no “database is locked”."""
    outcome = Writers("trade", people=PEOPLE, steps=25).outcome()

    assert outcome.keys() == {"posted", "NotEnough"}
    assert outcome.total() == PEOPLE * 25
    assert Entry.objects.count() == outcome["posted"]
    assert_books_balance()
    if connection.vendor == "postgresql":
        assert deadlocks() == 0


@on_postgresql
def test_without_locks_in_order_they_wait_for_each_other() -> None:
    """The control: half of them lock the highest account first."""
    impatient = f"{database_url()}&options=-c%20deadlock_timeout%3D10ms"

    outcome = Writers("trade_out_of_order", people=6, steps=10, url=impatient).outcome()

    assert outcome["OperationalError"] > 0
    assert deadlocks() > 0
    assert_books_balance()


def test_no_process_spends_a_point_twice(journal: Journal) -> None:
    open_accounts()
    journal.post("issued > wallet0 10")

    outcome = Writers("redeem", people=PEOPLE, steps=1).outcome()

    assert outcome == {"posted": 3, "NotEnough": PEOPLE - 3}
    assert balances()["wallet0"] == 1
    assert_books_balance()
