"""Take a listing off sale."""

from __future__ import annotations

from market.produce.models import Listing
from market.produce.refusals import WrongStatus


def withdraw_listing(*, listing: Listing) -> None:
    """Take a listing off sale; orders already placed stand. A second time does nothing.

    Raises:
        WrongStatus: it was never on sale.
    """
    on_sale = Listing.objects.filter(pk=listing.pk, status=Listing.Status.ON_SALE)
    if not on_sale.update(status=Listing.Status.WITHDRAWN):
        listing.refresh_from_db(fields=["status"])
        if listing.status != Listing.Status.WITHDRAWN:
            raise WrongStatus(listing.status)
    listing.status = Listing.Status.WITHDRAWN
