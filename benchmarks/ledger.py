"""Entries a second: the books beside other ledgers, and beside what SQL by hand can do.

Every figure is of processes with a connection each, that move a little between two of a
thousand accounts; subject and peers take turns, and what counts is the middle of five rounds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from types import MappingProxyType

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.figures import in_turn, middle, table, verdict
from benchmarks.posting import pgbench
from benchmarks.posting.processes import (
    DJANGO_LEDGER,
    HORDAK,
    Figure,
    Posters,
    Subject,
    peer_with_database,
)
from ledger.actions.open_account import AccountSpec, open_accounts
from ledger.actions.post_entry import Move, post_entry
from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account

ACCOUNTS = 1000
FUNDS = 10**9
SLICE_SECONDS = 2.0
OF_HORDAK_LEAST = 2.5
OF_HAND_LEAST = {"postgresql": 0.45, "sqlite": 0.5}
BATCH_OF_HAND_LEAST = 0.6
CPU_OF_HAND_MOST = 3
STATEMENTS_MOST = 4
CROWD = 8
HOT_CLIENTS = (1, 8, 32)
MARKS = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK", "PRAGMA")


def main() -> None:
    prepare()
    _show_statements()
    subjects = [
        Subject("the books", [sys.executable, "-m", "benchmarks.posting.ours"], dict(os.environ)),
        Subject(
            "SQL by hand", [sys.executable, "-m", "benchmarks.posting.by_hand"], dict(os.environ)
        ),
    ]
    if connection.vendor == "postgresql":
        peers = [peer_with_database(peer) for peer in (HORDAK, DJANGO_LEDGER)]
        for clients in (1, 4):
            limits = {
                title: partial(pgbench.take, script, clients, SLICE_SECONDS)
                for title, script in pgbench.SCRIPTS.items()
            }
            _show_single(_take("single", clients, [*subjects, *peers], limits), clients)
        _show_batch(_take("batch", 1, subjects))
        _show_hot_account(subjects[0])
    else:
        _show_single(_take("single", 1, subjects), 1)
        _show_batch(_take("batch", 1, subjects))
        _show_crowd(subjects[0])
    wrong = [str(row) for row in wrong_rows()]
    print(f"\nWrong rows in the books afterwards: {len(wrong)} {wrong[:3]}")


def prepare() -> None:
    """Open a thousand accounts with points in them, and one that everybody wants."""
    codes = [f"bench/{number}" for number in range(ACCOUNTS)] + ["hot"]
    specs = [AccountSpec(code, "POINT") for code in codes]
    accounts = open_accounts([AccountSpec("world", "POINT", floor=None), *specs])
    post_entry(
        kind="benchmark",
        reference="prepare",
        idempotency_key="prepare",
        happened_at=database_now(),
        moves=[Move(accounts["world"], accounts[code], FUNDS) for code in codes],
    )


def _take(
    task: str,
    clients: int,
    subjects: list[Subject],
    beside: Mapping[str, Callable[[], Figure]] = MappingProxyType({}),
) -> dict[str, list[Figure]]:
    with ExitStack() as stack:
        takes = dict(beside)
        for subject in subjects:
            posters = Posters(subject, clients)
            stack.enter_context(posters)
            takes[subject.title] = partial(posters.take, task, SLICE_SECONDS)
        return in_turn(takes)


def _show_statements() -> None:
    one, other = Account.objects.filter(code__startswith="bench/")[:2]
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            post_entry(
                kind="benchmark",
                reference="count",
                idempotency_key=f"count:{number}",
                happened_at=database_now(),
                moves=[Move(one, other, 1)],
            )
        counts.append(sum(not query["sql"].startswith(MARKS) for query in queries))
    # The clock is asked by whoever calls, here by us.
    count = counts[-1] - 1
    print(
        f"\nSQL statements of one entry besides BEGIN and COMMIT: {count} "
        f"(at most {STATEMENTS_MOST}: {verdict(holds=count <= STATEMENTS_MOST)})."
    )


def _show_single(taken: dict[str, list[Figure]], clients: int) -> None:
    ours, by_hand, *others = [title for title in taken if title not in pgbench.SCRIPTS]
    rate = {title: middle([each.a_second for each in figures]) for title, figures in taken.items()}
    cpu = {title: middle([each.cpu_ms for each in figures]) for title, figures in taken.items()}
    p99 = {title: middle([each.p99_ms for each in figures]) for title, figures in taken.items()}
    table(
        f"Entries a second, {clients} {'client' if clients == 1 else 'clients'}: "
        f"{connection.display_name}",
        ["", "a second", "the books to it", "CPU ms", "the books' CPU to it", "p99 ms"],
        [
            [
                title,
                rate[title],
                rate[ours] / rate[title],
                cpu[title],
                cpu[ours] / cpu[title],
                p99[title],
            ]
            for title in taken
        ],
    )
    least = OF_HAND_LEAST[connection.vendor]
    held = {
        f">= {least} of SQL by hand": rate[ours] >= least * rate[by_hand],
        f"CPU <= {CPU_OF_HAND_MOST} x SQL by hand": cpu[ours] <= CPU_OF_HAND_MOST * cpu[by_hand],
    }
    if others:
        held[f">= {OF_HORDAK_LEAST} x {others[0]}"] = (
            rate[ours] >= OF_HORDAK_LEAST * rate[others[0]]
        )
    _show_bars(held)


def _show_batch(taken: dict[str, list[Figure]]) -> None:
    ours, by_hand = taken
    rate = {title: middle([each.a_second for each in figures]) for title, figures in taken.items()}
    table(
        f"Batches of 50 entries a second, 1 client: {connection.display_name}",
        ["", "a second", "the books to it"],
        [[title, rate[title], rate[ours] / rate[title]] for title in taken],
    )
    _show_bars(
        {
            f">= {BATCH_OF_HAND_LEAST} of SQL by hand": rate[ours]
            >= BATCH_OF_HAND_LEAST * rate[by_hand]
        }
    )


def _show_hot_account(ours: Subject) -> None:
    rows: list[list[object]] = []
    for clients in HOT_CLIENTS:
        with Posters(ours, clients) as posters:
            takes = {task: partial(posters.take, task, SLICE_SECONDS) for task in ("hot", "single")}
            taken = in_turn(takes, rounds=3)
        middles = {
            task: middle([each.a_second for each in figures]) for task, figures in taken.items()
        }
        p99 = middle([each.p99_ms for each in taken["hot"]])
        rows.append([clients, middles["hot"], p99, middles["single"]])
    table(
        f"One account that everybody wants: {connection.display_name}",
        ["clients", "entries a second", "p99 ms", "among 1,000 accounts"],
        rows,
    )


def _show_crowd(ours: Subject) -> None:
    """Let eight processes write at once: whoever is told "database is locked" stops the run."""
    with Posters(ours, CROWD) as posters:
        taken = in_turn({"single": partial(posters.take, "single", SLICE_SECONDS)})["single"]
    table(
        f"{CROWD} processes at once, none told “database is locked”: {connection.display_name}",
        ["entries a second", "p50 ms", "p99 ms", "slowest ms"],
        [
            [
                middle([each.a_second for each in taken]),
                middle([each.p50_ms for each in taken]),
                middle([each.p99_ms for each in taken]),
                max(each.slowest_ms for each in taken),
            ]
        ],
    )


def _show_bars(held: dict[str, bool]) -> None:
    print("\n" + "; ".join(f"{bar}: {verdict(holds=holds)}" for bar, holds in held.items()))


if __name__ == "__main__":
    main()
