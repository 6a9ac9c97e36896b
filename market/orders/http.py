"""The basket of whoever asks: a member's is in the database, a guest's in the session."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

from market.orders.models import BasketLine
from people.models import Member

SESSION_KEY = "basket"


def basket_of(request: HttpRequest) -> dict[int, int]:
    """Return grams or pieces in the visitor's basket, by id of the listing.

    What was picked before signing in counts until `merge_basket` has laid it into the
    member's own; of one listing the larger quantity.
    """
    quantities = guest_basket(request)
    if isinstance(request.user, Member):
        lines = BasketLine.objects.filter(basket__member=request.user).order_by("pk")
        for listing_id, quantity in lines.values_list("listing_id", "quantity"):
            quantities[listing_id] = max(quantity, quantities.get(listing_id, 0))
    return quantities


def guest_basket(request: HttpRequest) -> dict[int, int]:
    """Return what the session holds."""
    held: Mapping[str, int] = request.session.get(SESSION_KEY, {})
    return {int(listing_id): quantity for listing_id, quantity in held.items()}


def keep_guest_basket(request: HttpRequest, quantities: Mapping[int, int]) -> None:
    """Write a basket into the session; an empty one leaves nothing behind."""
    if quantities:
        request.session[SESSION_KEY] = {str(pk): held for pk, held in quantities.items()}
    else:
        request.session.pop(SESSION_KEY, None)


def basket_count(request: HttpRequest) -> int:
    """Count the lines of the visitor's basket."""
    return len(basket_of(request))
