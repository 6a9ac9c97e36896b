"""one_statement: what is posted at once is what the steps would have posted."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from ledger import one_statement
from ledger.actions.post_entry import EntrySpec, Hold, Move, Release, Settle, post_entries
from ledger.models import Entry, Transfer
from ledger.refusals import NotEnough
from ledger.testing import assert_books_balance
from tests.ledger.journal import Journal, account, balances
from tests.ledger.raw import on_postgresql

pytestmark = pytest.mark.django_db


def columns(row: Entry | Transfer) -> dict[str, Any]:
    """Return every column of a row, those that no form shows as well."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_what_is_returned_is_what_stands_in_the_books(journal: Journal, both_ways: None) -> None:
    issued, li = account("issued"), account("li")
    (held,) = post_entries([journal.spec("", moves=[Move(issued, li, 9), Hold(issued, li, 5)])])
    lunch = held.made_transfers[1]

    made = post_entries(
        [
            journal.spec("", moves=[Settle(lunch, amount=2), Move(issued, li, 40_000)]),
            journal.spec("", moves=[Move(li, issued, 70_000 - 40_000)], reason="mistake"),
        ]
    )

    for entry in [held, *made]:
        stored = Entry.objects.get(pk=entry.pk)
        assert columns(entry) == columns(stored)
        assert model_to_dict(entry) == model_to_dict(stored)
        assert [columns(each) for each in entry.made_transfers] == [
            columns(each) for each in stored.transfers.order_by("line")
        ]
        assert all(each.entry is entry for each in entry.made_transfers)


def test_moves_apply_in_the_order_given_across_entries(journal: Journal, both_ways: None) -> None:
    """Each is checked against its floor at once, so what came in can be spent by the next."""
    chain = [journal.spec(f"{a} > {b} 5") for a, b in ("ab", "bc", "cd")]
    first = journal.spec("issued > a 5")

    made = post_entries([first, *chain])

    assert balances() == {"issued": 5, "a": 0, "b": 0, "c": 0, "d": 5}
    assert [entry.pk for entry in made] == sorted(entry.pk for entry in made)
    with pytest.raises(NotEnough), transaction.atomic():
        post_entries([journal.spec("d > e 1"), journal.spec("f > d 1")])
    assert balances()["d"] == 5


@on_postgresql
def test_a_refusal_is_explained_by_the_steps(journal: Journal) -> None:
    journal.post("issued > li 3")

    with (
        CaptureQueriesContext(connection) as queries,
        pytest.raises(NotEnough) as refusal,
    ):
        post_entries([journal.spec("li > redeemed 4")])

    assert (refusal.value.available, refusal.value.needed) == (3, 4)
    insertions = [query for query in queries if "INSERT INTO ledger_transfer" in query["sql"]]
    assert len(insertions) == 2
    assert balances()["li"] == 3


def test_a_refusal_leaves_what_was_done_before_it(journal: Journal) -> None:
    li, redeemed = account("li"), account("redeemed")

    with transaction.atomic():
        before = Entry.objects.count()
        with pytest.raises(NotEnough):
            post_entries([journal.spec("", moves=[Move(li, redeemed, 1)])])
        post_entries([journal.spec("issued > li 1")])

    assert Entry.objects.count() == before + 1
    assert_books_balance()


@on_postgresql
def test_it_is_prepared_once_whatever_the_size_of_its_numbers(journal: Journal) -> None:
    """By the size of a number psycopg tells its type, and prepares a statement for each."""
    issued, li = account("issued"), account("li")
    raw = connection.connection

    for amount in (1, 300, 70_000, 5_000_000_000, 1, 300, 70_000, 5_000_000_000):
        post_entries([journal.spec("", moves=[Move(issued, li, amount)])])

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%locked%'"
        )
        assert cursor.fetchone() == (1,)
    assert raw is connection.connection


@on_postgresql
def test_what_is_too_long_goes_in_steps(journal: Journal) -> None:
    issued, li = account("issued"), account("li")
    longest = one_statement.VALUES_MOST // (2 + len(one_statement.LINE_TYPES))
    short, long = (
        journal.spec("", moves=[Move(issued, li, 1)] * lines) for lines in (longest - 1, longest)
    )

    assert first_words(short) == ["WITH"]
    assert first_words(long)[:2] == ["SELECT", "SELECT"]
    assert balances()["li"] == 2 * longest - 1


def first_words(spec: EntrySpec) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        post_entries([spec])
    words = [query["sql"].split(maxsplit=1)[0] for query in queries]
    return [word for word in words if word not in {"SAVEPOINT", "RELEASE"}]


def test_a_hold_can_be_resolved_beside_a_new_one(journal: Journal, both_ways: None) -> None:
    """As where an order is shortened: the old hold goes first, or there is not enough."""
    journal.post("issued > li 5")
    li, redeemed = account("li"), account("redeemed")
    (held,) = post_entries([journal.spec("", moves=[Hold(li, redeemed, 5)])])

    (made,) = post_entries(
        [journal.spec("", moves=[Release(held.made_transfers[0]), Hold(li, redeemed, 4)])]
    )

    assert [each.phase for each in made.made_transfers] == ["void", "hold"]
    assert_books_balance()


class Deadlock(Exception):
    sqlstate = "40P01"


@on_postgresql
def test_after_a_deadlock_the_steps_try_again(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = journal.spec("issued > li 1")
    meet_somebody(monkeypatch, Deadlock())

    post_entries([spec])

    assert balances()["li"] == 1


@on_postgresql
@pytest.mark.parametrize("cause", [Deadlock(), ConnectionError()])
def test_but_not_inside_a_transaction_or_when_the_database_is_away(
    cause: Exception, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = journal.spec("issued > li 1")
    meet_somebody(monkeypatch, cause)

    with pytest.raises(OperationalError), transaction.atomic():
        post_entries([spec])

    assert not Entry.objects.exists()


def meet_somebody(monkeypatch: pytest.MonkeyPatch, cause: Exception) -> None:
    """Let the one statement fail as it does when two calls wait for each other."""

    def fail(*_: Any) -> None:
        raise OperationalError from cause

    monkeypatch.setattr(one_statement, "post_new", fail)
