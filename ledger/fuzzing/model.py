"""A small model of the books: the same promises, kept in dictionaries.

It shares no line with what it is held against: no triggers, no SQL, no fingerprints.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ledger.refusals import (
    AccountClosed,
    AccountNotEmpty,
    BadAmount,
    CannotReverse,
    FourEyesNeeded,
    HoldLapsed,
    HoldResolved,
    KeyClash,
    MoreThanHeld,
    NotEnough,
    NoTransfers,
    UnitMismatch,
)

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
FAR_AWAY = datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)
TOO_MUCH = 10**12


class Policy(NamedTuple):
    """What an account was opened with, as `open_account` takes it."""

    unit: str
    normal: str = "credit"
    floor: int | None = 0
    expires_on: datetime.date | None = None


POLICIES = {
    "issued": Policy("POINT", "debit", None),
    "ada": Policy("POINT", expires_on=datetime.date(2026, 12, 31)),
    "bo": Policy("POINT", expires_on=datetime.date(2027, 12, 31)),
    "cai": Policy("POINT"),
    "redeemed": Policy("POINT", floor=None),
    "expired": Policy("POINT", floor=None),
    "bank": Policy("CNY", "debit", None),
    "drawer": Policy("CNY", "debit", 0),
    "order": Policy("CNY"),
    "tab": Policy("CNY", floor=-20),
    "harvest": Policy("FUZZ-GRAMS", "debit", None),
    "stock": Policy("FUZZ-GRAMS"),
    "sold": Policy("FUZZ-GRAMS", floor=None),
}
WALLETS = ["ada", "bo", "cai"]
UNITS = {
    unit: [code for code, policy in POLICIES.items() if policy.unit == unit]
    for unit in ("POINT", "CNY", "FUZZ-GRAMS")
}


class Held(NamedTuple):
    """A hold that was asked for, by its number in the story."""

    number: int
    debit: str
    credit: str
    amount: int
    expires_at: datetime.datetime | None = None


class Line(NamedTuple):
    """One operation of an event; `held` is what it holds, or what it resolves."""

    phase: Literal["single", "hold", "post", "void"]
    debit: str
    credit: str
    amount: int
    held: Held | None = None


class Event(NamedTuple):
    """One entry to post.

    Args:
        eyes: who did it and who approved it, where two people are needed; empty: nobody asks.
        reverses: the key of the event that it undoes.
    """

    key: str
    lines: tuple[Line, ...]
    eyes: tuple[int | None, int | None] | None = None
    reverses: str = ""


class Refused(Exception):
    """The model says no, for one of these reasons: engines differ in which they see first."""

    def __init__(self, *reasons: type[Exception]) -> None:
        super().__init__(", ".join(sorted({reason.__name__ for reason in reasons})))
        self.reasons = reasons


class Model:
    """What the books should hold, in plain numbers: what came in less what went out."""

    def __init__(self) -> None:
        self.net = dict.fromkeys(POLICIES, 0)
        self.pending_out = dict.fromkeys(POLICIES, 0)
        self.pending_in = dict.fromkeys(POLICIES, 0)
        self.open_holds: dict[int, Held] = {}
        self.closed: set[str] = set()
        self.posted: dict[str, Event] = {}
        self.undone: dict[str, str] = {}

    def copy(self) -> Model:
        """Return another model that says the same and goes its own way."""
        other = Model()
        for name, value in vars(self).items():
            setattr(other, name, value.copy())
        return other

    def balance(self, code: str) -> int:
        return self.net[code] if POLICIES[code].normal == "credit" else -self.net[code]

    def available(self, code: str) -> int:
        """Return the balance less what is held of it, on the side that the account grows on."""
        held = self.pending_out if POLICIES[code].normal == "credit" else self.pending_in
        return self.balance(code) - held[code]

    def post(self, *events: Event) -> None:
        """Post all of these or none.

        Raises:
            Refused: it is none. Throw the model away then.
        """
        for event in events:
            _check(event)
        if any(self.posted.get(event.key, event) != event for event in events):
            raise Refused(KeyClash)
        new = [event for event in events if event.key not in self.posted]
        faults = [fault for event in new for line in event.lines for fault in self._apply(line)]
        if faults:
            raise Refused(*faults)
        self.posted |= {event.key: event for event in new}
        self.undone |= {event.reverses: event.key for event in new if event.reverses}

    def opposite(self, event: Event, key: str) -> Event:
        """Return what undoes an event.

        Raises:
            Refused: nothing does.
        """
        by = self.undone.get(event.key)
        again = by == key
        if event.reverses or (by and not again):
            raise Refused(CannotReverse)
        lines = [self._back(line, again=again) for line in reversed(event.lines)]
        return Event(key, tuple(lines), reverses=event.key)

    def close(self, code: str) -> None:
        if self.net[code] or self.pending_out[code] or self.pending_in[code]:
            raise Refused(AccountNotEmpty)
        self.closed.add(code)

    def _back(self, line: Line, *, again: bool) -> Line:
        match line.phase:
            case "single" | "post":
                return Line("single", line.credit, line.debit, line.amount)
            case "hold" if line.held and (again or line.held.number in self.open_holds):
                return line._replace(phase="void")
        raise Refused(CannotReverse)

    def _apply(self, line: Line) -> Iterator[type[Exception]]:
        """Do what a line says, whatever is wrong with it, and yield that."""
        if POLICIES[line.debit].unit != POLICIES[line.credit].unit:
            yield UnitMismatch
        if {line.debit, line.credit} & self.closed:
            yield AccountClosed
        if line.phase == "hold" and line.held:
            self.open_holds[line.held.number] = line.held
            self._reserve(line, line.amount)
        elif line.held:
            if line.phase == "post" and line.held.expires_at == LONG_AGO:
                yield HoldLapsed
            if not self.open_holds.pop(line.held.number, None):
                yield HoldResolved
            self._reserve(line, -line.held.amount)
        if line.phase in {"single", "post"}:
            self.net[line.debit] -= line.amount
            self.net[line.credit] += line.amount
        for code in (line.debit, line.credit):
            floor = POLICIES[code].floor
            if floor is not None and self.available(code) < floor:
                yield NotEnough

    def _reserve(self, line: Line, amount: int) -> None:
        self.pending_out[line.debit] += amount
        self.pending_in[line.credit] += amount


def _check(event: Event) -> None:
    """Refuse what is wrong with an event by itself, whatever the books hold."""
    if event.eyes and (None in event.eyes or event.eyes[0] == event.eyes[1]):
        raise Refused(FourEyesNeeded)
    if not event.lines:
        raise Refused(NoTransfers)
    for line in event.lines:
        if not 0 < line.amount < TOO_MUCH:
            raise Refused(BadAmount)
        if line.debit == line.credit:
            raise Refused(ValueError)
        if line.held and line.amount > line.held.amount:
            raise Refused(MoreThanHeld)
