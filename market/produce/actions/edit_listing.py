"""Change what a listing costs, and when it is on sale."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from moneyed import Money

from market.produce.models import Carrier, Listing
from market.produce.prices import check_payees
from market.produce.refusals import CarrierMissing, PackerMissing

__all__ = ["CarrierMissing", "PackerMissing", "edit_listing"]


@transaction.atomic
def edit_listing(
    *,
    listing: Listing,
    farmer_price: Money,
    transport_cost: Money,
    packing_cost: Money,
    carrier: Carrier | None,
    packer: Carrier | None,
    points_price: int,
    household_limit: int | None,
    on_sale_from: datetime,
    on_sale_until: datetime | None,
    is_surplus: bool,
) -> None:
    """Change a listing for orders placed from now on; what was ordered keeps its price.

    Args:
        farmer_price: yuan for one unit, all of it for the farmer; likewise the two costs.

    Raises:
        CarrierMissing: transport costs something and nobody gets it, or the other way round.
        PackerMissing: the same for packing.
    """
    check_payees(transport_cost, carrier, packing_cost, packer)
    Listing.objects.filter(pk=listing.pk).update(
        farmer_price=farmer_price,
        transport_cost=transport_cost,
        packing_cost=packing_cost,
        carrier=carrier,
        packer=packer,
        points_price=points_price,
        household_limit=household_limit,
        on_sale_from=on_sale_from,
        on_sale_until=on_sale_until,
        is_surplus=is_surplus,
    )
    listing.refresh_from_db()
