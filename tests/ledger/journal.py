"""A small language for telling a story of the books in a test.

    journal.post('''
        issued > li        30        moves at once
        li     ~ redeemed  12 lunch  holds, under a name
    ''')
    journal.post("settle lunch 10")
    journal.post("release lunch")

Each call is one entry. Accounts open when they are first named: in points, growing on the
credit side, never overdrawn, but for those of `POLICIES`.
"""

from __future__ import annotations

from typing import Any

from ledger.actions.open_account import open_account
from ledger.actions.post_entry import (
    EntrySpec,
    Hold,
    Move,
    Operation,
    Release,
    Settle,
    post_entries,
)
from ledger.models import Account, Entry, Transfer, Unit
from tests.conftest import MARKET_DAY

POLICIES: dict[str, dict[str, Any]] = {
    "issued": {"normal": "debit", "floor": None},
    "redeemed": {"floor": None},
    "drawer": {"unit": "CNY", "normal": "debit"},
    "bank": {"unit": "CNY", "normal": "debit", "floor": None},
    "order": {"unit": "CNY"},
    "farmer": {"unit": "CNY"},
}


def account(code: str) -> Account:
    return open_account(code=code, **{"unit": "POINT"} | POLICIES.get(code, {}))


class Journal:
    """Posts what it is told, and remembers holds by their names."""

    def __init__(self) -> None:
        self.holds: dict[str, Transfer] = {}
        self.entries = 0

    def post(self, text: str, **facts: Any) -> Entry:
        """Post the lines as one entry, under a key of its own unless one is given."""
        lines = [line.split() for line in text.strip().splitlines()]
        entry = post_entries([self.spec(text, **facts)])[0]
        for words, transfer in zip(lines, entry.made_transfers, strict=True):
            match words:
                case [_debit, "~", _credit, _amount, name]:
                    self.holds[name] = transfer
        return entry

    def spec(self, text: str, **facts: Any) -> EntrySpec:
        """Return what `post` posts."""
        self.entries += 1
        if "moves" not in facts:
            facts["moves"] = [self._operation(line.split()) for line in text.strip().splitlines()]
        defaults: dict[str, Any] = {
            "kind": "story",
            "reference": "test:1",
            "idempotency_key": f"entry:{self.entries}",
            "happened_at": MARKET_DAY,
        }
        return EntrySpec(**defaults | facts)

    def _operation(self, words: list[str]) -> Operation:
        match words:
            case ["settle", name]:
                return Settle(hold=self.holds[name])
            case ["settle", name, amount]:
                return Settle(hold=self.holds[name], amount=int(amount))
            case ["release", name]:
                return Release(hold=self.holds[name])
            case [debit, ">", credit, amount]:
                return Move(debit=account(debit), credit=account(credit), amount=int(amount))
            case [debit, "~", credit, amount, *_name]:
                return Hold(debit=account(debit), credit=account(credit), amount=int(amount))
        raise ValueError(f"the journal does not know {words}")


def balances() -> dict[str, int]:
    """Return what is posted in every account, by code."""
    return {account.code: account.balance for account in Account.objects.order_by("code")}


def everything() -> list[list[tuple[Any, ...]]]:
    """Return every row of the books, to show that nothing has changed."""
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (Unit, Account, Entry, Transfer)
    ]
