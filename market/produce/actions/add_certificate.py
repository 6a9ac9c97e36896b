"""Add the certificate of a lot that came without one."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from market.produce.models import Certificate, Listing, Lot


@transaction.atomic
def add_certificate(
    *, lot: Lot, origin: str, issued_on: date, promised_by: str, contact: str
) -> Certificate:
    """Add a certificate of compliance to a lot; one that is there already stays.

    Args:
        promised_by: who promises that the produce is safe.
        contact: a phone number of theirs.
    """
    Listing.objects.lock().get(pk=lot.listing_id)
    lot = Lot.objects.select_related("certificate", "listing").get(pk=lot.pk)
    if lot.certificate:
        return lot.certificate
    certificate = Certificate.objects.create(
        product_id=lot.listing.product_id,
        quantity=lot.quantity,
        origin=origin,
        issued_on=issued_on,
        promised_by=promised_by,
        contact=contact,
    )
    Lot.objects.filter(pk=lot.pk).update(certificate=certificate)
    return certificate
