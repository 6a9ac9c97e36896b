"""Short ways to bring about a state, through the same actions the site uses."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from moneyed import Money

from ledger.clock import database_now
from market.orders.actions.hand_out_order import hand_out_order
from market.orders.actions.place_order import place_order
from market.orders.models import Handout, Order, OrderLine, Tender
from market.postings import drawer
from market.produce.actions.offer_listing import offer_listing
from market.produce.actions.put_listing_on_sale import put_listing_on_sale
from market.produce.actions.receive_goods import CertificateDetails, receive_goods
from market.produce.models import Carrier, Listing, Product
from market.produce.pricing import cost_lines
from people.actions.confirm_household import confirm_household
from people.models import Member, ServicePoint

PIN = "246810"


def confirm(member: Member, *, by: Member) -> Member:
    """Staff have been at the door."""
    confirm_household(member=member, confirmed_by=by, confirmed_at=database_now())
    return Member.objects.get(pk=member.pk)


def sell(
    product: Product,
    *,
    at: ServicePoint,
    farmer: str,
    by: Member,
    quantity: int,
    points: int,
    now: datetime.datetime,
    transport: str = "0",
    packing: str = "0",
    carrier: Carrier | None = None,
    packer: Carrier | None = None,
    household_limit: int | None = None,
    until: datetime.datetime | None = None,
) -> Listing:
    """Put a product on sale: offered, received with its certificate, released."""
    listing = offer_listing(
        product=product,
        service_point=at,
        key=f"{product.sku.lower()}-{at.pk}",
        farmer_price=Money(farmer, "CNY"),
        transport_cost=Money(transport, "CNY"),
        packing_cost=Money(packing, "CNY"),
        carrier=carrier,
        packer=packer,
        points_price=points,
        household_limit=household_limit,
        on_sale_from=now - datetime.timedelta(days=60),
        on_sale_until=until,
    )
    certificate = CertificateDetails(
        origin=product.supplier.place,
        issued_on=now.date(),
        promised_by=product.supplier.name,
        contact="0951-0000009",
    )
    receive_goods(
        listing=listing,
        quantity=quantity,
        received_by=by,
        received_at=now,
        key=f"lot-{listing.pk}",
        certificate=certificate if product.needs_certificate else None,
    )
    put_listing_on_sale(listing=listing)
    return Listing.objects.select_related("product", "stock", "service_point").get(pk=listing.pk)


def total_fen(quantities: Mapping[Listing, int]) -> int:
    """What an order of these would cost today."""
    return sum(
        cost_lines(
            listing.cost_fen, quantity=quantity, unit_quantity=listing.product.unit_quantity
        ).total_fen
        for listing, quantity in quantities.items()
    )


def order(
    member: Member,
    quantities: Mapping[Listing, int],
    *,
    tender: str = Tender.CASH,
    key: str = "",
    at: datetime.datetime | None = None,
) -> Order:
    """A member orders grams or pieces of listings at the point of the first of them."""
    return place_order(
        member=member,
        service_point=next(iter(quantities)).service_point,
        quantities={listing.pk: quantity for listing, quantity in quantities.items()},
        tender=tender,
        expected_fen=total_fen(quantities),
        key=key or str(uuid.uuid4()),
        placed_at=at or database_now(),
    )


def hand_out(
    placed: Order,
    *,
    by: Member,
    weighed: Mapping[Listing, int] | None = None,
    tender: str = Tender.CASH,
    nonce: str = "",
    at: datetime.datetime | None = None,
) -> Handout:
    """A cashier hands an order out: what was ordered, or what the scale said."""
    lines = {line: line.quantity for line in OrderLine.objects.filter(order=placed)}
    for line in lines:
        if weighed and line.listing in weighed:
            lines[line] = weighed[line.listing]
    return hand_out_order(
        order=placed,
        quantities={line.pk: quantity for line, quantity in lines.items()},
        tender=tender,
        paid_into=drawer("cchy-1"),
        expected_fen=sum(line.costs_of(quantity).total_fen for line, quantity in lines.items()),
        service_point=placed.service_point,
        device="cchy-1",
        nonce=nonce or str(uuid.uuid4()),
        handed_out_by=by,
        handed_out_at=at or database_now(),
    )
