"""Order the same again (照上次再来一单)."""

from __future__ import annotations

from datetime import datetime

from market.orders.actions.merge_basket import merge_basket
from market.orders.models import Order
from people.models import Member


def repeat_order(*, member: Member, order: Order, repeated_at: datetime) -> bool:
    """Put what is still on sale of an order into the basket.

    This function will tell whether everything was still to be had. What was ordered counts,
    not what the scale or a short delivery made of it.
    """
    lines = list(order.lines.select_related("listing"))
    still_on_sale = [line for line in lines if line.listing.is_on_sale(repeated_at)]
    merge_basket(
        member=member,
        quantities={line.listing_id: line.ordered_quantity for line in still_on_sale},
    )
    return len(still_on_sale) == len(lines)
