"""What staff send from the forms of the office, and what it does to stock."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from market.produce.models import (
    Listing,
    Lot,
    Product,
)
from people.models import ServicePoint

KEY = "3f1c1a52d1a64b0d9d1f7f6f9a9b1c2d"


def task(name: str, row: Listing | Lot) -> str:
    return reverse(f"{'lot' if isinstance(row, Lot) else 'listing'}:{name}", args=[row.pk])


def stock_of(listing: Listing) -> int:
    return Listing.objects.select_related("stock").get(pk=listing.pk).stock.balance


def status_of(listing: Listing) -> str:
    return Listing.objects.get(pk=listing.pk).status


def offer(product: Product, point: ServicePoint, **changes: Any) -> dict[str, Any]:
    """What the form for a new listing sends."""
    return {
        "key": KEY,
        "product": product.pk,
        "service_point": point.pk,
        "farmer_price": "0.75",
        "transport_cost": "0.20",
        "packing_cost": "0",
        "carrier": "",
        "packer": "",
        "points_price": "2",
        "household_limit": "",
        "on_sale_from": "2026-11-20 09:00",
        "on_sale_until": "",
    } | changes
