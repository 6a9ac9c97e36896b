"""Money of an order went back outside our books: from the order while it holds some, else owed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.open_account import AccountSpec
from ledger.actions.post_entry import post_entry
from ledger.models import Entry
from ledger.queries import entry_with_key
from market import postings
from market.orders.actions.give_back import money_in
from market.orders.models import Order
from people.models import Member


@transaction.atomic
def take_back(
    *,
    order: Order,
    fen: int,
    gone_from: AccountSpec,
    key: str,
    reason: str,
    taken_at: datetime,
    taken_by: Member | None = None,
    is_owed: bool = False,
) -> Entry:
    """Post that money went back; this function will do so once for each key.

    Args:
        gone_from: `stripe`, or the QR code of the order's point.
        key: what it is, such as Stripe's name of the refund or dispute.
        reason: one word for the books: refunded_in_dashboard, disputed, never_arrived.
        is_owed: what lies in the order stays there, since the money may yet come back.
    """
    order = Order.objects.lock().get(pk=order.pk)
    key = f"take_back:{key}"
    from_order_fen = 0 if is_owed else min(money_in(order), fen)
    return entry_with_key(key) or post_entry(
        kind="take_back",
        reference=f"order:{order.pk}",
        idempotency_key=key,
        happened_at=taken_at,
        moves=postings.take_back(
            order.pk,
            from_order_fen=from_order_fen,
            owed_fen=fen - from_order_fen,
            gone_from=gone_from,
        ),
        reason=reason,
        actor_ref=taken_by.books_id if taken_by else None,
    )
