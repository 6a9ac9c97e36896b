"""Take an order up again that was paid after it had lapsed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.post_entry import EntrySpec, post_entries
from ledger.refusals import NotEnough
from market import postings
from market.orders.models import Order, OrderLine, StripeSession
from market.orders.pickup import draw_pickup_code
from market.orders.queries import quantity_bought_this_month


def reconfirm_order(
    *, order: Order, session: StripeSession, payment: EntrySpec, confirmed_at: datetime
) -> bool:
    """Hold the goods of a lapsed order anew; this function will tell whether it could.

    The order, and before it its household, are locked by the caller, and all of it is done
    or nothing. It cannot where goods are gone or no longer on sale, where the household has
    bought its share since, or has spent its credit.

    Args:
        payment: the entry of the money that has come, posted together with this one.
    """
    lines = list(
        order.lines.select_related("listing__product", "listing__stock")
        .filter(quantity__gt=0)
        .order_by("listing__stock_id")
    )
    if not lines or not _may_be_sold(order, lines, confirmed_at):
        return False
    try:
        with transaction.atomic():
            _hold_again(order, lines, session, payment, confirmed_at)
    except NotEnough:
        return False
    # Somebody else may have got its code meanwhile.
    order.pickup_code = draw_pickup_code(order.service_point)
    Order.objects.filter(pk=order.pk).update(
        status=Order.Status.READY,
        ready_at=confirmed_at,
        closed_at=None,
        pickup_code=order.pickup_code,
    )
    return True


def _may_be_sold(order: Order, lines: list[OrderLine], at: datetime) -> bool:
    """Ask what was asked when it was placed, of which the clock or others may have changed it."""
    if not all(line.listing.is_on_sale(at) for line in lines):
        return False
    limited = [line for line in lines if line.listing.household_limit]
    if not limited:
        return True
    bought = quantity_bought_this_month(
        order.household, [line.listing.product_id for line in limited], at
    )
    return all(
        line.quantity + bought.get(line.listing.product_id, 0) <= line.listing.limit_quantity
        for line in limited
    )


def _hold_again(
    order: Order,
    lines: list[OrderLine],
    session: StripeSession,
    payment: EntrySpec,
    at: datetime,
) -> None:
    again = EntrySpec(
        kind="reconfirm_order",
        reference=f"order:{order.pk}",
        idempotency_key=f"reconfirm_order:{session.pk}",
        happened_at=at,
        moves=postings.place_order(
            order.pk,
            [line.goods(line.quantity) for line in lines],
            household=order.household_id,
            credit_fen=order.credit_fen,
        ),
    )
    _paid, held = post_entries([payment, again])
    holds = held.made_transfers[-len(lines) :]
    for line, hold in zip(lines, holds, strict=True):
        line.hold = hold
    OrderLine.objects.bulk_update(lines, ["hold"])
