"""Why the database refused: its rule, told with the accounts and amounts concerned."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.models import Account, Entry, Transfer
from ledger.operations import EntrySpec, Line
from ledger.refusals import (
    AccountClosed,
    CannotReverse,
    HoldLapsed,
    HoldResolved,
    NotEnough,
    Refusal,
    UnitMismatch,
)


class LockedAccount(NamedTuple):
    """An account as it was when it was locked, before anything moved."""

    id: int
    code: str
    unit_id: int
    normal: str
    floor: int | None
    closed_at: datetime.datetime | None
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int

    @property
    def available(self) -> int:
        """What could be taken above the floor."""
        if self.normal == Account.Normal.CREDIT:
            free = self.credits_posted - self.debits_posted - self.debits_pending
        else:
            free = self.debits_posted - self.credits_posted - self.credits_pending
        return free - (self.floor or 0)

    def taken_by(self, line: Line) -> int:
        """Return what a line takes from this account, or as a negative number adds to it."""
        takes, adds = (
            (line.debit_id, line.credit_id)
            if self.normal == Account.Normal.CREDIT
            else (line.credit_id, line.debit_id)
        )
        held = line.hold.amount if line.hold else 0
        moved = line.amount if line.phase in MOVING else 0
        if takes == self.id:
            reserved = line.amount if line.phase == Transfer.Phase.HOLD else -held
            return moved + reserved
        return -moved if adds == self.id else 0


MOVING = {Transfer.Phase.SINGLE, Transfer.Phase.POST}


def explain(
    rule: str,
    specs: Sequence[EntrySpec],
    lines: Sequence[Line],
    locked: Mapping[int, LockedAccount],
) -> Refusal | None:
    """Return the refusal that tells what `rule` means for these entries, if it means one."""
    refusal: Refusal | None = None
    match rule:
        case "account_is_not_overdrawn":
            refusal = _not_enough(lines, locked)
        case "account_is_open":
            refusal = _account_closed(locked)
        case "transfer_units_agree":
            refusal = _unit_mismatch(lines, locked)
        case "ledger_transfer_hold_id":
            refusal = _hold_resolved(lines)
        case "transfer_settles_in_time":
            refusal = _hold_lapsed(lines)
        case "ledger_entry_reverses_id":
            refusal = _already_reversed(specs)
    return refusal


def _not_enough(lines: Sequence[Line], locked: Mapping[int, LockedAccount]) -> NotEnough | None:
    """Find the first account that falls below its floor, taking the lines in their order."""
    left = {account.id: account.available for account in locked.values()}
    for position, line in enumerate(lines):
        for account_id in (line.debit_id, line.credit_id):
            account = locked[account_id]
            left[account_id] -= account.taken_by(line)
            if account.floor is not None and left[account_id] < 0:
                return _shortage(account, lines, position)
    return None


def _shortage(account: LockedAccount, lines: Sequence[Line], position: int) -> NotEnough:
    takes = [account.taken_by(line) for line in lines]
    added = -sum(take for take in takes[:position] if take < 0)
    return NotEnough(
        account_id=account.id,
        code=account.code,
        needed=sum(take for take in takes if take > 0),
        available=account.available + added,
    )


def _account_closed(locked: Mapping[int, LockedAccount]) -> AccountClosed | None:
    closed = [account for account in locked.values() if account.closed_at is not None]
    return AccountClosed(account_id=closed[0].id, code=closed[0].code) if closed else None


def _unit_mismatch(
    lines: Sequence[Line], locked: Mapping[int, LockedAccount]
) -> UnitMismatch | None:
    for line in lines:
        debit, credit = locked[line.debit_id], locked[line.credit_id]
        if debit.unit_id != credit.unit_id:
            return UnitMismatch(debit=debit.code, credit=credit.code)
    return None


def _hold_resolved(lines: Sequence[Line]) -> HoldResolved:
    """Name the hold that others resolved before us, or that these lines resolve twice."""
    ids = [line.hold_id for line in lines if line.hold_id]
    by_others = Transfer.objects.filter(hold__in=ids).values_list("hold", flat=True).first()
    twice = next((hold_id for hold_id in ids if ids.count(hold_id) > 1), None)
    return HoldResolved(hold_id=by_others or twice or ids[0])


def _hold_lapsed(lines: Sequence[Line]) -> HoldLapsed:
    """Name the hold that ends first of those that these lines settle."""
    _ends_at, hold_id = min(
        (line.hold.expires_at, line.hold.pk)
        for line in lines
        if line.hold and line.hold.expires_at and line.phase == Transfer.Phase.POST
    )
    return HoldLapsed(hold_id=hold_id)


def _already_reversed(specs: Sequence[EntrySpec]) -> CannotReverse | None:
    """Name the entry that others reversed before us."""
    wanted = [spec.reverses.pk for spec in specs if spec.reverses]
    undone = Entry.objects.filter(reversed_by__isnull=False, pk__in=wanted).first()
    return CannotReverse(entry_id=undone.pk, why="reversed") if undone else None
