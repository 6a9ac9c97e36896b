"""Receive a lot: what arrived, from whom, with which certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ledger.actions.post_entry import post_entry
from market import postings
from market.produce.models import Certificate, Listing, Lot
from market.produce.refusals import KeyUsed, NoCertificate
from people.models import Member

__all__ = ["CertificateDetails", "KeyUsed", "NoCertificate", "receive_goods"]


@dataclass(frozen=True)
class CertificateDetails:
    """What a certificate of compliance (承诺达标合格证) says, by the order 2025 No. 4."""

    origin: str
    issued_on: date
    promised_by: str
    contact: str


@transaction.atomic
def receive_goods(
    *,
    listing: Listing,
    quantity: int,
    received_by: Member,
    received_at: datetime,
    key: str,
    certificate: CertificateDetails | None = None,
) -> Lot:
    """Book what arrived; the same key again returns the lot already booked.

    Args:
        quantity: grams or pieces, 1 or more.
        certificate: what the supplier's certificate says, for this lot.

    Raises:
        NoCertificate: the product needs one, is on sale already, and none came.
        KeyUsed: the key already booked another lot.
    """
    if quantity < 1:
        raise ValueError("a lot holds at least one gram or piece")
    # The lock makes a second press wait, and find the first one's lot.
    listing = Listing.objects.lock().select_related("product", "stock").get(pk=listing.pk)
    booked = Lot.objects.filter(key=key).first()
    if booked:
        if (booked.listing_id, booked.quantity) != (listing.pk, quantity):
            raise KeyUsed
        return booked
    is_on_sale = listing.status == Listing.Status.ON_SALE
    if not certificate and listing.product.needs_certificate and is_on_sale:
        raise NoCertificate

    lot = Lot.objects.create(
        listing=listing,
        certificate=_issued(certificate, listing, quantity),
        quantity=quantity,
        received_at=received_at,
        received_by=received_by,
        key=key,
    )
    post_entry(
        kind="receive_goods",
        reference=f"lot:{lot.pk}",
        idempotency_key=f"receive:{key}",
        happened_at=received_at,
        moves=postings.receive_goods(
            sku=listing.product.sku, stock=listing.stock, quantity=quantity
        ),
        actor_ref=received_by.books_id,
    )
    return lot


def _issued(
    details: CertificateDetails | None, listing: Listing, quantity: int
) -> Certificate | None:
    if details is None:
        return None
    return Certificate.objects.create(
        product=listing.product,
        quantity=quantity,
        origin=details.origin,
        issued_on=details.issued_on,
        promised_by=details.promised_by,
        contact=details.contact,
    )
