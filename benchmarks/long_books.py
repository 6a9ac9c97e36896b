"""Books with a long history: what a question costs after a thousand transfers and a million.

Run once for each size, the smallest first; each run leaves its figures for the last, which
prints them beside each other.
"""

from __future__ import annotations

import datetime
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from math import nan
from pathlib import Path

from django.db import connection

from benchmarks.figures import in_turn, middle, table, verdict
from benchmarks.history import write_history
from benchmarks.posting.processes import HORDAK, Posters, peer_with_database
from ledger.actions.close_days import close_days
from ledger.clock import database_now
from ledger.models import Account, Transfer
from ledger.queries import balance
from ledger.statements import balance_at, statement_of_days, trial_balance

SIZES = (1_000, 10_000, 1_000_000)
"""Half a day, five days, and a year and a half, at the same number of transfers a day."""
NOW = "balance now"
FLAT_MOST = 1.2
CHECK_SECONDS_MOST = 60
EXPORT_SECONDS_MOST = 120
EXPORT_MB_MOST = 300
SLICE_SECONDS = 1.0
FORMATS = ("beancount", "csv", "jsonl")


def main(transfers: int) -> None:
    write_history(transfers)
    close_days(now=database_now())
    figures = Path(os.environ["BENCH_FOLDER"]) / f"{connection.vendor}-reading.json"
    known = json.loads(figures.read_text()) if figures.exists() else {}
    known[str(transfers)] = _reading()
    figures.write_text(json.dumps(known))
    if transfers == SIZES[-1]:
        _show_reading(known)
        if connection.vendor == "postgresql":
            _show_hordak()
        _show_whole()


def _reading() -> dict[str, float]:
    """Return milliseconds of each question about the account with most transfers."""
    account = Account.objects.get(code=_busiest())
    now = database_now()
    today = now.date()
    yesterday = today - datetime.timedelta(days=1)
    questions: dict[str, Callable[[], object]] = {
        NOW: partial(balance, account),
        "balance at noon yesterday": partial(balance_at, account, now - datetime.timedelta(days=1)),
        "a page of its statement": partial(statement_of_days, account, yesterday, today),
        "trial balance of yesterday": partial(trial_balance, yesterday),
    }
    takes = {name: partial(_milliseconds, question) for name, question in questions.items()}
    return {name: middle(figures) for name, figures in in_turn(takes).items()}


def _busiest() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code FROM ledger_account a JOIN ledger_transfer t ON t.credit_id = a.id "
            "GROUP BY a.code ORDER BY count(*) DESC, a.code LIMIT 1"
        )
        code: str = cursor.fetchone()[0]
    return code


def _milliseconds(question: Callable[[], object]) -> float:
    """Ask for a second, and return what one asking took."""
    question()
    count, began = 0, time.perf_counter()
    while time.perf_counter() < began + SLICE_SECONDS:
        question()
        count += 1
    return 1000 * (time.perf_counter() - began) / count


def _show_reading(known: dict[str, dict[str, float]]) -> None:
    half_a_day, five_days, many = (known[str(size)] for size in SIZES)
    rows = []
    for name, milliseconds in many.items():
        # Half a day has no yesterday to ask for.
        few = half_a_day[name] if name == NOW else five_days[name]
        rows.append(
            [
                name,
                half_a_day[name] if name == NOW else nan,
                five_days[name],
                milliseconds,
                milliseconds / few,
                FLAT_MOST,
                verdict(holds=milliseconds <= FLAT_MOST * few),
            ]
        )
    table(
        f"Milliseconds of a question: {connection.display_name}",
        ["", *(f"{size:,} transfers" for size in SIZES), "ratio", "at most", "bar"],
        rows,
    )


def _show_hordak() -> None:
    """Show what the same two histories of one account cost a ledger that adds up when asked."""
    with Posters(peer_with_database(HORDAK, "history"), 1) as posters:
        taken = in_turn(
            {task: partial(posters.take, task, SLICE_SECONDS) for task in ("read_few", "read_many")}
        )
    few, many = (middle([each.p50_ms for each in figures]) for figures in taken.values())
    table(
        f"Milliseconds of a balance: {HORDAK.title}",
        [f"{SIZES[0]:,} transfers", f"{SIZES[-1]:,} transfers", "ratio"],
        [[few, many, many / few]],
    )


def _show_whole() -> None:
    """Check and export all of it, as the commands do: in processes of their own."""
    rows = [_command_row("check_books", [], CHECK_SECONDS_MOST)]
    output = Path(os.environ["BENCH_FOLDER"]) / "books"
    for form in FORMATS:
        arguments = ["--format", form, "--output", str(output)]
        rows.append(_command_row("export_books", arguments, EXPORT_SECONDS_MOST))
    table(
        f"{Transfer.objects.count():,} transfers, all of them: {connection.display_name}",
        ["", "seconds", "at most", "MB of memory", "bar"],
        rows,
    )


def _command_row(name: str, arguments: list[str], seconds_most: int) -> list[object]:
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "manage.py", name, *arguments], check=True, stdout=subprocess.DEVNULL
    )
    seconds = time.monotonic() - began
    # Of the largest process so far, so the smallest come first.
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    holds = seconds <= seconds_most and megabytes <= EXPORT_MB_MOST
    return [
        " ".join([name, *arguments[1:2]]),
        seconds,
        seconds_most,
        megabytes,
        verdict(holds=holds),
    ]


if __name__ == "__main__":
    main(int(sys.argv[1]))
