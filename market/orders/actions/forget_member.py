"""Forget what a member was going to buy."""

from __future__ import annotations

from django.db.models import Q

from market.orders.models import Basket, Order
from people.actions.erase_member import StillExpected
from people.models import Member


def forget_member(*, member: Member) -> None:
    """Delete the basket of a member who is being erased. Orders stay: they are in the books.

    Raises:
        StillExpected: an order of theirs, or for them, is open.
    """
    theirs = Order.objects.filter(Q(placed_by=member) | Q(on_behalf_of=member))
    if theirs.open().exists():
        raise StillExpected
    Basket.objects.filter(member=member).delete()
