"""Let an order lapse that nobody paid in time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from market.orders.actions.cancel_order import release_goods
from market.orders.models import Order, Refund
from people.actions.write_notice import write_notice

LAPSED = gettext_noop(
    "Order %(number)s was not paid in time, so its goods went back on sale. "
    "Nothing was charged; order again when it suits you."
)


@transaction.atomic
def expire_order(*, order: Order, expired_at: datetime) -> bool:
    """Free the goods of an order whose time to pay is over; this function will tell whether.

    Nothing else frees goods of orders by the clock. Safe twice and at any moment: an order
    that was paid meanwhile, or has time left, stays as it is.
    """
    order = Order.objects.lock().get(pk=order.pk)
    if order.status != Order.Status.PLACED or order.waits_for_money(expired_at):
        return False
    release_goods(order, kind="expire_order", reason=Refund.Reason.TOO_LATE, at=expired_at)
    order.status, order.closed_at = Order.Status.EXPIRED, expired_at
    order.save(update_fields=["status", "closed_at"])
    write_notice(
        member=order.placed_by,
        key=f"order-expired:{order.pk}",
        template=LAPSED,
        values={"number": order.number},
        page="orders:order",
        subject=str(order.pk),
        at=expired_at,
    )
    return True
