"""Questions the shop can answer. Pages may ask; they may not change.

A page of goods is built from plain columns, not from model instances: it is the page
everybody opens, and its cost is that of the twenty cards on it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext

from ledger.questions import Blank, Question
from market.produce.models import Category, Certificate, Listing, Lot, Product
from market.produce.photos import CARD_PHOTO, PAGE_PHOTO, photo_urls
from market.produce.pricing import CostLines
from market.produce.quantities import JIN_G, ORDER_STEP_G, fen_per_500, shown_jin
from market.produce.search import words_of
from market.produce.words import counted, unit_in_language
from people.models import ServicePoint

PAGE_SIZE = 20
FEW_UNITS = 20
"""From here down a card says how many are left."""

CLOSED_STAYS = datetime.timedelta(days=1)
"""How long a closed listing stays in sight, so that nobody wonders where it went."""

REMEMBERED_SECONDS = 30

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

POINT_COLUMNS = (
    "service_point_id",
    "service_point__name",
    "service_point__name_en",
    "household_limit",
    "on_sale_until",
)


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


class CataloguePage(NamedTuple):
    """Twenty goods, and whether there are more."""

    goods: list[Good]
    number: int
    has_next: bool


def catalogue(
    point: ServicePoint,
    *,
    now: datetime.datetime,
    category: Category | None = None,
    search: str = "",
    with_certificate: bool = False,
    page: int = 1,
) -> CataloguePage:
    """Return a page of what a service point sells, newest first.

    What is sold out stays; what has closed stays for a day.

    Args:
        search: Chinese, English, pinyin or initials; all of its words must be found.
        page: 1 is the first.
    """
    words = words_of(search)
    if not (category or words or with_certificate or page > 1):
        rows = FRONT.ask(point=point.pk, now=now, since=now - CLOSED_STAYS)
        return _catalogue_page(rows, now, page)
    listings = _in_sight(point, now)
    if category:
        listings = listings.filter(product__category=category)
    for word in words:
        listings = listings.filter(product__search_keys__contains=word)
    if with_certificate:
        listings = listings.filter(_came_with_certificate())
    start = (page - 1) * PAGE_SIZE
    return _catalogue_page(listings[start : start + PAGE_SIZE + 1], now, page)


def _catalogue_page(
    rows: Iterable[tuple[Any, ...]], now: datetime.datetime, page: int
) -> CataloguePage:
    """Keep twenty of up to twenty-one rows: the last only says that there are more."""
    goods = _goods(rows, now)
    return CataloguePage(goods[:PAGE_SIZE], page, has_next=len(goods) > PAGE_SIZE)


def newest_goods(point: ServicePoint, *, now: datetime.datetime, most: int) -> list[Good]:
    """Return the newest goods of a point that are not sold out, such as for the home page."""
    goods = _goods(_in_sight(point, now)[: most + PAGE_SIZE], now)
    return [good for good in goods if good.can_order][:most]


class PointPrice(NamedTuple):
    """What a product costs at one service point."""

    good: Good
    point_id: int
    point_name: str
    household_limit: int | None
    closed_at: datetime.datetime | None


class ProductPage(NamedTuple):
    """A product as residents see it.

    Args:
        here: its price tag at the visitor's service point, or nothing.
        elsewhere: its price tags at the other points.
        certificate: the latest that came with a lot of it.
    """

    product: Product
    here: PointPrice | None
    elsewhere: list[PointPrice]
    certificate: Certificate | None
    photo_url: str


def product_page(
    sku: str, point: ServicePoint | None, *, now: datetime.datetime
) -> ProductPage | None:
    """Return a product that is or was on sale, with where it can be had, in four queries."""
    product = next(iter(PRODUCT.ask(sku=sku)), None)
    if product is None:
        return None
    tags = _tags_of(product, now)
    if not tags and not _was_on_sale(product):
        return None
    has_certificate = product.needs_certificate or any(tag.good.has_certificate for tag in tags)
    here = next((tag for tag in tags if point and tag.point_id == point.pk), None)
    photos = photo_urls([product.photo_id] if product.photo_id else [], PAGE_PHOTO)
    return ProductPage(
        product=product,
        here=here,
        elsewhere=[tag for tag in tags if tag is not here],
        certificate=_latest_certificate(product) if has_certificate else None,
        photo_url=photos.get(product.photo_id or 0, ""),
    )


def _was_on_sale(product: Product) -> bool:
    return product.listings.filter(status=Listing.Status.WITHDRAWN).exists()


def _tags_of(product: Product, now: datetime.datetime) -> list[PointPrice]:
    """Return its price tags at every point, the points in their order."""
    rows = TAGS.ask(product=product.pk, now=now)
    language, address = get_language(), _address_of_anything()
    return [_tag(row, now, language, address) for row in rows]


def _tag(
    row: tuple[Any, ...], now: datetime.datetime, language: str | None, address: str
) -> PointPrice:
    wide = len(COLUMNS)
    point_id, name, name_en, household_limit, closed_at = row[wide:]
    return PointPrice(
        good=_good(row[:wide], {}, now, language, address),
        point_id=point_id,
        point_name=name_en if name_en and language == "en" else name,
        household_limit=household_limit,
        closed_at=closed_at,
    )


def _latest_certificate(product: Product) -> Certificate | None:
    return product.certificates.order_by("-issued_on", "-pk").first()


def price_tags(point: ServicePoint, *, now: datetime.datetime) -> list[Good]:
    """Return everything a point can sell now, for the sheet of price tags."""
    return [good for good in _goods(_in_sight(point, now), now) if good.stock_kind != "closed"]


def categories_in_order() -> list[Category]:
    """Return the shelves as the chips show them; a new one is there within half a minute."""
    return caches["memory"].get_or_set("categories", _categories, REMEMBERED_SECONDS) or []


def _categories() -> list[Category]:
    return list(Category.objects.order_by("position", "pk"))


def _in_sight(point: ServicePoint, now: datetime.datetime) -> QuerySet[Listing, Any]:
    """Keep what a point shows, newest first, as `listing_newest_at_a_point` is ordered."""
    return _in_sight_since(point, now, now - CLOSED_STAYS)


def _in_sight_since(point: Any, now: Any, since: Any) -> QuerySet[Listing, Any]:
    return (
        _rows_on_sale()
        .filter(
            Q(on_sale_until__isnull=True) | Q(on_sale_until__gt=since),
            service_point=point,
            on_sale_from__lte=now,
        )
        .order_by("-on_sale_from", "-pk")
    )


@cache
def _rows_on_sale() -> QuerySet[Listing, Any]:
    """Return the columns of cards; built once, since building costs as much as asking."""
    rows: QuerySet[Listing, Any] = (
        Listing.objects.on_sale()
        .annotate(has_certificate=_came_with_certificate())
        .values_list(*COLUMNS)
    )
    return rows


def _came_with_certificate() -> Exists:
    """Say of each listing whether a certificate came with a lot of it."""
    return Exists(Lot.objects.filter(listing=OuterRef("pk"), certificate__isnull=False))


# What the two pages ask that everybody opens.
FRONT: Question[tuple[Any, ...]] = Question(
    lambda: _in_sight_since(
        Blank("point"), Blank("now", DateTimeField()), Blank("since", DateTimeField())
    )[: PAGE_SIZE + 1]
)
PRODUCT = Question(lambda: Product.objects.select_related("supplier").filter(sku=Blank("sku")))
TAGS: Question[tuple[Any, ...]] = Question(
    lambda: (
        _rows_on_sale()
        .values_list(*COLUMNS, *POINT_COLUMNS)
        .filter(product=Blank("product"), on_sale_from__lte=Blank("now", DateTimeField()))
        .order_by("service_point_id")
    )
)


def _goods(listings: Iterable[tuple[Any, ...]], now: datetime.datetime) -> list[Good]:
    """Turn listings into cards with two queries: one for the rows, one for their photos."""
    rows = list(listings)
    photos = photo_urls({row[PHOTO] for row in rows if row[PHOTO]}, CARD_PHOTO)
    language, address = get_language(), _address_of_anything()
    return [_good(row, photos, now, language, address) for row in rows]


def _address_of_anything() -> str:
    """Look up where products are, once: to do so for twenty costs as much as their rows."""
    return reverse("produce:product", args=("-",))


def _good(
    row: tuple[Any, ...],
    photos: dict[int, str],
    now: datetime.datetime,
    language: str | None,
    address: str,
) -> Good:
    (pk, sku, name, name_en, place, place_en, unit_word, by_weight, unit_g, unit_ml, photo, farmer,
     transport, packing, points, until, came, went, held, has_certificate) = row  # fmt: skip
    costs = CostLines(_fen(farmer), _fen(transport), _fen(packing))
    kind, word = stock_in_words(
        came - went - held,
        by_weight=by_weight,
        unit_word=unit_word,
        is_closed=until is not None and until <= now,
    )
    is_english = language == "en"
    shown_name = name_en if name_en and is_english else name
    return Good(
        pk=pk,
        sku=sku,
        url=address.replace("/-/", f"/{sku}/"),
        name=shown_name,
        place=place_en if place_en and is_english else place,
        photo_url=photos.get(photo, ""),
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
