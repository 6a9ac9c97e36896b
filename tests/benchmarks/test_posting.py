"""Who the books are measured against writes what the books write."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from benchmarks import ledger as bench
from benchmarks.drivers import Driver, connect
from benchmarks.posting.by_hand import AWARDS, Poster
from benchmarks.posting.protocol import WARM_UP, work
from ledger.actions.post_entry import EntrySpec, Move, post_entries
from ledger.checking import wrong_rows
from ledger.models import Account, Entry, Transfer
from tests.conftest import MARKET_DAY

pytestmark = pytest.mark.django_db(transaction=True)

BY_THE_DATABASE = {"id", "posted_at"}
ITS_OWN = {"idempotency_key", "reference", "fingerprint", "happened_at"}


@pytest.fixture(autouse=True)
def thousand() -> None:
    bench.prepare()


@pytest.fixture
def driver() -> Iterator[Driver]:
    found = connect()
    yield found
    found.connection.close()


def last_entries(count: int) -> list[dict[str, object]]:
    rows = Entry.objects.order_by("-pk").values()[:count]
    return [
        {name: value for name, value in row.items() if name not in BY_THE_DATABASE | ITS_OWN}
        for row in rows
    ]


def post_ours(count: int) -> None:
    source, *others = Account.objects.filter(code__startswith="bench/")[: count + 1]
    post_entries(
        [
            EntrySpec(
                kind="benchmark",
                reference=f"ours:{number}",
                idempotency_key=f"ours:{number}",
                happened_at=MARKET_DAY,
                moves=[Move(source, other, 1)],
            )
            for number, other in enumerate(others)
        ]
    )


@pytest.mark.parametrize(
    ("task", "count"), [(Poster.single, 1), (Poster.batch, AWARDS)], ids=["single", "batch"]
)
def test_by_hand_writes_the_rows_of_the_books(
    task: Callable[[Poster], None], count: int, driver: Driver
) -> None:
    post_ours(count)
    by_the_books = last_entries(count)
    before = Entry.objects.count(), Transfer.objects.count()

    task(Poster(driver, "1"))

    assert (Entry.objects.count(), Transfer.objects.count()) == (
        before[0] + count,
        before[1] + count,
    )
    assert last_entries(count) == by_the_books
    assert list(wrong_rows()) == []


def test_an_account_that_everybody_wants_is_there() -> None:
    accounts = Account.objects.filter(code__startswith="bench/")

    assert accounts.count() == bench.ACCOUNTS
    assert Account.objects.get(code="hot").balance == bench.FUNDS
    assert {account.balance for account in accounts} == {bench.FUNDS}


def test_work_counts_what_was_done() -> None:
    done: list[None] = []

    said = work(lambda: done.append(None), 0.01)

    assert said["count"] == len(done) - WARM_UP
    assert float(str(said["seconds"])) >= 0.01
    assert connection.in_atomic_block is False
