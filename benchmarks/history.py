"""Books with a long history behind them, written in seconds past the actions.

`write_history(1_000_000)` fills the database that Django is set up for with what a shop and
its volunteers would have posted: points awarded, reserved, redeemed, taken back; goods that
came, were held and left; money that came in for orders and went out to those who are paid.
Every invariant of the books holds afterwards: what is written past the triggers is what they
would have let in. `python -m benchmarks.history 1000000` does it from the command line.
"""

from __future__ import annotations

import argparse
import datetime
import time
import uuid
from collections.abc import Iterable, Iterator
from itertools import batched
from random import Random
from typing import Any, NamedTuple

from django.db import connection, transaction

from benchmarks.posting.protocol import drawn_by
from ledger import triggers
from ledger.actions.open_account import AccountSpec, open_accounts
from ledger.actions.open_unit import open_unit
from ledger.clock import database_now
from ledger.models import Account, Entry, Transfer

A_DAY = 2_000
"""Transfers a day, so that a longer history is one of more days, not of busier ones."""
ROWS_AT_ONCE = 20_000
MOST_HOLDS = 400
SKU = "BENCH-XM"

ENTRY_COLUMNS = (
    "id, kind, reference, idempotency_key, fingerprint, reverses_id, reason, happened_at, "
    "posted_at, actor_ref, approver_ref, needs_four_eyes"
)
TRANSFER_COLUMNS = "id, entry_id, line, debit_id, credit_id, amount, phase, hold_id, expires_at"


class Held(NamedTuple):
    """An open hold, as the story remembers it."""

    transfer_id: int
    debit: int
    credit: int
    amount: int


class Pile:
    """What an account has come to: its five columns, and what is free in it."""

    def __init__(self, account: Account) -> None:
        self.id = account.pk
        self.totals = [
            account.debits_posted,
            account.credits_posted,
            account.debits_pending,
            account.credits_pending,
        ]
        self.last = account.last_transfer

    @property
    def free(self) -> int:
        """What can be taken from an account that grows on the credit side."""
        debits, credits_, debits_held, _credits_held = self.totals
        return credits_ - debits - debits_held


class Books:
    """The accounts of the story. Suppliers, drawer and supplied goods have all of it."""

    def __init__(self, accounts: int, random: Random) -> None:
        open_unit(code=SKU, name="黄小米")
        wallets, orders = accounts * 6 // 10, max(accounts * 4 // 10 - 8, 1)
        owners = [uuid.UUID(int=random.getrandbits(128), version=4) for _ in range(wallets)]
        specs = {
            "issued": AccountSpec("points/issued", "POINT", normal="debit", floor=None),
            "redeemed": AccountSpec("points/redeemed", "POINT", floor=None),
            "drawer": AccountSpec("drawer/bench", "CNY", normal="debit"),
            "supplier": AccountSpec("supplier/BENCH", "CNY"),
            "carrier": AccountSpec("carrier/BENCH", "CNY"),
            "supplied": AccountSpec(f"goods/{SKU}/supplied", SKU, normal="debit", floor=None),
            "stock": AccountSpec(f"goods/{SKU}/stock/1", SKU, purpose="stock"),
            "sold": AccountSpec(f"goods/{SKU}/sold", SKU),
        }
        members = [
            AccountSpec(f"points/member/{owner}/open", "POINT", owner_ref=owner) for owner in owners
        ]
        # Numbers that no order of a real story has.
        orders_ = [
            AccountSpec(f"order/{10**9 + number}/cny", "CNY", purpose="order")
            for number in range(orders)
        ]
        opened: dict[str, Account] = {}
        for some in batched([*specs.values(), *members, *orders_], 500, strict=False):
            opened |= open_accounts(some)
        piles = {code: Pile(Account.objects.get(pk=each.pk)) for code, each in opened.items()}
        self.named = {name: piles[spec.code] for name, spec in specs.items()}
        self.members = [piles[spec.code] for spec in members]
        self.orders = [piles[spec.code] for spec in orders_]
        self.by_id = {pile.id: pile for pile in piles.values()}


