"""What an order owes is paid after all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.open_account import AccountSpec
from ledger.actions.post_entry import post_entry
from ledger.models import Account, Entry
from ledger.queries import entry_with_key
from market import postings
from market.orders.models import Order
from people.models import Member


class MoreThanOwed(Exception):
    """The order owes less than that."""

    def __init__(self, *, owed_fen: int) -> None:
        super().__init__(f"{owed_fen} fen are owed")
        self.owed_fen = owed_fen


@transaction.atomic
def settle_owed(
    *,
    order: Order,
    fen: int,
    paid_by: AccountSpec,
    key: str,
    settled_at: datetime,
    settled_by: Member | None = None,
) -> Entry:
    """Post that it is paid; this function will do so once for each key.

    Args:
        paid_by: the general fund, if the community bears it; `stripe`, if a dispute was won.
            Where the resident pays again, at a till, that is a payment: `settle_at_till`.

    Raises:
        MoreThanOwed: the order owes less.
        NotEnough: the fund has less.
    """
    order = Order.objects.lock().get(pk=order.pk)
    key = f"settle_owed:{key}"
    if settled := entry_with_key(key):
        return settled
    owed_fen = owed_by(order)
    if fen > owed_fen:
        raise MoreThanOwed(owed_fen=owed_fen)
    return post_entry(
        kind="settle_owed",
        reference=f"order:{order.pk}",
        idempotency_key=key,
        happened_at=settled_at,
        moves=postings.settle_owed(order.pk, [(paid_by, fen)]),
        actor_ref=settled_by.books_id if settled_by else None,
    )


def owed_by(order: Order) -> int:
    """Return what an order owes, in fen."""
    account = Account.objects.filter(code=postings.owed_by_order(order.pk).code).first()
    return account.balance if account else 0
