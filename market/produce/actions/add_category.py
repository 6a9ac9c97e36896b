"""Add a shelf to the shop."""

from __future__ import annotations

from market.produce.models import Category
from market.produce.refusals import CodeTaken


def add_category(*, slug: str, name: str, name_en: str, position: int = 0) -> Category:
    """Add a category; the same slug and name again return the one already there.

    Args:
        position: where its chip stands in the row; small comes first.

    Raises:
        CodeTaken: another category has this slug.
    """
    category, _created = Category.objects.get_or_create(
        slug=slug, defaults={"name": name, "name_en": name_en, "position": position}
    )
    if category.name != name:
        raise CodeTaken(category)
    return category
