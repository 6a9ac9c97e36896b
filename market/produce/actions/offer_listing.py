"""Offer a product at one service point: a draft, with its own stock in the books."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from moneyed import Money

from market import postings
from market.produce.models import Carrier, Listing, Product
from market.produce.prices import check_payees
from market.produce.refusals import CarrierMissing, KeyUsed, PackerMissing
from people.models import ServicePoint

__all__ = ["CarrierMissing", "KeyUsed", "PackerMissing", "offer_listing"]

NOTHING = Money(0, "CNY")


@transaction.atomic
def offer_listing(
    *,
    product: Product,
    service_point: ServicePoint,
    key: str,
    farmer_price: Money,
    points_price: int,
    on_sale_from: datetime,
    transport_cost: Money = NOTHING,
    packing_cost: Money = NOTHING,
    carrier: Carrier | None = None,
    packer: Carrier | None = None,
    household_limit: int | None = None,
    on_sale_until: datetime | None = None,
    is_surplus: bool = False,
) -> Listing:
    """Offer a product as a draft; the same key again returns the listing already made.

    Args:
        key: names the listing's stock in the books, `goods/<sku>/stock/<key>`: at most 40
            letters, digits and hyphens.
        farmer_price: yuan for one unit, all of it for the farmer; likewise the two costs.
        points_price: whole points for one unit.
        household_limit: units a household may buy in a month.
        on_sale_until: when its orders close; nothing for what is sold all year.

    Raises:
        CarrierMissing: transport costs something and nobody gets it, or the other way round.
        PackerMissing: the same for packing.
        KeyUsed: the key already names a listing at another service point.
    """
    check_payees(transport_cost, carrier, packing_cost, packer)
    stock = postings.stock(product.sku, key)
    listing, _created = Listing.objects.get_or_create(  # type: ignore[misc]  # django-money has no types.
        stock=stock,
        defaults={
            "product": product,
            "service_point": service_point,
            "farmer_price": farmer_price,
            "transport_cost": transport_cost,
            "packing_cost": packing_cost,
            "carrier": carrier,
            "packer": packer,
            "points_price": points_price,
            "household_limit": household_limit,
            "on_sale_from": on_sale_from,
            "on_sale_until": on_sale_until,
            "is_surplus": is_surplus,
        },
    )
    if listing.service_point_id != service_point.pk:
        raise KeyUsed
    return listing
