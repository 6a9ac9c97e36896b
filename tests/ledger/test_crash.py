"""kill -9: what was acknowledged is in the books, and what was not can be tried again.

On SQLite the writers are killed, on PostgreSQL the server, while they post.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests import templates_of_databases as templates
from tests.ledger.raw import on_postgresql, on_sqlite
from tests.ledger.writers import Writers, database_url
from tests.plugin import TEMPLATE
from tests.postgres import Postgres

PEOPLE = 4
ENOUGH = 60
"""So many entries are acknowledged before the end."""


def killed_after(enough: int, writers: Writers, kill: Callable[[], None]) -> list[str]:
    """Return the keys that writers were told are in the books, until the end came."""
    acknowledged = []
    for line in writers.lines():
        if re.fullmatch(r"\d+:\d+", line):
            acknowledged.append(line)
            if len(acknowledged) == enough:
                kill()
    return acknowledged


def assert_nothing_is_lost(acknowledged: list[str], url: str) -> None:
    said = list(Writers("recover", people=1, steps=PEOPLE, url=url).lines())
    kept = [line.removeprefix("kept ") for line in said if line.startswith("kept ")]
    there = [line.removeprefix("there ") for line in said if line.startswith("there ")]
    steps = 2 + max(int(key.partition(":")[2]) for key in kept)

    assert len(acknowledged) >= ENOUGH
    assert set(acknowledged) <= set(kept)
    assert len(set(kept)) == len(kept)
    assert sorted(there) == sorted(
        f"{person}:{step}" for person in range(PEOPLE) for step in range(steps)
    )
    assert said[len(kept) + len(there) :] == [f"redeemed {2 * PEOPLE * steps}"]


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_writers_that_are_killed_lose_nothing() -> None:
    writers = Writers("run_errands", people=PEOPLE, steps=100_000)
    acknowledged = killed_after(ENOUGH, writers, writers.kill)

    assert_nothing_is_lost(acknowledged, database_url())


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server of its own, which waits for the disk."""
    server = Postgres(careless=False, data=templates.CACHE / f"{templates.key()}.pg.tar")
    yield server
    server.stop()


@on_postgresql
def test_a_server_that_is_killed_loses_nothing(server: Postgres) -> None:
    url = server.url(TEMPLATE)
    writers = Writers("run_errands", people=PEOPLE, steps=100_000, url=url)
    acknowledged = killed_after(ENOUGH, writers, server.crash)

    assert_nothing_is_lost(acknowledged, url)