class Story:
    """Tells entries one after the other, and hands their rows over in batches."""

    def __init__(
        self, books: Books, random: Random, began_at: datetime.datetime, a_day: int
    ) -> None:
        self.books, self.random, self.now = books, random, began_at
        self.entry_id = (Entry.objects.order_by("-pk").values_list("pk", flat=True).first()) or 0
        self.first_id = self.transfer_id = (
            Transfer.objects.order_by("-pk").values_list("pk", flat=True).first()
        ) or 0
        self.entries: list[tuple[Any, ...]] = []
        self.transfers: list[tuple[Any, ...]] = []
        self.holds: list[tuple[Held, int]] = []
        self.step = datetime.timedelta(days=1) / a_day

    @property
    def told_transfers(self) -> int:
        return self.transfer_id - self.first_id

    def tell_one(self) -> None:
        """Post the next entry, whichever comes up."""
        dice = self.random.random()
        if dice < 0.35:
            self.award()
        elif dice < 0.5:
            self.reserve_points()
        elif dice < 0.62:
            self.sell()
        elif len(self.holds) > MOST_HOLDS or (self.holds and dice < 0.97):
            self.resolve()
        else:
            self.take_back()

    def award(self) -> None:
        wallet = self.random.choice(self.books.members)
        entry = self._entry("award_points", f"shift:{self.entry_id}")
        self._move(entry, 1, self.books.named["issued"], wallet, self.random.randint(1, 40))

    def reserve_points(self) -> None:
        wallet = self.random.choice(self.books.members)
        if wallet.free < 2:
            return self.award()
        amount = self.random.randint(1, wallet.free)
        entry = self._entry("place_order", f"order:{self.entry_id}")
        held = self._move(entry, 1, wallet, self.books.named["redeemed"], amount, phase="hold")
        self.holds.append((held, entry))
        return None

    def sell(self) -> None:
        """An order from the shelf to the drawer: goods in, goods out, everybody paid."""
        named, order = self.books.named, self.random.choice(self.books.orders)
        grams, fen = self.random.randint(1, 5) * 500, self.random.randint(3, 90) * 100
        entry = self._entry("receive_goods", f"lot:{self.entry_id}")
        self._move(entry, 1, named["supplied"], named["stock"], grams)
        entry = self._entry("hand_out", f"order:{self.entry_id}", needs_actor=True)
        self._move(entry, 1, named["drawer"], order, fen)
        self._move(entry, 2, named["stock"], named["sold"], grams)
        self._move(entry, 3, order, named["supplier"], fen - 60)
        self._move(entry, 4, order, named["carrier"], 60)

    def resolve(self) -> None:
        held, placed_by = self.holds.pop(self.random.randrange(len(self.holds)))
        debit, credit = self.books.by_id[held.debit], self.books.by_id[held.credit]
        dice = self.random.random()
        if dice < 0.2:
            entry = self._entry("reversal", f"order:{placed_by}", reverses=placed_by)
            self._move(entry, 1, debit, credit, held.amount, phase="void", held=held)
        elif dice < 0.4:
            entry = self._entry("cancel_order", f"order:{placed_by}")
            self._move(entry, 1, debit, credit, held.amount, phase="void", held=held)
        else:
            amount = self.random.randint(1, held.amount)
            entry = self._entry("hand_out", f"order:{placed_by}", needs_actor=True)
            self._move(entry, 1, debit, credit, amount, phase="post", held=held)

    def take_back(self) -> None:
        wallet = self.random.choice(self.books.members)
        if not wallet.free:
            return self.award()
        entry = self._entry("claw_back", f"service:{self.entry_id}", needs_four_eyes=True)
        self._move(entry, 1, wallet, self.books.named["issued"], wallet.free)
        return None

    def rows(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return what was told since the last time."""
        told = self.entries, self.transfers
        self.entries, self.transfers = [], []
        return told

    def _entry(
        self,
        kind: str,
        reference: str,
        *,
        reverses: int | None = None,
        needs_actor: bool = False,
        needs_four_eyes: bool = False,
    ) -> int:
        self.entry_id += 1
        actor = ACTORS[0] if needs_actor or needs_four_eyes else None
        approver = ACTORS[1] if needs_four_eyes else None
        self.entries.append((
            self.entry_id, kind, reference, f"history:{self.entry_id}", "-" * 64, reverses,
            "", self.now, self.now, actor, approver, needs_four_eyes,
        ))  # fmt: skip
        return self.entry_id

    def _move(
        self,
        entry: int,
        line: int,
        debit: Pile,
        credit: Pile,
        amount: int,
        *,
        phase: str = "single",
        held: Held | None = None,
    ) -> Held:
        self.transfer_id += 1
        self.now += self.step
        self.transfers.append((
            self.transfer_id, entry, line, debit.id, credit.id, amount, phase,
            held.transfer_id if held else None, None,
        ))  # fmt: skip
        posted = amount if phase in {"single", "post"} else 0
        pending = amount if phase == "hold" else -held.amount if held else 0
        for pile, side in ((debit, 0), (credit, 1)):
            pile.totals[side] += posted
            pile.totals[side + 2] += pending
            pile.last = self.transfer_id
        return Held(self.transfer_id, debit.id, credit.id, amount)


ACTORS = (uuid.UUID(int=1, version=4), uuid.UUID(int=2, version=4))


def write_history(
    transfers: int, *, accounts: int = 1_000, a_day: int = A_DAY, seed: int = 1
) -> None:
    """Post so many transfers, or a few more, that end now, between so many accounts.

    The accounts are the same however long the history, so that only the history differs.
    """
    random = drawn_by(str(seed))
    began_at = database_now() - datetime.timedelta(days=transfers / a_day + 1 / 24)
    with transaction.atomic():
        books = Books(accounts, random)
        story = Story(books, random, began_at, a_day)
        _check_now()
        # Dropped inside the transaction, so no other connection meets unguarded books.
        triggers.drop(connection)
        Account.objects.filter(pk__in=books.by_id, opened_at__gt=began_at).update(
            opened_at=began_at
        )
        while story.told_transfers < transfers:
            while len(story.transfers) < ROWS_AT_ONCE and story.told_transfers < transfers:
                story.tell_one()
            entries, rows = story.rows()
            _copy("ledger_entry", ENTRY_COLUMNS, entries)
            _copy("ledger_transfer", TRANSFER_COLUMNS, rows)
        _write_totals(books.by_id.values())
        if connection.vendor == "postgresql":
            _move_sequences(story)
        _check_now()
        triggers.install(connection)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _check_now() -> None:
    """Check what waits for the commit: meanwhile PostgreSQL changes no trigger."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _copy(table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * (columns.count(",") + 1))
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(_as_sqlite(rows))
        )


def _as_sqlite(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(
            value.hex
            if isinstance(value, uuid.UUID)
            else value.replace(tzinfo=None).isoformat(" ", "microseconds")
            if isinstance(value, datetime.datetime)
            else value
            for value in row
        )


def _write_totals(piles: Iterable[Pile]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            UPDATE ledger_account SET debits_posted = %s, credits_posted = %s,
                debits_pending = %s, credits_pending = %s, last_transfer = %s WHERE id = %s
            """,
            [(*pile.totals, pile.last, pile.id) for pile in piles],
        )


def _move_sequences(story: Story) -> None:
    with connection.cursor() as cursor:
        for table, last in (
            ("ledger_entry", story.entry_id),
            ("ledger_transfer", story.transfer_id),
        ):
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.history")
    parser.add_argument("transfers", type=int)
    parser.add_argument("--accounts", type=int, default=1_000)
    asked = parser.parse_args()
    began = time.monotonic()
    write_history(asked.transfers, accounts=asked.accounts)
    print(f"{Transfer.objects.count():,} transfers in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
