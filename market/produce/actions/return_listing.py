"""Return a listing to who handed it in, and say why."""

from __future__ import annotations

from market.produce.models import Listing
from market.produce.refusals import WrongStatus


class NoReason(Exception):
    """Whoever handed it in must be told what to mend."""


def return_listing(*, listing: Listing, reason: str) -> None:
    """Return a listing in review; a second time does nothing.

    Args:
        reason: one sentence for who handed it in.

    Raises:
        NoReason: it is empty.
        WrongStatus: the listing is not in review.
    """
    if not reason.strip():
        raise NoReason
    in_review = Listing.objects.filter(pk=listing.pk, status=Listing.Status.SUBMITTED)
    if not in_review.update(status=Listing.Status.RETURNED, returned_reason=reason.strip()):
        listing.refresh_from_db(fields=["status"])
        if listing.status != Listing.Status.RETURNED:
            raise WrongStatus(listing.status)
    listing.status = Listing.Status.RETURNED
