"""Take at a till what an order still owes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.post_entry import post_entry
from ledger.queries import entry_with_key
from market import postings
from market.orders.models import Order, Payment, Tender
from market.orders.receipts import owed_fen
from market.orders.refusals import PriceChanged, WrongPoint
from market.till.models import Till, TillSession
from market.till.refusals import NothingOwed, TillNotOpen
from people.models import Member

__all__ = ["NothingOwed", "TillNotOpen", "settle_at_till"]


@transaction.atomic
def settle_at_till(
    *,
    till: Till,
    order: Order,
    tender: str,
    expected_fen: int,
    nonce: str,
    settled_by: Member,
    settled_at: datetime,
) -> None:
    """Take the money and write its payment; a second press of one button does nothing.

    Args:
        expected_fen: what the cashier saw, before rounding in cash.

    Raises:
        TillNotOpen: nobody has opened the drawer.
        WrongPoint: the order was handed out somewhere else.
        NothingOwed: it was settled in the meantime.
        PriceChanged: it owes another sum than the cashier saw.
    """
    if not TillSession.objects.filter(till=till, closed_at=None).exists():
        raise TillNotOpen
    order = Order.objects.lock().select_related("service_point").get(pk=order.pk)
    if order.service_point_id != till.service_point_id:
        raise WrongPoint(order)
    key = f"settle_owed:{nonce}"
    if entry_with_key(key):
        return
    due_fen = owed_fen(order.pk)
    if not due_fen:
        raise NothingOwed
    if due_fen != expected_fen:
        raise PriceChanged(now_fen=due_fen)

    is_cash = tender == Tender.CASH
    purse = postings.drawer(till.code) if is_cash else postings.qr_code(till.service_point_id)
    waived_fen = Tender(tender).waived_fen(due_fen)
    paid_by = [(purse, due_fen - waived_fen), (postings.rounding(), waived_fen)]
    post_entry(
        kind="settle_owed",
        reference=f"order:{order.pk}",
        idempotency_key=key,
        happened_at=settled_at,
        moves=postings.settle_owed(order.pk, paid_by),
        actor_ref=settled_by.books_id,
    )
    Payment.objects.create(
        order=order,
        tender=tender,
        amount_fen=due_fen - waived_fen,
        rounded_off_fen=waived_fen,
        paid_at=settled_at,
        confirmed_by=settled_by,
    )
