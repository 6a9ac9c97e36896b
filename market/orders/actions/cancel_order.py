"""Cancel an order that nobody has collected: its goods are free again, and its money goes back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from ledger.actions.post_entry import post_entry
from market import postings
from market.orders.actions.give_back import give_back, money_in
from market.orders.models import Order, Refund
from market.orders.refusals import OrderClosed
from people.actions.write_notice import write_notice
from people.models import Member

BY_STAFF = gettext_noop("The shop cancelled your order %(number)s. Nothing was charged.")
PAID_BEFORE = gettext_noop(
    "The shop cancelled your order %(number)s. What you paid goes back to where it came from."
)


@transaction.atomic
def cancel_order(*, order: Order, cancelled_by: Member, cancelled_at: datetime) -> Order:
    """Cancel an order and free its goods; a second time this function will do nothing.

    All-year goods may be cancelled until they are collected. What was paid is owed at once to
    where it came from; a payment that comes later is given back by `record_payment`.

    Raises:
        OrderClosed: it was collected or given up before.
    """
    order = Order.objects.lock().get(pk=order.pk)
    if order.status == Order.Status.CANCELLED:
        return order
    if not order.is_open:
        raise OrderClosed(order)
    had_fen = money_in(order)
    release_goods(
        order,
        kind="cancel_order",
        reason=Refund.Reason.CANCELLED,
        at=cancelled_at,
        by=cancelled_by,
    )
    order.status = Order.Status.CANCELLED
    order.closed_at, order.closed_by = cancelled_at, cancelled_by
    order.save(update_fields=["status", "closed_at", "closed_by"])
    if cancelled_by != order.collector:
        write_notice(
            member=order.collector,
            key=f"order-cancelled:{order.pk}",
            template=PAID_BEFORE if had_fen else BY_STAFF,
            values={"number": order.number},
            page="orders:order",
            subject=str(order.pk),
            at=cancelled_at,
            by_text=True,
        )
    return order


def release_goods(
    order: Order, *, kind: str, reason: str, at: datetime, by: Member | None = None
) -> None:
    """Give back every hold of a locked order, and all the money in it, in one entry.

    Args:
        reason: why money goes back, a `Refund.Reason`.
    """
    holds = [line.hold for line in order.lines.select_related("hold") if line.hold]
    key = f"{kind}:{order.pk}"
    back = give_back(order=order, fen=money_in(order), reason=reason, key=key, at=at, by=by)
    if holds or back:
        post_entry(
            kind=kind,
            reference=f"order:{order.pk}",
            idempotency_key=key,
            happened_at=at,
            moves=postings.cancel_order(order.pk, holds, back),
            actor_ref=by.books_id if by else None,
        )
