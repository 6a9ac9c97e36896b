"""How figures are taken and shown: peer and subject in turn, medians, a table."""

from __future__ import annotations

import os
import platform
import sqlite3
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from math import isnan
from pathlib import Path
from statistics import median

import django
import psycopg

ROUNDS = 5


def in_turn[T](takes: Mapping[str, Callable[[], T]], *, rounds: int = ROUNDS) -> dict[str, list[T]]:
    """Take each figure once a round, A B A B, so that noise of the machine hits all alike."""
    taken: dict[str, list[T]] = {name: [] for name in takes}
    for _round in range(rounds):
        for name, take in takes.items():
            taken[name].append(take())
    return taken


def middle(figures: Sequence[float]) -> float:
    return float(median(figures))


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table that is Markdown as well."""
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    print(f"\n### {title}\n")
    for number, row in enumerate(cells):
        padded = [cell + " " * (widths[at] - _width(cell)) for at, cell in enumerate(row)]
        print(f"| {' | '.join(padded)} |")
        if number == 0:
            print(f"|{'|'.join('-' * (width + 2) for width in widths)}|", flush=True)


def verdict(*, holds: bool) -> str:
    return "holds" if holds else "MISSED"


def machine() -> str:
    """Name the machine and the software, since figures mean nothing without them."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores of {cpu}, {memory_gb:.0f} GB, {platform.system()} "
        f"{platform.release()}; Python {platform.python_version()}, Django {django.__version__}, "
        f"psycopg {psycopg.__version__}, SQLite {sqlite3.sqlite_version}; load before: "
        f"{os.getloadavg()[0]:.1f}"
    )


def _cell(value: object) -> str:
    if isinstance(value, float) and isnan(value):
        return "–"
    if isinstance(value, float):
        return f"{value:.2f}" if value < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
