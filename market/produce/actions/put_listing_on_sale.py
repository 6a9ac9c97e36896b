"""Put a listing on sale."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from market.produce.models import Listing
from market.produce.refusals import NoCertificate, WrongStatus

__all__ = [
    "AlreadyOnSale",
    "NoCertificate",
    "NothingReceived",
    "WrongStatus",
    "put_listing_on_sale",
]


class NothingReceived(Exception):
    """Nothing has arrived yet, and what never was there is not 卖完了."""


class AlreadyOnSale(Exception):
    """The same product is on sale at this service point at another price."""


@transaction.atomic
def put_listing_on_sale(*, listing: Listing) -> None:
    """Put a listing on sale, or back on sale once withdrawn; a second time does nothing.

    Raises:
        WrongStatus: it was returned and not handed in again.
        NothingReceived: no lot of it has arrived.
        NoCertificate: a lot came without the certificate of compliance it needs.
        AlreadyOnSale: the product is on sale here under another listing.
    """
    locked = Listing.objects.lock().select_related("product").get(pk=listing.pk)
    if locked.status == Listing.Status.RETURNED:
        raise WrongStatus(locked.status)
    if not locked.lots.exists():
        raise NothingReceived
    if locked.product.needs_certificate and locked.lots.filter(certificate=None).exists():
        raise NoCertificate
    try:
        with transaction.atomic():
            Listing.objects.filter(pk=listing.pk).update(status=Listing.Status.ON_SALE)
    except IntegrityError as error:
        raise AlreadyOnSale from error
    listing.status = Listing.Status.ON_SALE
