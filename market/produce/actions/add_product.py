"""Add a product, and its unit in the books."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from wagtail.images.models import Image

from ledger.actions.open_unit import open_unit
from market.produce.models import Category, Product, Supplier
from market.produce.refusals import CodeTaken
from market.produce.search import keys_of
from people.nudge import nudge

__all__ = ["CodeTaken", "SkuReserved", "add_product"]

BOOK_UNITS = {"CNY", "POINT"}


class SkuReserved(Exception):
    """The books count something else under this number, such as CNY."""


@transaction.atomic
def add_product(
    *,
    supplier: Supplier,
    category: Category,
    sku: str,
    name: str,
    unit_word: str,
    name_en: str = "",
    unit_g: int | None = None,
    unit_ml: int | None = None,
    unit_pieces: int | None = None,
    sold_by_weight: bool = False,
    keeps: bool = True,
    needs_certificate: bool = False,
    tip: str = "",
    tip_en: str = "",
    photo: Image | None = None,
) -> Product:
    """Add a product; the same article number and name again return the one already there.

    Args:
        sku: names the product's unit and accounts in the books, and never changes.
        unit_word: what one unit is called: 袋, 瓶, 斤.
        unit_g: grams in a unit; needed for what is sold by weight.
        sold_by_weight: the books count grams of it, and the scale decides the price.

    Raises:
        CodeTaken: another product has this article number.
        SkuReserved: the books count something else under it.
    """
    if sku in BOOK_UNITS:
        raise SkuReserved
    product, is_new = Product.objects.get_or_create(
        sku=sku,
        defaults={
            "supplier": supplier,
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
        },
    )
    if product.name != name:
        raise CodeTaken(product)
    open_unit(code=sku, name=name)
    if is_new and photo:
        make_sizes = partial(nudge, "market.produce.tasks.make_photo_sizes", image_id=photo.pk)
        transaction.on_commit(make_sizes)
    return product
