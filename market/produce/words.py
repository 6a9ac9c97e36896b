"""The unit words of products (袋, 瓶, 斤 …) in both languages.

They are values of a product, not sentences of ours, hence a table and no catalogue.
"""

from __future__ import annotations

from django.utils.translation import get_language

ENGLISH: dict[str, tuple[str, str]] = {
    "斤": ("jin", "jin"),
    "公斤": ("kg", "kg"),
    "袋": ("bag", "bags"),
    "瓶": ("bottle", "bottles"),
    "桶": ("jug", "jugs"),
    "罐": ("tin", "tins"),
    "盒": ("box", "boxes"),
    "箱": ("crate", "crates"),
    "板": ("tray", "trays"),
    "捆": ("bunch", "bunches"),
    "把": ("bunch", "bunches"),
    "个": ("piece", "pieces"),
    "份": ("portion", "portions"),
    "包": ("pack", "packs"),
}


def unit_in_language(word: str, language: str | None) -> str:
    """Name one unit; a word without a translation stays as it is.

    >>> unit_in_language("袋", "en"), unit_in_language("袋", "zh-hans")
    ('bag', '袋')
    """
    return ENGLISH.get(word, (word, word))[0] if language == "en" else word


def counted(number: str, word: str) -> str:
    """Write a number with its unit, in the language of the page: “2 袋”, “2 bags”."""
    if get_language() != "en":
        return f"{number} {word}"
    one, many = ENGLISH.get(word, (word, word))
    return f"{number} {one if number == '1' else many}"
