"""post_entry: one call a transaction, and what a call costs."""

from __future__ import annotations

import datetime
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger.actions.post_entry import (
    Move,
    Release,
    Settle,
    post_entries,
)
from ledger.models import Entry, Transfer
from ledger.refusals import (
    NotEnough,
    SecondCall,
)
from tests.ledger.journal import Journal, account, balances

ADA, BO = UUID(int=1), UUID(int=2)
DAY = datetime.timedelta(days=1)


@transaction.atomic
def post_twice(journal: Journal) -> None:
    journal.post("issued > li 1")
    journal.post("issued > li 1")


@transaction.atomic
def post_and_fail(journal: Journal) -> None:
    journal.post("issued > li 1")
    raise RuntimeError


@transaction.atomic
def post_inside_and_again(journal: Journal) -> None:
    with transaction.atomic():
        journal.post("issued > li 1")
    journal.post("issued > li 1")


def test_a_transaction_calls_once(journal: Journal) -> None:
    with pytest.raises(SecondCall):
        post_twice(journal)

    assert not Entry.objects.exists()


def test_an_inner_block_is_the_same_transaction(journal: Journal) -> None:
    with pytest.raises(SecondCall):
        post_inside_and_again(journal)


def test_a_refused_call_does_not_count(journal: Journal) -> None:
    with transaction.atomic():
        with pytest.raises(NotEnough):
            journal.post("li > redeemed 1")
        journal.post("issued > li 2")

    assert balances()["li"] == 2


def test_a_call_that_was_rolled_back_does_not_count(journal: Journal) -> None:
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            post_and_fail(journal)
        journal.post("issued > li 2")

    assert balances()["li"] == 2


@pytest.mark.django_db(transaction=True)
def test_each_transaction_calls_once(journal: Journal) -> None:
    for _ in range(2):
        with transaction.atomic():
            journal.post("issued > li 1")
    with pytest.raises(RuntimeError):
        post_and_fail(journal)
    with pytest.raises(SecondCall):
        post_twice(journal)
    journal.post("issued > li 1")
    journal.post("issued > li 1")

    assert balances()["li"] == 4


# --- What it costs --------------------------------------------------------------------


def statements(queries: CaptureQueriesContext) -> list[str]:
    """Return what was executed, without the beginning and end of transactions."""
    words = [query["sql"].split(maxsplit=1)[0] for query in queries.captured_queries]
    return [word for word in words if word not in {"BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"}]


def of_posting() -> list[str]:
    """Return what posting executes: all at once where the engine can."""
    in_steps = ["SELECT", "SELECT", "INSERT", "INSERT"]
    return ["WITH"] if connection.vendor == "postgresql" else in_steps


@pytest.mark.parametrize("lines", [1, 3, 30])
def test_moves_cost_four_statements_at_most(lines: int, journal: Journal) -> None:
    spec = journal.spec("\n".join(f"issued > wallet{n} 1" for n in range(lines)))
    journal.post("issued > li 1")

    with CaptureQueriesContext(connection) as queries:
        post_entries([spec])

    assert statements(queries) == of_posting()


def test_resolving_holds_costs_no_more(journal: Journal) -> None:
    journal.post("issued ~ li 6 lunch\nissued ~ li 2 tea")
    holds = Transfer.objects.order_by("line")
    moves = [Settle(hold=holds[0], amount=5), Release(hold=holds[1])]
    spec = journal.spec("settle lunch", moves=moves)

    with CaptureQueriesContext(connection) as queries:
        post_entries([spec])

    assert statements(queries) == of_posting()


def test_entries_posted_together_cost_no_more(journal: Journal) -> None:
    specs = [journal.spec(f"issued > wallet{n} 1") for n in range(10)]
    journal.post("issued > li 1")

    with CaptureQueriesContext(connection) as queries:
        post_entries(specs)

    assert statements(queries) == of_posting()


def test_a_replay_costs_what_steps_cost(journal: Journal) -> None:
    journal.post("issued > li 1", idempotency_key="once")
    spec = journal.spec("issued > li 1", idempotency_key="once")

    with CaptureQueriesContext(connection) as queries:
        post_entries([spec])

    refused = ["WITH", "ROLLBACK"] if connection.vendor == "postgresql" else []
    assert statements(queries) == [*refused, *["SELECT"] * 4]


def test_more_lines_than_one_statement_takes(journal: Journal) -> None:
    issued, li = account("issued"), account("li")
    moves = [Move(issued, li, 1)] * 1001

    (entry,) = post_entries([journal.spec("issued > li 1", moves=moves)])

    assert [transfer.line for transfer in entry.made_transfers] == list(range(1, 1002))
    assert Transfer.objects.count() == 1001
    assert balances()["li"] == 1001
