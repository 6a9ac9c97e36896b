"""export_books --format beancount: bean-check agrees, and only with the books as they are."""

from __future__ import annotations

import datetime
import re
from itertools import chain
from pathlib import Path

import pytest

from benchmarks.history import write_history
from ledger.actions.close_account import close_account
from ledger.actions.open_account import open_account
from ledger.actions.open_unit import open_unit
from ledger.actions.post_entry import Hold, Move, post_entries
from ledger.actions.reverse_entry import reverse_entry
from ledger.exports.beancount import Names, commodity_of
from ledger.models import Entry, Unit
from ledger.sums import day_of
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account
from tests.ledger.second_opinion import export, objections

TRANSACTION = re.compile(r"\n\d{4}-\d\d-\d\d ([*!]) \"(?:[^\n]+\n)+")
AMOUNTS = {
    "what moved": r"\n  \w[^\n]*  -?([\d.]+) POINT\n    transfer",
    "what moved, on the other side": r"\n  \w[^\n]*  (-?[\d.]+) CNY\n\n",
    "what is on hold": r"\n  Liabilities:OnHold:[^\n]*  ([\d.]+) POINT\n",
    "the smallest coin": r"\n  [^\n]*  \d+\.\d(\d) CNY",
    "what there is at the end": r" balance Liabilities[^\n]*  (-[\d.]+) POINT\n",
    "a fen at the end": r" balance Liabilities[^\n]*  -\d+\.\d(\d) CNY\n",
    "grams at the end": r" balance Equity:Goods[^\n]*  ([\d.]+) BENCH-XM\n",
}


@pytest.fixture
def days(journal: Journal) -> list[datetime.date]:
    """Books with some of everything in them, posted on the last three days."""
    write_history(800, accounts=60, a_day=250)
    journal.post("issued > li 10\nissued > wang 5")
    journal.post("li ~ redeemed 6 lunch\nli ~ redeemed 2 tea\nli ~ redeemed 1 cake")
    journal.post("settle lunch 5\nrelease cake")
    entry = journal.post("drawer > order 905\norder > farmer 900")
    reverse_entry(entry=entry, idempotency_key="undo", reason="typed_wrong", happened_at=MARKET_DAY)
    moments = Entry.objects.order_by("pk").values_list("posted_at", flat=True)
    return sorted({day_of(moment) for moment in moments})


def test_bean_check_agrees_with_the_whole_books(days: object, tmp_path: Path) -> None:
    assert objections(export("beancount"), tmp_path) == ""


def test_bean_check_agrees_with_each_day(days: list[datetime.date], tmp_path: Path) -> None:
    for day in days:
        one_day = export("beancount", first=day, last=day)

        assert objections(one_day, tmp_path) == ""
    assert "opening balance" in one_day
    assert f"{day} balance Equity:OpeningBalances  0.00 CNY" in one_day


def test_days_make_up_the_whole(days: list[datetime.date]) -> None:
    parts = [export("beancount", first=day, last=day) for day in days]

    entries = [re.findall(r"\n  entry: (\d+)", part) for part in parts]
    assert [*chain.from_iterable(entries)] == re.findall(r"\n  entry: (\d+)", export("beancount"))
    assert all(entries)


@pytest.mark.parametrize("which", AMOUNTS)
@pytest.mark.parametrize("pick", [0, -1], ids=["first", "last"])
def test_bean_check_sees_one_changed_byte(
    days: object, tmp_path: Path, which: str, pick: int
) -> None:
    text = export("beancount")
    found = list(re.finditer(AMOUNTS[which], text))[pick]
    last = found.end(1) - 1
    other = "1" if text[last] != "1" else "2"

    assert objections(text[:last] + other + text[last + 1 :], tmp_path)


@pytest.mark.parametrize("flag", ["*", "!"], ids=["moved", "only held"])
def test_bean_check_misses_a_transaction(days: object, tmp_path: Path, flag: str) -> None:
    text = export("beancount")
    dropped = next(found for found in TRANSACTION.finditer(text) if found[1] == flag)

    assert objections(text[: dropped.start()] + text[dropped.end() :], tmp_path)


