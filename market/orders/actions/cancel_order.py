"""Cancel an order that nobody has collected: its goods are free again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from ledger.actions.post_entry import post_entry
from market import postings
from market.orders.models import Order
from market.orders.refusals import OrderClosed
from people.actions.write_notice import write_notice
from people.models import Member

BY_STAFF = gettext_noop("The shop cancelled your order %(number)s. Nothing was charged.")


@transaction.atomic
def cancel_order(*, order: Order, cancelled_by: Member, cancelled_at: datetime) -> Order:
    """Cancel an order and free its goods; a second time this function will do nothing.

    All-year goods may be cancelled until they are collected.

    Raises:
        OrderClosed: it was collected or given up before.
    """
    order = Order.objects.lock().get(pk=order.pk)
    if order.status == Order.Status.CANCELLED:
        return order
    if not order.is_open:
        raise OrderClosed(order)
    release_goods(order, kind="cancel_order", at=cancelled_at, by=cancelled_by)
    order.status = Order.Status.CANCELLED
    order.closed_at, order.closed_by = cancelled_at, cancelled_by
    order.save(update_fields=["status", "closed_at", "closed_by"])
    if cancelled_by != order.collector:
        write_notice(
            member=order.collector,
            key=f"order-cancelled:{order.pk}",
            template=BY_STAFF,
            values={"number": order.number},
            page="orders:order",
            subject=str(order.pk),
            at=cancelled_at,
        )
    return order


def release_goods(order: Order, *, kind: str, at: datetime, by: Member | None = None) -> None:
    """Give back every hold of a locked order in one entry."""
    holds = [line.hold for line in order.lines.select_related("hold") if line.hold]
    if holds:
        post_entry(
            kind=kind,
            reference=f"order:{order.pk}",
            idempotency_key=f"{kind}:{order.pk}",
            happened_at=at,
            moves=postings.release(holds),
            actor_ref=by.books_id if by else None,
        )
