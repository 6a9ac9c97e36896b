"""Change what a product is called and how it is shown."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from wagtail.images.models import Image

from market.produce.models import Category, Product
from market.produce.search import keys_of
from people.nudge import nudge


class CountedInTheBooks(Exception):
    """The books already count it in grams, or in pieces: add another product instead."""


@transaction.atomic
def edit_product(
    *,
    product: Product,
    category: Category,
    name: str,
    name_en: str,
    unit_word: str,
    unit_g: int | None,
    unit_ml: int | None,
    unit_pieces: int | None,
    sold_by_weight: bool,
    keeps: bool,
    needs_certificate: bool,
    tip: str,
    tip_en: str,
    photo: Image | None,
) -> None:
    """Change a product and its search keys; the article number and the supplier stay.

    Raises:
        CountedInTheBooks: it has been listed, and would be counted another way.
    """
    stored = Product.objects.select_related("supplier").get(pk=product.pk)
    counted_anew = sold_by_weight != stored.sold_by_weight or (
        sold_by_weight and unit_g != stored.unit_g
    )
    if counted_anew and stored.listings.exists():
        raise CountedInTheBooks
    supplier = stored.supplier
    changes = {
        "category": category,
        "name": name,
        "name_en": name_en,
        "unit_word": unit_word,
        "unit_g": unit_g,
        "unit_ml": unit_ml,
        "unit_pieces": unit_pieces,
        "sold_by_weight": sold_by_weight,
        "keeps": keeps,
        "needs_certificate": needs_certificate,
        "tip": tip,
        "tip_en": tip_en,
        "photo": photo,
        "search_keys": keys_of(name, name_en, *supplier.search_texts),
    }
    Product.objects.filter(pk=product.pk).update(**changes)
    product.refresh_from_db()
    if photo:
        make_sizes = partial(nudge, "market.produce.tasks.make_photo_sizes", image_id=photo.pk)
        transaction.on_commit(make_sizes)
