"""Add a farmer, co-operative or workshop who supplies the shop."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from market.produce.models import Supplier
from market.produce.refusals import CodeTaken
from people.models import Member

__all__ = ["CodeTaken", "add_supplier"]


@transaction.atomic
def add_supplier(
    *,
    code: str,
    name: str,
    kind: str,
    place: str,
    distance_km: int,
    story: str = "",
    story_en: str = "",
    payee_details: str = "",
    name_en: str = "",
    place_en: str = "",
    members: Iterable[Member] = (),
) -> Supplier:
    """Add a supplier; the same code and name again return the one already there.

    Args:
        code: names the supplier's account in the books, and never changes.
        kind: one of `Supplier.Kind`.
        members: who acts for it.

    Raises:
        CodeTaken: another supplier has this code.
    """
    supplier, is_new = Supplier.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "name_en": name_en,
            "kind": kind,
            "place": place,
            "place_en": place_en,
            "distance_km": distance_km,
            "story": story,
            "story_en": story_en,
            "payee_details": payee_details,
        },
    )
    if supplier.name != name:
        raise CodeTaken(supplier)
    if is_new:
        supplier.members.set(members)
    return supplier
