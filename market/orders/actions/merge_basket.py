"""Keep what somebody picked before signing in."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from market.orders.models import Basket, BasketLine
from market.produce.models import Listing
from people.models import Member


@transaction.atomic
def merge_basket(*, member: Member, quantities: Mapping[int, int]) -> None:
    """Lay a guest's basket into the member's; the larger quantity of a listing stays.

    Called twice, this function will change nothing the second time. Listings that are gone
    are left out.

    Args:
        quantities: grams or pieces, by id of the listing.
    """
    basket, _created = Basket.objects.get_or_create(member=member)
    known = set(Listing.objects.filter(pk__in=quantities).values_list("pk", flat=True))
    mine = dict(basket.lines.values_list("listing_id", "quantity"))
    BasketLine.objects.bulk_create(
        [
            BasketLine(
                basket=basket,
                listing_id=listing_id,
                quantity=max(quantity, mine.get(listing_id, 0)),
            )
            for listing_id, quantity in quantities.items()
            if listing_id in known and quantity > 0
        ],
        update_conflicts=True,
        unique_fields=["basket", "listing"],
        update_fields=["quantity"],
    )
