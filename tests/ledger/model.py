"""A small model of the books: the same promises, kept in a dictionary."""

from __future__ import annotations

from typing import NamedTuple

from ledger.refusals import (
    AccountClosed,
    AccountNotEmpty,
    HoldLapsed,
    HoldResolved,
    NotEnough,
    Refusal,
)

WALLETS = ["ada", "bo", "cai"]
CODES = ["issued", *WALLETS, "redeemed"]


class Refused(Exception):
    """The model says no, for one of these reasons."""

    def __init__(self, *reasons: type[Refusal]) -> None:
        super().__init__(reasons)
        self.reasons = reasons


class Held(NamedTuple):
    source: str
    target: str
    amount: int
    lapsed: bool


class Model:
    """What the books should hold, in plain numbers: what came in less what went out."""

    def __init__(self) -> None:
        self.net = dict.fromkeys(CODES, 0)
        self.pending_out = dict.fromkeys(CODES, 0)
        self.pending_in = dict.fromkeys(CODES, 0)
        self.holds: dict[int, Held] = {}
        self.closed: set[str] = set()

    def move(self, source: str, target: str, amount: int) -> None:
        self._need(source, target, amount)
        self.net[source] -= amount
        self.net[target] += amount

    def hold(self, pk: int, held: Held) -> None:
        self._need(held.source, held.target, held.amount)
        self.pending_out[held.source] += held.amount
        self.pending_in[held.target] += held.amount
        self.holds[pk] = held

    def settle(self, pk: int, amount: int, was: Held) -> None:
        if pk not in self.holds:
            raise Refused(*[HoldResolved, HoldLapsed][: 1 + was.lapsed])
        if was.lapsed:
            raise Refused(HoldLapsed)
        self.release(pk)
        self.net[was.source] -= amount
        self.net[was.target] += amount

    def release(self, pk: int) -> None:
        if pk not in self.holds:
            raise Refused(HoldResolved)
        held = self.holds.pop(pk)
        self.pending_out[held.source] -= held.amount
        self.pending_in[held.target] -= held.amount

    def close(self, code: str) -> None:
        if self.net[code] or self.pending_out[code] or self.pending_in[code]:
            raise Refused(AccountNotEmpty)
        self.closed.add(code)

    def _need(self, source: str, target: str, amount: int) -> None:
        if {source, target} & self.closed:
            raise Refused(AccountClosed)
        if source in WALLETS and self.net[source] - self.pending_out[source] < amount:
            raise Refused(NotEnough)
