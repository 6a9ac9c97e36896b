"""Pay out in cash what a household has left over from orders it paid online."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.post_entry import post_entry
from ledger.models import Account, Entry
from ledger.queries import entry_with_key
from ledger.refusals import NotEnough
from market import postings
from people.models import Household, Member


class NoCredit(Exception):
    """The household has nothing left over, or less than asked for."""

    def __init__(self, *, left_fen: int) -> None:
        super().__init__(f"{left_fen} fen are left")
        self.left_fen = left_fen


class DrawerTooEmpty(Exception):
    """There is less in the drawer."""


class OwnCredit(Exception):
    """Nobody pays out to themselves: another cashier does."""


@transaction.atomic
def pay_out_credit(
    *,
    member: Member,
    till: str,
    fen: int,
    key: str,
    paid_out_by: Member,
    paid_out_at: datetime,
) -> Entry:
    """Give a member credit of their household out of a drawer, once for each key.

    Two people stand for it: the cashier, and the member who asked for it and is there.

    Args:
        till: code of the till whose drawer is open.

    Raises:
        OwnCredit: the cashier is the member.
        NoCredit: the household has less, or staff have not confirmed the door.
        DrawerTooEmpty: the drawer has less.
    """
    if paid_out_by == member or paid_out_by.household_id == member.household_id:
        raise OwnCredit
    if not member.is_household_confirmed or member.household_id is None:
        raise NoCredit(left_fen=0)
    # As placing an order, which uses the same credit.
    household = Household.objects.lock().get(pk=member.household_id)
    key = f"pay_out_credit:{key}"
    if paid_out := entry_with_key(key):
        return paid_out
    account = Account.objects.filter(code=postings.household_credit(household.pk).code).first()
    left_fen = account.available if account else 0
    if not 0 < fen <= left_fen:
        raise NoCredit(left_fen=left_fen)
    try:
        return post_entry(
            kind="pay_out_credit",
            reference=f"household:{household.pk}",
            idempotency_key=key,
            happened_at=paid_out_at,
            moves=postings.pay_out_credit(household.pk, till=till, fen=fen),
            actor_ref=paid_out_by.books_id,
            approver_ref=member.books_id,
            needs_four_eyes=True,
        )
    except NotEnough as short:
        raise DrawerTooEmpty from short
