"""`manage.py export_books`: the books as a file for another program, naming nobody."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable, Iterator
from itertools import batched
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from ledger.clock import database_now
from ledger.exports import beancount, csv_rows, json_lines
from ledger.exports.books import Books, Period, one_snapshot

FORMATS: dict[str, Callable[[Books], Iterator[str]]] = {
    "beancount": beancount.write,
    "csv": csv_rows.write,
    "jsonl": json_lines.write,
}
LINES_AT_ONCE = 1_000


class Command(BaseCommand):
    help = (
        "Write accounts, entries and balances to a file. The days are those of posting, in the "
        "time zone of the site; people are called p-… in it, differently in each file."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, required=True)
        parser.add_argument("--from", dest="first", type=_day, help="the first day, as 2026-11-21")
        parser.add_argument("--to", dest="last", type=_day, help="the last day")
        parser.add_argument("--output", type=Path, help="a file; left out, it is shown")

    def handle(self, *_args: Any, **asked: Any) -> None:
        period = Period(asked["first"], asked["last"])
        if period.first and period.last and period.first > period.last:
            raise CommandError("The first day comes after the last: change --from or --to.")
        output: Path | None = asked["output"]
        if output is None:
            self._write(asked["format"], period, self.stdout)
            return
        # A file that is cut off does not look like a whole one.
        unfinished = output.with_name(f"{output.name}.unfinished")
        try:
            with unfinished.open("w", encoding="utf-8", newline="\n") as file:
                self._write(asked["format"], period, file)
            unfinished.replace(output)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error

    def _write(self, form: str, period: Period, file: IO[str] | OutputWrapper) -> None:
        with one_snapshot():
            lines = FORMATS[form](Books(period, database_now()))
            for some in batched(lines, LINES_AT_ONCE, strict=False):
                file.write("\n".join(some) + "\n")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day; write it as 2026-11-21") from error
