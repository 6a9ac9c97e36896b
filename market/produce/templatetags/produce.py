"""How prices and quantities are written."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from moneyed import Money

from market.produce.goods import Good
from market.produce.quantities import shown_jin, shown_kilograms
from market.produce.words import counted, unit_in_language

register = template.Library()

CARDS_KEPT = 4_000
"""Cards one process keeps drawn, a few kilobytes each."""

# What differs from visitor to visitor, to be filled in after drawing. Nobody can write a
# text that holds them, since they are drawn anew with each process.
TOKEN_GOES_HERE = f"token-{secrets.token_hex(16)}"
ADDRESS_GOES_HERE = f"address-{secrets.token_hex(16)}"


class Countable(Protocol):
    """Anything that says how it is counted: a product, or a card of the catalogue."""

    sold_by_weight: bool
    unit_word: str


@register.filter
def yuan(amount: Money | Decimal | int) -> str:
    """Write fen, or yuan as Money or Decimal, as ¥9.00.

    >>> yuan(900), yuan(Decimal("1234.5"))
    ('¥9.00', '¥1,234.50')
    """
    if isinstance(amount, Money):
        amount = amount.amount
    if isinstance(amount, int):
        amount = Decimal(amount) / 100
    return f"−¥{-amount:,.2f}" if amount < 0 else f"¥{amount:,.2f}"


@register.filter
def quantity(amount: int, product: Countable) -> str:
    """Write grams or pieces of a product as “3.5 斤” or “2 袋”."""
    if product.sold_by_weight:
        return counted(shown_jin(amount), "斤")
    return counted(str(amount), product.unit_word)


@register.filter
def kilos(grams: int) -> str:
    """Write grams as kilograms: “1.75 公斤”."""
    return counted(shown_kilograms(grams), "公斤")


@register.filter
def unit_name(product: Countable) -> str:
    """Name the unit in the language of the page: 袋, or bag."""
    return unit_in_language(product.unit_word, get_language())


@register.simple_tag(takes_context=True)
def good_cards(context: Context, goods: Iterable[Good], level: int = 3) -> SafeString:
    """Draw cards of goods with the button that puts them into the basket.

    A card looks the same to everybody until something about its good changes, so it is
    drawn once; what is the visitor's own is filled in afterwards.

    Args:
        level: the heading level of a card's name, 2 or 3.
    """
    draw = _card.__wrapped__ if settings.DEBUG else _card
    language = get_language()
    drawn: set[int] = context["request"].__dict__.setdefault("cards_drawn", set())
    cards = ""
    for good in goods:
        card = draw(good, language, level)
        # A page may show a good twice, but a name for its button may be given once.
        cards += card.replace(f' id="add-{good.pk}"', "") if good.pk in drawn else card
        drawn.add(good.pk)
    cards = cards.replace(TOKEN_GOES_HERE, escape(context.get("csrf_token", "")))
    cards = cards.replace(ADDRESS_GOES_HERE, escape(context["request"].get_full_path()))
    return mark_safe(cards)  # noqa: S308  # Drawn by a template, which escaped what it holds.


@lru_cache(maxsize=CARDS_KEPT)
def _card(good: Good, _language: str | None, level: int) -> str:
    """Draw one card. Whatever shapes it is an argument, the language of the page included."""
    return get_template("components/good.html").render(
        {
            "good": good,
            "button": True,
            "level": level,
            "csrf_token": TOKEN_GOES_HERE,
            "request": {"get_full_path": ADDRESS_GOES_HERE},
        }
    )
