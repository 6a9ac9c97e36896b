"""What an entry can do, and the lines it comes to. Plain values, no rows written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ledger.models import AMOUNT_LIMIT, Account, Entry, Transfer
from ledger.refusals import BadAmount, FourEyesNeeded, MoreThanHeld, NoTransfers


@dataclass(frozen=True, slots=True)
class Move:
    """Move an amount at once. For accounts that grow on the credit side: from debit to credit."""

    debit: Account
    credit: Account
    amount: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Reserve an amount: it cannot be taken by anybody else, and has not moved yet.

    Args:
        expires_at: after it the hold can be released only; it counts until somebody does.
    """

    debit: Account
    credit: Account
    amount: int
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """Move what a hold reserved, all of it or an amount, and release the rest."""

    hold: Transfer
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Give up a hold; nothing moves."""

    hold: Transfer


TEXT_LENGTHS = {"kind": 40, "reference": 80, "idempotency_key": 120, "reason": 40}

type Operation = Move | Hold | Settle | Release


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySpec:
    """An entry to post; the arguments are those of `post_entry`.

    Args:
        reverses: the entry that this one undoes; `reversal_of` fills it in.
    """

    kind: str
    reference: str
    idempotency_key: str
    happened_at: datetime
    moves: Sequence[Operation]
    reason: str = ""
    actor_ref: UUID | None = None
    approver_ref: UUID | None = None
    needs_four_eyes: bool = False
    reverses: Entry | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer to write."""

    debit_id: int
    credit_id: int
    amount: int
    phase: Transfer.Phase
    hold: Transfer | None = None
    expires_at: datetime | None = None

    @property
    def hold_id(self) -> int | None:
        return self.hold.pk if self.hold else None


def lines_of(spec: EntrySpec) -> list[Line]:
    """Check what can be checked without the database, and spell the entry out in transfers.

    Raises:
        NoTransfers, BadAmount, MoreThanHeld, FourEyesNeeded: as `post_entry`.
        ValueError: a text is empty or too long, a moment has no time zone, or an operation
            cannot be meant.
    """
    _check_texts(spec)
    _check_moment(spec.happened_at)
    one_pair = None in (spec.actor_ref, spec.approver_ref) or spec.actor_ref == spec.approver_ref
    if spec.needs_four_eyes and one_pair:
        raise FourEyesNeeded
    if (spec.kind == "reversal") != (spec.reverses is not None):
        raise ValueError("an entry of kind reversal reverses one; reversal_of writes it")
    if not spec.moves:
        raise NoTransfers
    return [_line(operation) for operation in spec.moves]


def fingerprint(spec: EntrySpec, lines: Sequence[Line]) -> str:
    """Hash what an entry says, to tell a repetition from another event under the same key.

    `happened_at` is no part of it: it is a label, and whoever tries again does so later.
    """
    body = (
        spec.kind,
        spec.reference,
        spec.reason,
        spec.actor_ref and spec.actor_ref.hex,
        spec.approver_ref and spec.approver_ref.hex,
        spec.needs_four_eyes,
        spec.reverses and spec.reverses.pk,
        [
            (
                line.debit_id,
                line.credit_id,
                line.amount,
                line.phase.value,
                line.hold_id,
                line.expires_at and line.expires_at.timestamp(),
            )
            for line in lines
        ],
    )
    return hashlib.sha256(repr(body).encode()).hexdigest()


def _line(operation: Operation) -> Line:
    match operation:
        case Move(debit, credit, amount):
            return _checked(Line(debit.pk, credit.pk, amount, Transfer.Phase.SINGLE))
        case Hold(debit, credit, amount, expires_at):
            if expires_at is not None:
                _check_moment(expires_at)
            return _checked(
                Line(debit.pk, credit.pk, amount, Transfer.Phase.HOLD, expires_at=expires_at)
            )
        case Settle(hold, amount):
            wanted = hold.amount if amount is None else amount
            return _resolution(hold, Transfer.Phase.POST, wanted)
        case Release(hold):
            return _resolution(hold, Transfer.Phase.VOID, hold.amount)


def _resolution(hold: Transfer, phase: Transfer.Phase, amount: int) -> Line:
    if hold.phase != Transfer.Phase.HOLD:
        raise ValueError(f"transfer {hold.pk} is no hold")
    line = _checked(Line(hold.debit_id, hold.credit_id, amount, phase, hold))
    if amount > hold.amount:
        raise MoreThanHeld(hold_id=hold.pk, held=hold.amount, wanted=amount)
    return line


def _checked(line: Line) -> Line:
    # A bool is an int to Python, and PostgreSQL would round 1.5 without a word.
    if type(line.amount) is not int or not 0 < line.amount < AMOUNT_LIMIT:
        raise BadAmount(amount=line.amount)
    if line.debit_id is None or line.credit_id is None:
        raise ValueError("an account must be opened before it is used")
    if line.debit_id == line.credit_id:
        raise ValueError(f"account {line.debit_id} would pay itself")
    return line


def _check_texts(spec: EntrySpec) -> None:
    # SQLite would keep a text that is too long.
    for name, length in TEXT_LENGTHS.items():
        text = getattr(spec, name)
        if len(text) > length or (not text and name != "reason"):
            raise ValueError(f"{name} of an entry is a text of 1 to {length} characters: {text!r}")


def _check_moment(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} needs a time zone")
