"""export_books: CSV and JSON lines add up, no file names anybody, each is of one moment."""

from __future__ import annotations

import csv
import datetime
import json
import re
import tracemalloc
import uuid
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from benchmarks.history import write_history
from ledger.actions.open_account import open_account
from ledger.actions.post_entry import Move, post_entry
from ledger.clock import database_now
from ledger.exports.books import Books, Period, one_snapshot
from ledger.exports.csv_rows import write
from ledger.management.commands.export_books import FORMATS
from ledger.models import Account, Entry, Transfer
from ledger.sums import day_of
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account
from tests.ledger.second_opinion import export, objections
from tests.ledger.test_at_once import at_once

MIDDLE = datetime.timedelta(days=1)


@pytest.fixture
def told(journal: Journal) -> Journal:
    """Some of everything, on the last three days."""
    write_history(800, accounts=60, a_day=250)
    journal.post("issued > li 10\nissued > wang 5")
    journal.post("li ~ redeemed 6 lunch\nli ~ redeemed 2 tea\nli ~ redeemed 1 cake")
    journal.post("settle lunch 5\nrelease cake")
    return journal


def periods() -> list[dict[str, datetime.date]]:
    """The whole, the days until yesterday, yesterday, and the days since."""
    day = day_of(database_now()) - MIDDLE
    return [{}, {"last": day}, {"first": day, "last": day}, {"first": day}]


# --- CSV ------------------------------------------------------------------------------


def sums_of_rows(rows: list[dict[str, str]], records: set[str]) -> Counter[tuple[str, ...]]:
    """Add up debits less credits of posted and held, by account and unit."""
    sums: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        if row["record"] in records:
            for column in ("amount", "held"):
                if row["debit"]:
                    sums[row["debit"], row["unit"], column] += int(row[column])
                if row["credit"]:
                    sums[row["credit"], row["unit"], column] -= int(row[column])
    return Counter({key: total for key, total in sums.items() if total})


def test_the_rows_of_a_table_add_up(told: Journal) -> None:
    for period in periods():
        rows = list(csv.DictReader(StringIO(export("csv", **period))))

        added = sums_of_rows(rows, {"opening", "transfer"})
        assert added == sums_of_rows(rows, {"closing"})
        assert len(added) > 20
    assert {row["record"] for row in rows} == {"opening", "transfer", "closing"}


def test_a_table_has_every_transfer_once(told: Journal) -> None:
    rows = list(csv.DictReader(StringIO(export("csv"))))

    numbers = [int(row["transfer"]) for row in rows if row["record"] == "transfer"]
    assert numbers == list(Transfer.objects.order_by("entry", "line").values_list("pk", flat=True))


def test_no_cell_is_a_formula(journal: Journal) -> None:
    post_entry(
        kind="story", reference='=HYPERLINK("x")', idempotency_key="evil", happened_at=MARKET_DAY,
        moves=[Move(account("issued"), account("@li"), 1)],
    )  # fmt: skip

    (row, *_) = csv.DictReader(StringIO(export("csv")))
    assert (row["reference"], row["credit"]) == ('\'=HYPERLINK("x")', "'@li")


# --- JSON lines -----------------------------------------------------------------------


