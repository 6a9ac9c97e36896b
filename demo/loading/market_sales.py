"""What was sold on the market days that are over, so that their pages have figures to show."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from demo.data import market_sales_data
from demo.dates import market_day
from demo.loading.produce import certificate_of, offered
from market import postings
from market.orders.actions.hand_out_order import hand_out_order
from market.orders.actions.place_order import place_order
from market.orders.models import Tender
from market.produce.actions.put_listing_on_sale import put_listing_on_sale
from market.produce.actions.receive_goods import receive_goods
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Listing, Product
from market.produce.pricing import cost_lines
from people.actions.read_notices import read_notices
from people.models import Member, Notice, ServicePoint

OPENS, CLOSES = datetime.time(8, 30), datetime.time(16)
FIVE_MINUTES = datetime.timedelta(minutes=5)
CASHIER = "w_cash"


class Day(NamedTuple):
    """A market day that is over: where it was, when, and what its rows in the file are."""

    season: str
    point: ServicePoint
    held_on: datetime.date
    rows: list[dict[str, Any]]

    def at(self, time: datetime.time) -> datetime.datetime:
        """Return a moment of the day."""
        return datetime.datetime.combine(self.held_on, time, timezone.get_current_timezone())


def load_market_sales(
    point: ServicePoint,
    members: dict[str, Member],
    products: dict[str, Product],
    now: datetime.datetime,
) -> None:
    """Sell at the market what was sold then; nothing once today's goods are there.

    A point sells a product under one listing at a time, so the past comes first.
    """
    if Listing.objects.filter(service_point=point, on_sale_until__gt=now).exists():
        return
    for season, rows in market_sales_data().items():
        day = Day(season, point, market_day(season, timezone.localdate(now)), rows)
        listings = _brought(day, products, members[CASHIER])
        for row in rows:
            _sell(day, row, listings, members)
        for listing in listings.values():
            withdraw_listing(listing=listing)


def _brought(day: Day, products: dict[str, Product], by: Member) -> dict[str, Listing]:
    """Put on sale what the farmers brought in the morning: as much as was sold."""
    total: Counter[str] = Counter()
    for row in day.rows:
        total.update(row["lines"])
    listings = {}
    for sku, units in total.items():
        product = products[sku]
        key = f"{day.season}-{day.held_on.year}-{sku.lower()}"
        listing = offered(
            product,
            day.point,
            key=key,
            on_sale_from=day.at(OPENS),
            on_sale_until=day.at(CLOSES),
        )
        receive_goods(
            listing=listing,
            quantity=units * product.unit_quantity,
            received_by=by,
            received_at=day.at(OPENS),
            key=f"demo-{key}",
            certificate=certificate_of(product, day.held_on) if product.needs_certificate else None,
        )
        put_listing_on_sale(listing=listing)
        listings[sku] = listing
    return listings


def _sell(
    day: Day, row: dict[str, Any], listings: dict[str, Listing], members: dict[str, Member]
) -> None:
    """Order, weigh and pay by the market's QR code, all at the table."""
    member, cashier = members[row["member"]], members[CASHIER]
    placed_at = day.at(datetime.time.fromisoformat(row["at"]))
    name = f"huilin-demo:{day.season}:{row['member']}:{row['at']}"
    quantities = {
        listings[sku]: units * listings[sku].product.unit_quantity
        for sku, units in row["lines"].items()
    }
    total_fen = sum(
        cost_lines(
            listing.cost_fen, quantity=quantity, unit_quantity=listing.product.unit_quantity
        ).total_fen
        for listing, quantity in quantities.items()
    )
    order = place_order(
        member=member,
        service_point=day.point,
        quantities={listing.pk: quantity for listing, quantity in quantities.items()},
        tender=Tender.QR_CODE,
        expected_fen=total_fen,
        key=str(uuid5(NAMESPACE_URL, name)),
        placed_at=placed_at,
    )
    hand_out_order(
        order=order,
        quantities={line.pk: line.quantity for line in order.lines.all()},
        tender=Tender.QR_CODE,
        paid_into=postings.qr_code(day.point.pk),
        expected_fen=total_fen,
        service_point=day.point,
        device="luyn-1",
        nonce=str(uuid5(NAMESPACE_URL, f"{name}:out")),
        handed_out_by=cashier,
        handed_out_at=placed_at + FIVE_MINUTES,
    )
    newest = Notice.objects.filter(member=member).latest("pk")
    read_notices(member=member, up_to=newest.pk, read_at=placed_at + FIVE_MINUTES)
