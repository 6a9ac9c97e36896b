"""Give up an order that waited too long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from market.orders.actions.cancel_order import release_goods
from market.orders.models import KEEP_DAYS, Order
from people.actions.write_notice import write_notice

GIVEN_UP = gettext_noop(
    "Order %(number)s was not collected within %(days)s days, so the goods went back on sale. "
    "Nothing was charged; order again when it suits you."
)


@transaction.atomic
def close_uncollected(*, order: Order, closed_at: datetime) -> bool:
    """Give up an unpaid order after its last day; this function will tell whether it did.

    Safe twice and at any moment: an order that was collected meanwhile, or has time left,
    stays as it is.
    """
    order = Order.objects.lock().get(pk=order.pk)
    if order.status != Order.Status.READY or closed_at <= order.keep_until:
        return False
    release_goods(order, kind="cancel_order", at=closed_at)
    order.status, order.closed_at = Order.Status.UNCOLLECTED, closed_at
    order.save(update_fields=["status", "closed_at"])
    write_notice(
        member=order.collector,
        key=f"order-uncollected:{order.pk}",
        template=GIVEN_UP,
        values={"number": order.number, "days": KEEP_DAYS},
        page="orders:order",
        subject=str(order.pk),
        at=closed_at,
    )
    return True
