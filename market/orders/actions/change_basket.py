"""Put goods into a member's basket, change how much, or take them out."""

from __future__ import annotations

from django.db import transaction

from market.orders.models import Basket, BasketLine
from market.produce.models import Listing
from people.models import Member


@transaction.atomic
def change_basket(*, member: Member, listing: Listing, quantity: int) -> None:
    """Make the basket hold so much of a listing; nothing is reserved.

    This function will leave the same basket however often it is called.

    Args:
        quantity: grams or pieces; 0 takes the line out.
    """
    basket, _created = Basket.objects.get_or_create(member=member)
    if quantity:
        BasketLine.objects.update_or_create(
            basket=basket, listing=listing, defaults={"quantity": quantity}
        )
    else:
        basket.lines.filter(listing=listing).delete()
