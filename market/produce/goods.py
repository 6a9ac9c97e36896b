"""One card of the shop: how the row of a listing is told to residents."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext

from market.produce.photos import CARD_PHOTO, photo_urls
from market.produce.pricing import CostLines
from market.produce.quantities import JIN_G, ORDER_STEP_G, fen_per_500, shown_jin
from market.produce.words import counted, unit_in_language

FEW_UNITS = 20
"""From here down a card says how many are left."""

COLUMNS = (
    "pk",
    "product__sku",
    "product__name",
    "product__name_en",
    "product__supplier__place",
    "product__supplier__place_en",
    "product__unit_word",
    "product__sold_by_weight",
    "product__unit_g",
    "product__unit_ml",
    "product__photo_id",
    "farmer_price",
    "transport_cost",
    "packing_cost",
    "points_price",
    "on_sale_until",
    "stock__credits_posted",
    "stock__debits_posted",
    "stock__debits_pending",
    "has_certificate",
)

PHOTO = COLUMNS.index("product__photo_id")
UNTIL = COLUMNS.index("on_sale_until")

CARDS_KEPT = 4_000
"""Rows whose cards one process remembers, a kilobyte each."""


class Good(NamedTuple):
    """One card of the shop: a listing as residents see it, in the language of the page.

    Args:
        unit_word: 袋, 瓶, 斤, whatever the language; `unit_label` is in the page's.
        price_fen: fen for one unit; `costs` says who gets them.
        stock_kind: plenty, few, sold_out or closed; `stock_word` says it.
        step: what the quantity is stepped by as it is typed: 0.5 or 1.
        per_500_fen: fen of 500 grams, or of 500 millilitres of what is liquid, if known.
    """

    pk: int
    sku: str
    url: str
    name: str
    place: str
    photo_url: str
    photo_alt: str
    unit_word: str
    unit_label: str
    sold_by_weight: bool
    price_fen: int
    points_price: int
    costs: CostLines
    stock_word: str
    stock_kind: str
    has_certificate: bool
    can_order: bool
    step: str
    per_500_fen: int | None
    is_liquid: bool


def cards(listings: Iterable[tuple[Any, ...]], now: datetime.datetime) -> list[Good]:
    """Turn listings into cards with two queries: one for the rows, one for their photos."""
    rows = list(listings)
    photos = photo_urls({row[PHOTO] for row in rows if row[PHOTO]}, CARD_PHOTO)
    language, address = get_language(), address_of_anything()
    return [card(row, photos, now, language, address) for row in rows]


def address_of_anything() -> str:
    """Look up where products are, once: to do so for twenty costs as much as their rows."""
    return reverse("produce:product", args=("-",))


def card(
    row: tuple[Any, ...],
    photos: dict[int, str],
    now: datetime.datetime,
    language: str | None,
    address: str,
) -> Good:
    """Tell the row of a listing to residents.

    The row holds all that may change about a good, what is left of it too, so each is told once.
    """
    closes = row[UNTIL]
    photo_url = photos.get(row[PHOTO], "")
    return _told(row, photo_url, closes is not None and closes <= now, language, address)


@lru_cache(maxsize=CARDS_KEPT)
def _told(
    row: tuple[Any, ...],
    photo_url: str,
    is_closed: bool,  # noqa: FBT001  # A cache finds arguments faster by position.
    language: str | None,
    address: str,
) -> Good:
    (pk, sku, name, name_en, place, place_en, unit_word, by_weight, unit_g, unit_ml, _, farmer,
     transport, packing, points, _, came, went, held, has_certificate) = row  # fmt: skip
    costs = CostLines(_fen(farmer), _fen(transport), _fen(packing))
    kind, word = stock_in_words(
        came - went - held,
        by_weight=by_weight,
        unit_word=unit_word,
        is_closed=is_closed,
    )
    is_english = language == "en"
    shown_name = name_en if name_en and is_english else name
    return Good(
        pk=pk,
        sku=sku,
        url=address.replace("/-/", f"/{sku}/"),
        name=shown_name,
        place=place_en if place_en and is_english else place,
        photo_url=photo_url,
        photo_alt=shown_name,
        unit_word=unit_word,
        unit_label=unit_in_language(unit_word, language),
        sold_by_weight=by_weight,
        price_fen=costs.total_fen,
        points_price=points,
        costs=costs,
        stock_word=word,
        stock_kind=kind,
        has_certificate=bool(has_certificate),
        can_order=kind in ("plenty", "few"),
        step="0.5" if by_weight else "1",
        per_500_fen=fen_per_500(costs.total_fen, unit_g or unit_ml),
        is_liquid=not unit_g and bool(unit_ml),
    )


def stock_in_words(
    free: int, *, by_weight: bool, unit_word: str, is_closed: bool
) -> tuple[str, str]:
    """Say how much is left, honestly: plenty, so many, sold out, or closed.

    Args:
        free: grams or pieces that nobody has ordered.
    """
    if is_closed:
        return "closed", pgettext("stock", "Orders have closed")
    if free < (ORDER_STEP_G if by_weight else 1):
        return "sold_out", pgettext("stock", "Sold out")
    unit = JIN_G if by_weight else 1
    if free > FEW_UNITS * unit:
        return "plenty", pgettext("stock", "Plenty left")
    if by_weight:
        left = counted(shown_jin(free - free % ORDER_STEP_G), "斤")
    else:
        left = counted(str(free), unit_word)
    return "few", gettext("Only %(quantity)s left") % {"quantity": left}


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)
