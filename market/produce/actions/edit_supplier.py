"""Change what is said about a supplier."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from market.produce.models import Product, Supplier
from market.produce.search import keys_of
from people.models import Member


@transaction.atomic
def edit_supplier(
    *,
    supplier: Supplier,
    name: str,
    kind: str,
    place: str,
    distance_km: int,
    story: str,
    story_en: str,
    name_en: str,
    place_en: str,
    members: Iterable[Member] | None = None,
    payee_details: str | None = None,
) -> None:
    """Change a supplier; its products are found by the new name and place at once.

    Args:
        members: who acts for it; nothing leaves them as they are.
        payee_details: nothing leaves them as they are.
    """
    supplier.name = name
    supplier.name_en = name_en
    supplier.kind = kind
    supplier.place = place
    supplier.place_en = place_en
    supplier.distance_km = distance_km
    supplier.story = story
    supplier.story_en = story_en
    if payee_details is not None:
        supplier.payee_details = payee_details
    supplier.save(
        update_fields=[
            "name",
            "name_en",
            "kind",
            "place",
            "place_en",
            "distance_km",
            "story",
            "story_en",
            "payee_details",
        ]
    )
    if members is not None:
        supplier.members.set(members)
    products = list(Product.objects.filter(supplier=supplier))
    for product in products:
        product.search_keys = keys_of(product.name, product.name_en, *supplier.search_texts)
    Product.objects.bulk_update(products, ["search_keys"])
