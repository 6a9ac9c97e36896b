"""The limit: the same rows in the same tables under the same triggers, by hand-written SQL.

It locks the accounts in order, looks the key up, writes entry and transfers and commits; what
is known beforehand it does not work out again. Statements are prepared at their first use.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
import sys
import uuid

from benchmarks.drivers import Driver, connect
from benchmarks.posting.protocol import drawn_by, serve

AWARDS = 50
LOCK = """
    SELECT id, credits_posted, debits_posted, debits_pending, closed_at FROM ledger_account
    WHERE id IN ({}) ORDER BY id FOR NO KEY UPDATE
"""
FIND_KEYS = (
    "SELECT idempotency_key, id, fingerprint FROM ledger_entry WHERE idempotency_key IN ({})"
)
INSERT_ENTRIES = """
    INSERT INTO ledger_entry (kind, reference, idempotency_key, fingerprint, reason,
        happened_at, needs_four_eyes)
    VALUES {} RETURNING id
"""
INSERT_TRANSFERS = """
    INSERT INTO ledger_transfer (entry_id, line, debit_id, credit_id, amount, phase)
    VALUES {} RETURNING id
"""


class Poster:
    """Posts entries of one move each between accounts it knows by their ids."""

    def __init__(self, database: Driver, seed: str) -> None:
        self.database = database
        self.accounts = [
            pk
            for (pk,) in database.run(
                "SELECT id FROM ledger_account WHERE code LIKE %s ORDER BY id", "bench/%"
            )
        ]
        self.client = uuid.uuid4().hex[:12]
        self.numbers = itertools.count()
        self.chance = drawn_by(seed)
        now = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M:%S.%f}"
        self.now = f"{now}+00:00" if database.tells_time_zones else now

    def single(self) -> None:
        """Move a little between two of a thousand accounts."""
        debit, credit = self.chance.sample(self.accounts, 2)
        self.post([(debit, credit, 1)])

    def batch(self) -> None:
        """Award something to fifty accounts at once."""
        source, *awarded = self.chance.sample(self.accounts, 1 + AWARDS)
        self.post([(source, account, 1) for account in awarded])

    def post(self, moves: list[tuple[int, int, int]]) -> None:
        """Post each move as an entry of its own, all or none."""
        run = self.database.run
        numbers = [f"{self.client}:{next(self.numbers)}" for _move in moves]
        fingerprints = [hashlib.sha256(repr(move).encode()).hexdigest() for move in moves]
        ids = sorted({pk for debit, credit, _amount in moves for pk in (debit, credit)})
        self.database.begin()
        run(LOCK.format(_marks(len(ids))), *ids)
        if run(FIND_KEYS.format(_marks(len(numbers))), *numbers):
            raise LookupError(numbers)
        entries = run(
            INSERT_ENTRIES.format(
                _rows(f"('benchmark', %s, %s, %s, '', %s, {self.database.false})", len(moves))
            ),
            *[
                value
                for number, body in zip(numbers, fingerprints, strict=True)
                for value in (number, number, body, self.now)
            ],
        )
        run(
            INSERT_TRANSFERS.format(_rows("(%s, 1, %s, %s, %s, 'single')", len(moves))),
            *[
                value
                for (entry,), move in zip(entries, moves, strict=True)
                for value in (entry, *move)
            ],
        )
        self.database.finish([])


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count)


def _rows(row: str, count: int) -> str:
    return ", ".join([row] * count)


if __name__ == "__main__":
    poster = Poster(connect(), sys.argv[1])
    serve({"single": poster.single, "batch": poster.batch})
