"""How prices and quantities are written."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from django import template
from django.utils.translation import get_language
from moneyed import Money

from market.produce.quantities import shown_jin, shown_kilograms
from market.produce.words import counted, unit_in_language

register = template.Library()


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
