"""How much: what people type and read, and the whole numbers the books keep.

The books count grams of what is sold by weight, and pieces of everything else. People
type and read jin (斤, 500 g) or pieces. Pure arithmetic, without rows or words of pages.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

JIN_G = 500
"""Grams in a jin, as markets here have counted since 1959."""

ORDER_STEP_G = 250
"""Residents order in steps of half a jin (`docs/orders.md`)."""

SCALE_STEP_G = 5
"""Counter scales show hundredths of a jin, which are five grams."""

UNITS_MAX = 999
"""Nobody orders a thousand of anything; more is a slip of the finger."""

STOCK_UNITS_MAX = 99_999
"""What one lorry may bring: fifty tonnes of celery."""

TYPED = re.compile(r"(?P<sign>[-+]?)(?P<number>\d{0,12}(?:\.\d{0,6})?)\s*(?P<unit>\D*)")
WEIGHT_WORDS_G = {
    "": JIN_G,
    "斤": JIN_G,
    "jin": JIN_G,
    "公斤": 2 * JIN_G,
    "千克": 2 * JIN_G,
    "kg": 2 * JIN_G,
    "克": 1,
    "g": 1,
}


class NotAQuantity(Exception):
    """What was typed does not say how much."""


class NotDigits(NotAQuantity):
    """It holds no number in digits: 一, or a word."""


class TooLittle(NotAQuantity):
    """It is nothing, or less than nothing."""


class TooMuch(NotAQuantity):
    """It is more than anybody means."""

    def __init__(self, units_max: int) -> None:
        super().__init__(f"more than {units_max}")
        self.units_max = units_max


class NotWhole(NotAQuantity):
    """Half a bag cannot be had."""


class NotAStep(NotAQuantity):
    """It lies between two steps."""

    def __init__(self, step_g: int) -> None:
        super().__init__(f"not a multiple of {step_g} g")
        self.step_g = step_g


def parse_quantity(
    typed: str,
    *,
    by_weight: bool,
    unit_word: str = "",
    step_g: int = ORDER_STEP_G,
    units_max: int = UNITS_MAX,
    zero_allowed: bool = False,
) -> int:
    """Read what somebody typed; this function will return grams or pieces.

    >>> parse_quantity("１．５", by_weight=True)
    750
    >>> parse_quantity(" 2 袋", by_weight=False, unit_word="袋")
    2

    Args:
        by_weight: whether jin were meant, or pieces.
        unit_word: what a piece is called; it may be typed behind the number.
        step_g: the step of a weight, in grams.
        units_max: the most that is believed, in jin or pieces.
        zero_allowed: an empty shelf can be counted, but not ordered.

    Raises:
        NotDigits: it is no number in digits, or one of something else.
        TooLittle: it is less than 0, or 0 where that is nothing.
        TooMuch: it is more than `units_max`.
        NotWhole: a part of a piece.
        NotAStep: a weight between two steps.
    """
    number, unit = _number_and_unit(typed)
    if unit not in (WEIGHT_WORDS_G if by_weight else ("", unit_word)):
        raise NotDigits
    if number < 0 or (number == 0 and not zero_allowed):
        raise TooLittle
    quantity = number * WEIGHT_WORDS_G[unit] if by_weight else number
    if quantity > units_max * (JIN_G if by_weight else 1):
        raise TooMuch(units_max)
    if by_weight and quantity % step_g:
        raise NotAStep(step_g)
    if quantity != int(quantity):
        raise NotWhole
    return int(quantity)


def _number_and_unit(typed: str) -> tuple[Decimal, str]:
    """Split “２斤” into 2 and 斤; full-width digits and points count as their plain twins."""
    text = unicodedata.normalize("NFKC", typed).replace("。", ".").replace(",", "").strip().lower()
    match = TYPED.fullmatch(text)
    if not match or not any(character.isdecimal() for character in match["number"]):
        # A number too long to read is a number all the same.
        if re.fullmatch(r"\d{13,}\D*", text):
            raise TooMuch(UNITS_MAX)
        raise NotDigits
    return Decimal(match["sign"] + match["number"]), match["unit"].strip()


def typed_quantity(quantity: int, *, by_weight: bool) -> str:
    """Write a quantity as it would be typed: the way back from `parse_quantity`.

    >>> typed_quantity(1750, by_weight=True)
    '3.5'
    """
    return shown_jin(quantity) if by_weight else str(quantity)


def shown_jin(grams: int) -> str:
    """Write grams as jin, with no more decimals than it takes."""
    return _plain(Decimal(grams) / JIN_G)


def shown_kilograms(grams: int) -> str:
    """Write grams as kilograms.

    >>> shown_kilograms(1750)
    '1.75'
    """
    return _plain(Decimal(grams) / 1000)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def fen_per_500(price_fen: int, unit: int | None) -> int | None:
    """Price 500 grams (or millilitres) of a unit that holds so many, half up, in fen.

    Price tags carry it, so that a big bag and a small one can be compared.

    >>> fen_per_500(3000, 2500)
    600
    """
    if not unit:
        return None
    return (2 * price_fen * 500 + unit) // (2 * unit)
