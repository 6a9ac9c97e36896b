"""Give up an order that waited too long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from ledger.actions.post_entry import post_entry
from market import postings
from market.orders.actions.cancel_order import release_goods
from market.orders.actions.give_back import give_back, money_in
from market.orders.models import KEEP_DAYS, Order, OrderLine, Refund
from people.actions.write_notice import write_notice

GIVEN_UP = gettext_noop(
    "Order %(number)s was not collected within %(days)s days, so the goods went back on sale. "
    "Nothing was charged; order again when it suits you."
)
PAID_BACK = gettext_noop(
    "Order %(number)s was not collected within %(days)s days, so the goods went back on sale, and "
    "¥%(yuan)s goes back to where you paid from."
)
GIVEN_AWAY = gettext_noop(
    "Order %(number)s was not collected within %(days)s days. What was fresh was given to somebody "
    "who needs it, and the farmer was paid for it, as the order said; ¥%(yuan)s goes back to where "
    "you paid from."
)


@transaction.atomic
def close_uncollected(*, order: Order, closed_at: datetime) -> bool:
    """Give up an order after its last day; this function will tell whether it did.

    What was paid for online and does not keep is given away, and whoever supplied it is paid.
    Everything else goes back on sale, and the money for it back to where it came from.

    Safe twice and at any moment: an order that was collected meanwhile, or has time left,
    stays as it is.
    """
    order = Order.objects.lock().get(pk=order.pk)
    if order.status != Order.Status.READY or closed_at <= order.keep_until:
        return False
    had_fen = money_in(order)
    gifts = _perishable_lines(order) if had_fen else []
    spent_fen = sum(line.costs.total_fen for line in gifts)
    if gifts and spent_fen <= had_fen:
        _give(order, gifts, had_fen - spent_fen, closed_at)
    else:
        gifts = []
        reason = Refund.Reason.NOT_COLLECTED
        release_goods(order, kind="cancel_order", reason=reason, at=closed_at)
    order.status, order.closed_at = Order.Status.UNCOLLECTED, closed_at
    order.save(update_fields=["status", "closed_at"])
    paid = PAID_BACK if had_fen else GIVEN_UP
    write_notice(
        member=order.collector,
        key=f"order-uncollected:{order.pk}",
        template=GIVEN_AWAY if gifts else paid,
        values={
            "number": order.number,
            "days": KEEP_DAYS,
            "yuan": f"{(had_fen - (spent_fen if gifts else 0)) / 100:.2f}",
        },
        page="orders:order",
        subject=str(order.pk),
        at=closed_at,
    )
    return True


def _perishable_lines(order: Order) -> list[OrderLine]:
    """Write on each line that does not keep that all of it leaves."""
    lines = order.lines.filter(listing__product__keeps=False, quantity__gt=0).select_related(
        "listing__product", "listing__stock", "hold", "supplier", "carrier", "packer"
    )
    listed = list(lines.order_by("listing__stock_id"))
    for line in listed:
        line.handed_out_quantity = line.quantity
    return listed


def _give(order: Order, gifts: list[OrderLine], left_fen: int, at: datetime) -> None:
    """Post that these leave as gifts, and that the rest of the order is as if cancelled."""
    others = order.lines.exclude(pk__in=[line.pk for line in gifts]).select_related("hold")
    key = f"give_uncollected:{order.pk}"
    post_entry(
        kind="give_uncollected",
        reference=f"order:{order.pk}",
        idempotency_key=key,
        happened_at=at,
        moves=postings.give_uncollected(
            number=order.pk,
            sales=[line.sale() for line in gifts],
            holds=[line.hold for line in others if line.hold],
            back=give_back(
                order=order, fen=left_fen, reason=Refund.Reason.NOT_COLLECTED, key=key, at=at
            ),
        ),
    )
    OrderLine.objects.bulk_update(gifts, ["handed_out_quantity"])
