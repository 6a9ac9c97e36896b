"""The books: `post_entry` and its kin, as every action of the site calls them."""

from __future__ import annotations

import datetime
import itertools
import sys
import uuid

from benchmarks.posting.protocol import drawn_by, serve
from ledger.actions.post_entry import EntrySpec, Move, post_entries, post_entry
from ledger.models import Account

AWARDS = 50
NOW = datetime.datetime.now(datetime.UTC)

accounts = list(Account.objects.filter(code__startswith="bench/").order_by("pk"))
hot = Account.objects.get(code="hot")
client = uuid.uuid4().hex[:12]
numbers = itertools.count()
chance = drawn_by(sys.argv[1])


def single() -> None:
    """Move a little between two of a thousand accounts."""
    _post(*chance.sample(accounts, 2))


def one_hot_account() -> None:
    """Move a little from one account that everybody wants."""
    _post(hot, chance.choice(accounts))


def _post(debit: Account, credit: Account) -> None:
    number = f"{client}:{next(numbers)}"
    post_entry(
        kind="benchmark",
        reference=number,
        idempotency_key=number,
        happened_at=NOW,
        moves=[Move(debit, credit, 1)],
    )


def batch() -> None:
    """Award something to fifty accounts in one call."""
    source, *awarded = chance.sample(accounts, 1 + AWARDS)
    post_entries([_award(source, account) for account in awarded])


def _award(source: Account, account: Account) -> EntrySpec:
    number = f"{client}:{next(numbers)}"
    return EntrySpec(
        kind="benchmark",
        reference=number,
        idempotency_key=number,
        happened_at=NOW,
        moves=[Move(source, account, 1)],
    )


if __name__ == "__main__":
    serve({"single": single, "batch": batch, "hot": one_hot_account})
