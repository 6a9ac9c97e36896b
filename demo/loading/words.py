"""Texts of the demonstration's pages: each Chinese string with its English."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from wagtail.images.models import Image
from wagtail.models import Page
from wagtail_localize.strings import extract_strings

from market.produce.models import Product

Pair = dict[str, str]
FindPicture = Callable[[str, str], Image | None]


class Words:
    """Remembers the English of every Chinese string that went into a page."""

    def __init__(self) -> None:
        self.english: dict[str, str] = {}

    def of(self, pair: Pair) -> str:
        """Return the Chinese of a pair."""
        self.english[pair["zh"]] = pair["en"]
        return pair["zh"]

    def rich(self, pair: Pair) -> str:
        """Return the Chinese of rich text; both languages have the same tags in one order."""
        chinese, english = (extract_strings(pair[language])[1] for language in ("zh", "en"))
        for (own, _), (other, _) in zip(chinese, english, strict=True):
            self.english[own.data] = other.data
        return pair["zh"]

    def lines(self, pairs: list[Pair]) -> str:
        """Return the Chinese of several lines, which are one string to translate."""
        chinese, english = ("\n".join(pair[key] for pair in pairs) for key in ("zh", "en"))
        return self.of({"zh": chinese, "en": english})


def blocks_of(
    blocks: list[dict[str, Any]], words: Words, picture: FindPicture
) -> list[dict[str, Any]]:
    """Turn blocks of the file, each `{kind: content}`, into those of a page's text."""
    made = []
    for block in blocks:
        ((kind, content),) = block.items()
        for part in content if kind == "thanks" else [content]:
            name, value = BLOCKS[kind](part, words, picture)
            if value:
                made.append({"type": name, "value": value})
    return made


def _listed(values: Iterable[Any]) -> list[dict[str, Any]]:
    """Number the entries of a list, as the editor does: only then can they be translated."""
    return [{"type": "item", "value": value, "id": str(uuid4())} for value in values]


def _each(row: dict[str, Any], words: Words) -> dict[str, Any]:
    """Take over a row: its pairs as Chinese, the rest as it is."""
    return {key: words.of(cell) if isinstance(cell, dict) else cell for key, cell in row.items()}


def _picture(row: Any, words: Words, picture: FindPicture) -> tuple[str, Any]:
    image = picture(row["name"], row["alt"]["zh"])
    if image is None:
        return "picture", None
    shown = {"image": image.pk, "alt_text": words.of(row["alt"]), "decorative": False}
    caption = words.of(row["caption"]) if row.get("caption") else ""
    return "picture", {"picture": shown, "caption": caption}


def _price_tag(row: Any, _words: Words, _picture: FindPicture) -> tuple[str, Any]:
    return "price_tag", {"product": Product.objects.get(sku=row["sku"]).pk}


def _dos_and_donts(row: Any, words: Words, _picture: FindPicture) -> tuple[str, Any]:
    dos, donts = ([words.of(pair) for pair in row[key]] for key in ("do", "dont"))
    return "dos_and_donts", {"dos": _listed(dos), "donts": _listed(donts)}


def _expander(row: Any, words: Words, _picture: FindPicture) -> tuple[str, Any]:
    return "expander", {"title": words.of(row["title"]), "text": words.rich(row["text"])}


def _cards(rows: Any, words: Words, _picture: FindPicture) -> tuple[str, Any]:
    cards = []
    for row in rows:
        page = Page.objects.filter(slug=row["link"], locale__language_code="zh-hans").first()
        if page is not None:
            title, text = words.of(row["title"]), words.of(row["text"])
            cards.append({"title": title, "text": text, "page": page.pk})
    return "cards", {"cards": _listed(cards)}


def _thanks(row: Any, words: Words, _picture: FindPicture) -> tuple[str, Any]:
    return "thanks", {"text": words.of(row["text"]), "said_by": words.of(row["from"])}


BLOCKS: dict[str, Callable[[Any, Words, FindPicture], tuple[str, Any]]] = {
    "text": lambda content, words, _: ("text", words.rich(content)),
    "picture": _picture,
    "notice": lambda content, words, _: ("announcement", _each(content, words)),
    "price_tag": _price_tag,
    "steps": lambda content, words, _: (
        "steps",
        {"steps": _listed({"text": ""} | _each(row, words) for row in content)},
    ),
    "do_dont": _dos_and_donts,
    "expander": _expander,
    "cards": _cards,
    "figures": lambda content, words, _: (
        "figures",
        {"figures": _listed({"unit": ""} | _each(row, words) for row in content)},
    ),
    "thanks": _thanks,
}
