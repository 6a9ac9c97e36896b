"""Add a farmer, co-operative or workshop who supplies the shop."""

from __future__ import annotations

from market.produce.models import Supplier
from market.produce.refusals import CodeTaken


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
) -> Supplier:
    """Add a supplier; the same code and name again return the one already there.

    Args:
        code: names the supplier's account in the books, and never changes.
        kind: one of `Supplier.Kind`.

    Raises:
        CodeTaken: another supplier has this code.
    """
    supplier, _created = Supplier.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "kind": kind,
            "place": place,
            "distance_km": distance_km,
            "story": story,
            "story_en": story_en,
            "payee_details": payee_details,
        },
    )
    if supplier.name != name:
        raise CodeTaken(supplier)
    return supplier
