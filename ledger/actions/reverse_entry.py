"""Undo an entry by writing its exact opposite."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ledger.actions.post_entry import post_entries
from ledger.models import Entry, Transfer
from ledger.operations import EntrySpec, Move, Operation, Release
from ledger.refusals import CannotReverse

REVERSAL = "reversal"


def reverse_entry(
    *,
    entry: Entry,
    idempotency_key: str,
    reason: str,
    happened_at: datetime,
    actor_ref: UUID | None = None,
    approver_ref: UUID | None = None,
) -> Entry:
    """Post the exact opposite of an entry; the same key again returns the first reversal.

    What moved moves back, the last transfer first; what is still on hold is released. Goods
    that a settled hold had moved return free: hold them again if they are still wanted.

    Raises:
        CannotReverse: it is a reversal, is reversed, or releases or has lost a hold.
        NotEnough and the like: as `post_entry`; what was moved has been spent since.
    """
    spec = reversal_of(
        entry=entry,
        idempotency_key=idempotency_key,
        reason=reason,
        happened_at=happened_at,
        actor_ref=actor_ref,
        approver_ref=approver_ref,
    )
    return post_entries([spec])[0]


def reversal_of(
    *,
    entry: Entry,
    idempotency_key: str,
    reason: str,
    happened_at: datetime,
    actor_ref: UUID | None = None,
    approver_ref: UUID | None = None,
) -> EntrySpec:
    """Return the exact opposite of an entry, to post together with others.

    Where an approver is named, it must be somebody else than the actor.

    Raises:
        CannotReverse: as `reverse_entry`.
    """
    if entry.reverses_id is not None:
        raise CannotReverse(entry_id=entry.pk, why="reversal")
    undone = Entry.objects.filter(reverses=entry).first()
    if undone and undone.idempotency_key != idempotency_key:
        raise CannotReverse(entry_id=entry.pk, why="reversed")
    transfers = entry.transfers.select_related("debit", "credit", "resolved_by").order_by("-line")
    return EntrySpec(
        kind=REVERSAL,
        reference=entry.reference,
        idempotency_key=idempotency_key,
        happened_at=happened_at,
        moves=[_opposite(transfer, undone) for transfer in transfers],
        reason=reason,
        actor_ref=actor_ref,
        approver_ref=approver_ref,
        needs_four_eyes=approver_ref is not None,
        reverses=entry,
    )


def _opposite(transfer: Transfer, undone: Entry | None) -> Operation:
    """Return what takes a transfer back; `undone` is the reversal if it is posted already."""
    match transfer.phase:
        case Transfer.Phase.SINGLE | Transfer.Phase.POST:
            return Move(debit=transfer.credit, credit=transfer.debit, amount=transfer.amount)
        case Transfer.Phase.HOLD:
            resolution = getattr(transfer, "resolved_by", None)
            if resolution and not (undone and resolution.entry_id == undone.pk):
                raise CannotReverse(entry_id=transfer.entry_id, why="resolved")
            return Release(hold=transfer)
        case _:
            raise CannotReverse(entry_id=transfer.entry_id, why="release")
