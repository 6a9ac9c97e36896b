"""Hand a listing in for review."""

from __future__ import annotations

from market.produce.models import Listing
from market.produce.refusals import WrongStatus

BEFORE = (Listing.Status.DRAFT, Listing.Status.RETURNED)


def submit_listing(*, listing: Listing) -> None:
    """Hand a draft, or one that was returned and mended, in for review; twice is once.

    Raises:
        WrongStatus: it is on sale, or withdrawn.
    """
    waiting = Listing.objects.filter(pk=listing.pk, status__in=BEFORE)
    if not waiting.update(status=Listing.Status.SUBMITTED, returned_reason=""):
        listing.refresh_from_db(fields=["status"])
        if listing.status != Listing.Status.SUBMITTED:
            raise WrongStatus(listing.status)
    listing.status = Listing.Status.SUBMITTED
