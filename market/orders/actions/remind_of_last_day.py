"""Remind somebody that nobody has collected their order, on its last day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from market.orders.models import Order
from people.actions.write_notice import write_notice

LAST_DAY = gettext_noop(
    "Today is the last day to collect order %(number)s at %(point)s. Say %(code)s. "
    "Tomorrow its goods go back on sale."
)


@transaction.atomic
def remind_of_last_day(*, order: Order, reminded_at: datetime) -> bool:
    """Remind of an order on its last day, once; this function will tell whether it had to.

    One that was taken up again after it had lapsed has another last day, and so another notice.
    """
    order = Order.objects.lock().select_related("service_point").get(pk=order.pk)
    if order.status != Order.Status.READY:
        return False
    last_day = localdate(order.keep_until)
    if last_day != localdate(reminded_at):
        return False
    write_notice(
        member=order.collector,
        key=f"order-last-day:{order.pk}:{last_day:%Y-%m-%d}",
        template=LAST_DAY,
        values={
            "number": order.number,
            "point": order.service_point.name,
            "code": order.pickup_code,
        },
        page="orders:order",
        subject=str(order.pk),
        at=reminded_at,
        by_text=True,
    )
    return True
