"""Tells the books and their model the same, and sees that both answer the same."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError, transaction

from ledger.actions.close_account import close_account
from ledger.actions.open_account import AccountSpec, open_account, open_accounts
from ledger.actions.open_unit import open_unit
from ledger.actions.post_entry import EntrySpec, post_entries
from ledger.actions.reverse_entry import reverse_entry
from ledger.fuzzing.model import POLICIES, Event, Held, Line, Model, Refused
from ledger.invariants import INVARIANTS
from ledger.models import Account, Entry, Transfer
from ledger.operations import Hold, Move, Operation, Release, Settle
from ledger.refusals import AccountDiffers, Refusal, SecondCall

SOME_DAY = datetime.datetime(2026, 11, 21, 1, 0, tzinfo=datetime.UTC)


class Disagreement(Exception):
    """The books and the model say different things, or the books are wrong."""


class Told(NamedTuple):
    """An event that is in the books, and how it was posted."""

    event: Event
    spec: EntrySpec
    entry: Entry


class Teller:
    """A story told to the books, under codes and keys of its own.

    Args:
        story: its name. Every code begins with `fuzz/` and it, every reference is `fuzz:` and
            it, so that stories lie in one database and disturb nobody's.
    """

    def __init__(self, story: str) -> None:
        self.story = story
        self.model = Model()
        self.transfers: dict[int, Transfer] = {}
        open_unit(code="FUZZ-GRAMS", name="fuzz")
        by_code = open_accounts(self._policy(code) for code in POLICIES)
        self.accounts = {code: by_code[self.code(code)] for code in POLICIES}

    def code(self, name: str) -> str:
        return f"fuzz/{self.story}/{name}"

    # --- Telling ----------------------------------------------------------------------

    def tell(self, *events: Event) -> list[Told]:
        """Post events with one call; returns none if it was refused, as the model wanted."""
        specs = [self._spec(event) for event in events]
        entries = self._both(lambda model: model.post(*events), lambda: post_entries(specs))
        if entries is None:
            return []
        told = [Told(*each) for each in zip(events, specs, entries, strict=True)]
        for each in told:
            self._remember_holds(each)
        return told

    def tell_again(self, *told: Told) -> None:
        """Post under the same keys once more: the first entries come back."""
        again = post_entries([each.spec for each in told])
        for entry, each in zip(again, told, strict=True):
            _same(entry, each.entry)

    def undo(self, told: Told, key: str) -> Told | None:
        """Reverse an entry, or return none if that was refused, as the model wanted."""
        spec = told.spec

        def change(model: Model) -> Event:
            event = model.opposite(told.event, key)
            model.post(event)
            return event

        def do() -> Entry:
            return reverse_entry(
                entry=told.entry,
                idempotency_key=self._key(key),
                reason="mistake",
                happened_at=SOME_DAY,
            )

        entry = self._both(change, do)
        return Told(self.model.posted[key], spec, entry) if entry else None

    def undo_again(self, undone: Told, first: Told) -> None:
        """Reverse an entry under the same key once more: the first reversal comes back."""
        again = self.undo(first, undone.event.key)
        if again is None:
            raise Disagreement(f"{first.entry} cannot be reversed again under the same key")
        _same(again.entry, undone.entry)

    def close(self, code: str) -> None:
        account = self.accounts[code]
        self._both(
            lambda model: model.close(code),
            lambda: close_account(account=account, closed_at=SOME_DAY),
        )

    def open_again(self, code: str) -> None:
        """Open an account that is there, as it is and then otherwise."""
        policy = self._policy(code)
        if open_account(**policy._asdict()).pk != self.accounts[code].pk:
            raise Disagreement(f"{code} is there twice")
        another = "debit" if policy.normal == "credit" else "credit"
        _refuse(lambda: open_account(**policy._replace(normal=another)._asdict()), AccountDiffers)

    def tell_twice(self, first: Event, second: Event) -> list[Told]:
        """Make two calls in one transaction: the second is one too many if the first counts."""
        with transaction.atomic():
            told = self.tell(first)
            if not told:
                return self.tell(second)
            _refuse(lambda: post_entries([self._spec(told[0].event)]), SecondCall)
        return told

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Take back everything that happens inside, with its transaction or its savepoint."""
        before = self.model
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        self.model = before

    # --- Comparing --------------------------------------------------------------------

    def compare(self) -> None:
        """See that each account holds what the model says.

        Raises:
            Disagreement: one does not.
        """
        model, prefix = self.model, self.code("")
        told = {
            account.code.removeprefix(prefix): (
                account.credits_posted - account.debits_posted,
                account.debits_pending,
                account.credits_pending,
                account.balance,
                account.available,
                account.closed_at is not None,
            )
            for account in Account.objects.filter(code__startswith=prefix)
        }
        for code in POLICIES:
            wanted = (
                model.net[code],
                model.pending_out[code],
                model.pending_in[code],
                model.balance(code),
                model.available(code),
                code in model.closed,
            )
            if told[code] != wanted:
                raise Disagreement(f"{code} holds {told[code]}, the model says {wanted}")

    def check(self) -> None:
        """See that every invariant of the books holds, and that nothing else was posted.

        Raises:
            Disagreement: it does not.
        """
        for each in INVARIANTS:
            for row in each.find():
                raise Disagreement(f"{each.name}: {row} ({each.says})")
        entries = Entry.objects.filter(reference=self._reference).count()
        if entries != len(self.model.posted):
            raise Disagreement(f"{entries} entries, the model says {len(self.model.posted)}")

    # --- How --------------------------------------------------------------------------

    def _both[Answer](
        self, change: Callable[[Model], object], do: Callable[[], Answer]
    ) -> Answer | None:
        """Do something, and see that the books refuse it exactly when the model does."""
        trial = self.model.copy()
        try:
            change(trial)
        except Refused as refused:
            _refuse(do, *refused.reasons)
            return None
        try:
            answer = do()
        except (Refusal, DatabaseError, ValueError) as error:
            raise Disagreement(f"refused without need: {error!r}") from error
        self.model = trial
        return answer

    def _remember_holds(self, told: Told) -> None:
        for line, transfer in zip(told.event.lines, told.entry.made_transfers, strict=True):
            if line.phase == "hold" and line.held:
                self.transfers[line.held.number] = transfer

    def _policy(self, code: str) -> AccountSpec:
        policy = POLICIES[code]
        return AccountSpec(
            code=self.code(code),
            unit=policy.unit,
            normal=policy.normal,
            floor=policy.floor,
            expires_on=policy.expires_on,
        )

    @property
    def _reference(self) -> str:
        return f"fuzz:{self.story}"

    def _key(self, key: str) -> str:
        return f"{self._reference}:{key}"

    def _spec(self, event: Event) -> EntrySpec:
        actor, approver = event.eyes or (None, None)
        return EntrySpec(
            kind="fuzz",
            reference=self._reference,
            idempotency_key=self._key(event.key),
            happened_at=SOME_DAY,
            moves=[self._operation(line) for line in event.lines],
            actor_ref=UUID(int=actor) if actor else None,
            approver_ref=UUID(int=approver) if approver else None,
            needs_four_eyes=event.eyes is not None,
        )

    def _operation(self, line: Line) -> Operation:
        debit, credit = self.accounts[line.debit], self.accounts[line.credit]
        match line:
            case Line("hold", held=Held(expires_at=expires_at)):
                return Hold(debit, credit, line.amount, expires_at)
            case Line("post", held=Held(number=number, amount=amount)):
                part = None if line.amount == amount else line.amount
                return Settle(self.transfers[number], part)
            case Line("void", held=Held(number=number)):
                return Release(self.transfers[number])
        return Move(debit, credit, line.amount)


def _refuse(do: Callable[[], object], *reasons: type[Exception]) -> None:
    """See that something is refused, for one of these reasons."""
    names = sorted({reason.__name__ for reason in reasons})
    try:
        do()
    except reasons:
        return
    except Exception as error:
        raise Disagreement(f"wanted {names}, got {error!r}") from error
    raise Disagreement(f"wanted {names}, was not refused")


def _same(again: Entry, first: Entry) -> None:
    if again != first or again.made_transfers != first.made_transfers:
        raise Disagreement(f"{again} is not what was first posted under its key")