def test_the_balances_are_those_the_database_keeps(days: object) -> None:
    text = export("beancount")

    assert "balance Liabilities:Li  -5 POINT" in text
    assert "balance Liabilities:OnHold:Li  2 POINT" in text
    assert re.findall(r"\n  Liabilities:Li  (\S+) POINT", text) == ["-10", "5"]
    assert re.findall(r"\n  Liabilities:OnHold:Li  (\S+) POINT", text) == [
        "6",
        "2",
        "1",
        "-6",
        "-1",
    ]


def test_an_entry_carries_its_reference_its_kind_and_what_it_undoes(days: object) -> None:
    undone = Entry.objects.get(idempotency_key="undo")
    blocks = export("beancount").split("\n\n")

    (block,) = [each for each in blocks if f"\n  entry: {undone.pk}\n" in each]
    assert '* "reversal test:1"' in block
    assert f"  reverses: {undone.reverses_id}\n" in block
    assert '  kind: "reversal"\n  reference: "test:1"\n  reason: "typed_wrong"\n' in block


# --- Names ----------------------------------------------------------------------------

CODES = [
    "bank", "Bank", "BANK", "over_short", "over-short", "over--short", "x", "X", "x1", "X1", "1X",
    "1x", "17", "fund", "fund/general", "fund/onhold/general", "OnHold/fund/general", "a.b", "a b",
    "中", "/", "a/", "accountno-17", "AccountNo-17", "-a", "a-", "XM-01", "xm-01", "Xm-01", "XM_01",
]  # fmt: skip


def test_no_two_codes_are_written_alike(db: None) -> None:
    names = Names()

    written = {names.of(number, code, "credit"): code for number, code in enumerate(CODES)}
    held = {names.on_hold(number, code, "credit") for number, code in enumerate(CODES)}
    assert len(written) == len(held) == len(CODES)
    assert not held & written.keys()


UNITS = ["CNY", "KG", "LOWER-lower", "TRUE", "NULL", "X.1", "萝卜", "A", "A-", "S" * 24, "S" * 25]


def test_bean_check_reads_whatever_accounts_and_units_are_called(
    journal: Journal, tmp_path: Path
) -> None:
    """Accounts that are closed are in the file, and those below another one."""
    moves: list[Move | Hold] = []
    for scale, unit in enumerate(UNITS[1:]):
        open_unit(code=unit, name='a "name" \\ of', scale=scale % 4)
        source = open_account(code=f"from/{scale}", unit=unit, normal="debit", floor=None)
        for code in CODES:
            to = open_account(code=f"{code}/{scale}" if scale else code, unit=unit)
            moves += [Move(source, to, 1003), Hold(source, to, 7)]
    post_entries([journal.spec("", moves=moves, reference='a "quoted" \\')])
    close_account(account=account("gone"), closed_at=MARKET_DAY.replace(year=2099))

    text = export("beancount")
    assert objections(text, tmp_path) == ""
    assert 'code: "fund"' in text
    assert "Liabilities:Fund:General" in text
    assert len({commodity_of(unit) for unit in Unit.objects.all()}) == Unit.objects.count()


@pytest.mark.parametrize(
    ("code", "normal", "name"),
    [
        ("bank", "debit", "Assets:Bank"),
        ("rounding", "debit", "Expenses:Rounding"),
        ("order/1042/cny", "credit", "Liabilities:Order:1042:Cny"),
        ("goods/XM-01/stock/12", "credit", "Liabilities:Goods:XM-01:Stock:12"),
        ("goods/XM-01/supplied", "debit", "Equity:Goods:XM-01:Supplied"),
        ("points/redeemed", "credit", "Equity:Points:Redeemed"),
    ],
)
def test_the_chart_has_its_headings(db: None, code: str, normal: str, name: str) -> None:
    assert Names().of(1, code, normal) == name
