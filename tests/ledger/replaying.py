"""The journal of some books as plain lines, and books made anew from such lines.

Run in a process of its own it does so on another database, of either engine: `tell` tells a
story and writes its journal, `replay` reads a journal; both write the totals at the end.
"""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from typing import Any

from ledger.actions.close_account import close_account
from ledger.actions.open_account import open_account
from ledger.actions.open_unit import open_unit
from ledger.actions.post_entry import (
    EntrySpec,
    Hold,
    Move,
    Operation,
    Release,
    Settle,
    post_entries,
)
from ledger.fuzzing.story import Story
from ledger.fuzzing.teller import Teller
from ledger.models import Account, Entry, Transfer, Unit
from tests.ledger.writers import ROOT

START = "import django; django.setup(); from tests.ledger.replaying import main; main()"

type Books = dict[str, Any]


def main() -> None:
    """Do what the first word says, and write journal and totals as one line."""
    if sys.argv[1] == "tell":
        tell(seed=int(sys.argv[2]), steps=int(sys.argv[3]))
    else:
        replay(json.load(sys.stdin))
    sys.stdout.write(json.dumps({"journal": journal(), "totals": totals()}))


def elsewhere(url: str, *words: str, given: Books | None = None) -> Books:
    """Do this on the database at an address; returns its journal and its totals."""
    done = subprocess.run(
        [sys.executable, "-c", START, *words],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    books: Books = json.loads(done.stdout)
    return books


def tell(*, seed: int, steps: int) -> None:
    story = Story(Teller("1"), seed)
    for _ in range(steps):
        story.step()


def totals() -> dict[str, list[int]]:
    """Return the four totals of each account, by code."""
    columns = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
    return {
        code: list(figures)
        for code, *figures in Account.objects.order_by("code").values_list("code", *columns)
    }


def journal() -> Books:
    """Return units, accounts and entries, with no number that a database has given."""
    return {
        "units": list(Unit.objects.order_by("code").values("code", "name", "scale")),
        "accounts": [
            {
                "code": account.code,
                "unit": account.unit.code,
                "normal": account.normal,
                "floor": account.floor,
                "expires_on": account.expires_on and account.expires_on.isoformat(),
                "closed": account.closed_at is not None,
            }
            for account in Account.objects.select_related("unit").order_by("code")
        ],
        "entries": [_entry(entry) for entry in Entry.objects.order_by("pk")],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    lines = entry.transfers.select_related("debit", "credit", "hold__entry").order_by("line")
    return {
        "kind": entry.kind,
        "reference": entry.reference,
        "key": entry.idempotency_key,
        "happened_at": entry.happened_at.isoformat(),
        "reverses": entry.reverses and entry.reverses.idempotency_key,
        "lines": [
            {
                "debit": line.debit.code,
                "credit": line.credit.code,
                "amount": line.amount,
                "phase": line.phase,
                "hold": line.hold and [line.hold.entry.idempotency_key, line.hold.line],
                "expires_at": line.expires_at and line.expires_at.isoformat(),
            }
            for line in lines
        ],
    }


def replay(books: Books) -> None:
    """Post a journal into books that are empty."""
    for unit in books["units"]:
        open_unit(**unit)
    for row in books["accounts"]:
        policy = {name: row[name] for name in ("code", "unit", "normal", "floor")}
        lapses = row["expires_on"] and datetime.date.fromisoformat(row["expires_on"])
        open_account(expires_on=lapses, **policy)
    accounts = Account.objects.in_bulk(field_name="code")
    for row in books["entries"]:
        spec = EntrySpec(
            kind=row["kind"],
            reference=row["reference"],
            idempotency_key=row["key"],
            happened_at=datetime.datetime.fromisoformat(row["happened_at"]),
            moves=[_operation(line, accounts) for line in row["lines"]],
            reverses=row["reverses"] and Entry.objects.get(idempotency_key=row["reverses"]),
        )
        post_entries([spec])
    for row in books["accounts"]:
        if row["closed"]:
            day = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
            close_account(account=accounts[row["code"]], closed_at=day)


def _operation(line: dict[str, Any], accounts: dict[str, Account]) -> Operation:
    debit, credit, amount = accounts[line["debit"]], accounts[line["credit"]], line["amount"]
    if line["phase"] == "single":
        return Move(debit, credit, amount)
    if line["phase"] == "hold":
        lapses = line["expires_at"] and datetime.datetime.fromisoformat(line["expires_at"])
        return Hold(debit, credit, amount, lapses)
    key, number = line["hold"]
    hold = Transfer.objects.get(entry__idempotency_key=key, line=number)
    return Settle(hold, amount) if line["phase"] == "post" else Release(hold)
