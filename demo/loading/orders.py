"""The one order of the demonstration that this site can carry already: HL-0003, ready."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from demo.data import demo_data
from market.orders.actions.place_order import place_order
from market.orders.models import Order, Tender
from market.produce.models import Listing
from market.produce.pricing import cost_lines
from people.models import Member, ServicePoint

LOADED = ("HL-0003",)


def load_orders(
    points: dict[str, ServicePoint],
    members: dict[str, Member],
    listings: dict[tuple[str, str], Listing],
    now: datetime,
) -> None:
    """Place what is to be loaded; its number and code are what the site draws."""
    for row in demo_data()["orders"]:
        key = str(uuid5(NAMESPACE_URL, f"huilin-demo:{row['no']}"))
        if row["no"] not in LOADED or Order.objects.filter(key=key).exists():
            continue
        wanted = {listings[row["point"], line["sku"]]: line["qty"] for line in row["lines"]}
        quantities = {
            listing: units * listing.product.unit_quantity for listing, units in wanted.items()
        }
        place_order(
            member=members[row["member"]],
            service_point=points[row["point"]],
            quantities={listing.pk: quantity for listing, quantity in quantities.items()},
            tender=Tender.CASH,
            expected_fen=sum(
                cost_lines(
                    listing.cost_fen,
                    quantity=quantity,
                    unit_quantity=listing.product.unit_quantity,
                ).total_fen
                for listing, quantity in quantities.items()
            ),
            key=key,
            placed_at=now,
        )