def added_up(records: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Add the transfers to what the accounts began with."""
    totals = {
        each["code"]: [each[f"{side}_{what}"] for what in ("posted", "pending") for side in SIDES]
        for each in records
        if each["record"] == "account"
    }
    for transfer in transfers_in(records):
        posted = transfer["amount"] if transfer["phase"] in {"single", "post"} else 0
        held = transfer["amount"] if transfer["phase"] == "hold" else -(transfer["held"] or 0)
        for place, side in enumerate(("debit", "credit")):
            totals[transfer[side]][place] += posted
            totals[transfer[side]][place + 2] += held
    return totals


SIDES = ("debits", "credits")


def transfers_in(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        transfer
        for record in records
        if record["record"] == "entry"
        for transfer in record["transfers"]
    ]


def test_lines_of_json_add_up(told: Journal) -> None:
    for period in periods():
        records = [json.loads(line) for line in export("jsonl", **period).splitlines()]

        closing = {
            each["code"]: [
                each[f"{side}_{what}"] for what in ("posted", "pending") for side in SIDES
            ]
            for each in records
            if each["record"] == "closing"
        }
        assert added_up(records) == closing
        assert records[0]["from"] == (str(period["first"]) if "first" in period else None)
    assert any(totals[2] for totals in closing.values())


def test_json_says_what_is_known_of_an_entry(told: Journal) -> None:
    records = [json.loads(line) for line in export("jsonl").splitlines()]
    entries = [each for each in records if each["record"] == "entry"]

    assert [each["id"] for each in entries] == list(
        Entry.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert entries[-1]["reference"] == "test:1"
    assert entries[-1]["transfers"] == [
        {"id": told.holds["lunch"].pk + 3, "line": 1, "debit": "li", "credit": "redeemed",
         "amount": 5, "phase": "post", "resolves": told.holds["lunch"].pk, "held": 6},
        {"id": told.holds["lunch"].pk + 4, "line": 2, "debit": "li", "credit": "redeemed",
         "amount": 1, "phase": "void", "resolves": told.holds["cake"].pk, "held": 1},
    ]  # fmt: skip


# --- Names nobody ---------------------------------------------------------------------


def persons_named(text: str, books_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    text = text.lower()
    return [each for each in books_ids if str(each) in text or each.hex in text]


@pytest.mark.parametrize("form", FORMATS)
def test_no_file_names_anybody(journal: Journal, form: str) -> None:
    ada, bo, cai, dan = (uuid.uuid4() for _ in range(4))
    wallets = [
        open_account(code=f"points/member/{ada}/2026", unit="POINT", owner_ref=ada),
        open_account(code=f"points/member/{bo.hex.upper()}/2026", unit="POINT", owner_ref=bo),
    ]
    post_entry(
        kind="award_points", reference=f"member:{ada}", idempotency_key=f"award:{ada}",
        happened_at=MARKET_DAY, actor_ref=cai, approver_ref=dan, needs_four_eyes=True,
        moves=[Move(account("issued"), wallet, 5) for wallet in wallets],
    )  # fmt: skip

    text = export(form)

    assert persons_named(text, [ada, bo, cai, dan]) == []
    assert re.search("[0-9a-f]{32}", text) is None
    assert len(set(re.findall("p-[a-z2-7]{12}", text))) == 4


def test_a_person_is_called_the_same_in_a_whole_file_and_otherwise_in_the_next(
    journal: Journal,
) -> None:
    ada = uuid.uuid4()
    wallet = open_account(code=f"points/member/{ada.hex}/2026", unit="POINT", owner_ref=ada)
    post_entry(
        kind="award_points", reference=f"member:{ada}", idempotency_key="award",
        happened_at=MARKET_DAY, moves=[Move(account("issued"), wallet, 5)], actor_ref=ada,
    )  # fmt: skip

    first, second = (set(re.findall("p-[a-z2-7]{12}", export("jsonl"))) for _ in range(2))

    assert len(first) == len(second) == 1
    assert first != second


# --- One moment -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_of_one_moment(form: str, tmp_path: Path) -> None:
    """What others post meanwhile is not in it, and nobody has to wait for it."""
    journal = Journal()
    for _ in range(20):
        journal.post("issued > li 1")
    issued, li = account("issued"), account("li")

    def post_late() -> None:
        post_entry(
            kind="late", reference="late:1", idempotency_key="late", happened_at=MARKET_DAY,
            moves=[Move(issued, li, 1)],
        )  # fmt: skip

    with one_snapshot():
        lines = FORMATS[form](Books(Period(), database_now()))
        begun = [next(lines) for _ in range(3)]
        at_once([post_late])
        text = "\n".join([*begun, *lines])

    assert "late:1" not in text
    assert "late:1" in export(form)
    if form == "beancount":
        assert "balance Liabilities:Li  -20 POINT" in text
        assert objections(text, tmp_path) == ""


def peak_kb() -> float:
    tracemalloc.start()
    for _line in write(Books(Period(), database_now())):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1024


def test_a_long_history_takes_no_more_memory(journal: Journal) -> None:
    write_history(4_000, accounts=40)
    peak_kb()
    short = peak_kb()
    write_history(16_000, accounts=40)

    assert peak_kb() < short * 1.2


# --- The command ----------------------------------------------------------------------


def test_a_file_is_written_whole_or_not_at_all(told: Journal, tmp_path: Path) -> None:
    call_command("export_books", format="csv", output=tmp_path / "books.csv")

    assert [path.name for path in tmp_path.iterdir()] == ["books.csv"]
    assert (tmp_path / "books.csv").read_text().count("\n") == export("csv").count("\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from=2026-11-22", "--to=2026-11-21"], "The first day comes after the last"),
        (["--from=yesterday"], "yesterday is no day; write it as 2026-11-21"),
        (["--output=/nowhere/books.csv"], "/nowhere/books.csv cannot be written: No such file"),
    ],
)
def test_what_cannot_be_is_refused(db: None, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("export_books", "--format=csv", *arguments)


def test_empty_books_are_a_file_too(db: None, tmp_path: Path) -> None:
    assert objections(export("beancount"), tmp_path) == ""
    assert export("csv").splitlines()[1:] == []
    assert not Account.objects.exists()
