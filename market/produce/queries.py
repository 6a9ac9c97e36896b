"""Questions the shop can answer. Pages may ask; they may not change.

A page of goods is built from plain columns, not from model instances: it is the page
everybody opens, and its cost is that of the twenty cards on it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db.models import DateTimeField, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from ledger.questions import Blank, Question, blanks, numbered
from market.produce.goods import COLUMNS, Good, address_of_anything, card, cards
from market.produce.models import Category, Certificate, Listing, Lot, Product, Supplier
from market.produce.photos import PAGE_PHOTO, photo_urls
from market.produce.search import words_of
from people.models import ServicePoint

PAGE_SIZE = 20
CLOSED_STAYS = datetime.timedelta(days=1)
"""How long a closed listing stays in sight, so that nobody wonders where it went."""

REMEMBERED_SECONDS = 30

POINT_COLUMNS = (
    "service_point_id",
    "service_point__name",
    "service_point__name_en",
    "household_limit",
    "on_sale_until",
)


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
    goods = cards(rows, now)
    return CataloguePage(goods[:PAGE_SIZE], page, has_next=len(goods) > PAGE_SIZE)


def newest_goods(point: ServicePoint, *, now: datetime.datetime, most: int) -> list[Good]:
    """Return the newest goods of a point that are not sold out, such as for the home page."""
    goods = cards(_in_sight(point, now)[: most + PAGE_SIZE], now)
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
    language, address = get_language(), address_of_anything()
    return [_tag(row, now, language, address) for row in rows]


def _tag(
    row: tuple[Any, ...], now: datetime.datetime, language: str | None, address: str
) -> PointPrice:
    wide = len(COLUMNS)
    point_id, name, name_en, household_limit, closed_at = row[wide:]
    return PointPrice(
        good=card(row[:wide], {}, now, language, address),
        point_id=point_id,
        point_name=name_en if name_en and language == "en" else name,
        household_limit=household_limit,
        closed_at=closed_at,
    )


def _latest_certificate(product: Product) -> Certificate | None:
    return product.certificates.order_by("-issued_on", "-pk").first()


def price_tags(point: ServicePoint, *, now: datetime.datetime) -> list[Good]:
    """Return everything a point can sell now, for the sheet of price tags."""
    return [good for good in cards(_in_sight(point, now), now) if good.stock_kind != "closed"]


def goods_of_suppliers(
    point: ServicePoint, suppliers: Iterable[int], *, now: datetime.datetime
) -> dict[int, list[Good]]:
    """Return what each of these suppliers has at a point, by the supplier's id."""
    ids = set(suppliers)
    if not ids:
        return {}
    since = now - CLOSED_STAYS
    rows = _of_suppliers(len(ids)).ask(
        point=point.pk, now=now, since=since, **numbered("supplier", ids)
    )
    goods_of: dict[int, list[Good]] = {}
    for supplier, good in _goods_with(rows, now):
        goods_of.setdefault(supplier, []).append(good)
    return goods_of


@cache
def _of_suppliers(count: int) -> Question[tuple[Any, ...]]:
    """Return the question for what so many suppliers have at a point."""
    suppliers = blanks("supplier", count)
    return Question(
        lambda: (
            _in_sight_since(
                Blank("point"), Blank("now", DateTimeField()), Blank("since", DateTimeField())
            )
            .filter(product__supplier__id__in=suppliers)
            .values_list(*COLUMNS, "product__supplier_id")
        )
    )


def names_of_suppliers() -> dict[int, str]:
    """Return what suppliers are called in the language of the page, by their id."""
    language = get_language()
    return caches["memory"].get_or_set(f"suppliers-{language}", _names, REMEMBERED_SECONDS) or {}


def _names() -> dict[int, str]:
    return {supplier.pk: supplier.local_name for supplier in Supplier.objects.all()}


def goods_of_products(
    point: ServicePoint, products: Iterable[int], *, now: datetime.datetime
) -> dict[int, Good]:
    """Return the cards of these products at a point, by the product's id."""
    listings = _in_sight(point, now).filter(product__in=set(products))
    return dict(_goods_with(list(listings.values_list(*COLUMNS, "product_id")), now))


def _goods_with(rows: list[tuple[Any, ...]], now: datetime.datetime) -> Iterable[tuple[int, Good]]:
    """Pair each card with the last column of its row."""
    return zip((row[-1] for row in rows), cards([row[:-1] for row in rows], now), strict=True)


def certificates_of(supplier: Supplier) -> list[Certificate]:
    """Return the certificates that came with a supplier's produce, the latest of each product."""
    latest: dict[int, Certificate] = {}
    found = Certificate.objects.filter(product__supplier=supplier).select_related("product")
    for certificate in found.order_by("issued_on", "pk"):
        latest[certificate.product_id] = certificate
    return list(latest.values())


def lots_without_certificate(community: int) -> QuerySet[Lot]:
    """Return what came to a community without the certificate the law asks for.

    Until it comes the listing cannot go on sale; what was withdrawn waits for none.
    """
    return Lot.objects.filter(
        certificate=None,
        listing__product__needs_certificate=True,
        listing__service_point__community=community,
    ).exclude(listing__status=Listing.Status.WITHDRAWN)


def listings_to_review(community: int) -> QuerySet[Listing]:
    """Return what has been handed in to be put on sale at a community's service points."""
    return Listing.objects.filter(
        status=Listing.Status.SUBMITTED, service_point__community=community
    )


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


def products_on_sale(now: datetime.datetime) -> list[tuple[str, datetime.datetime]]:
    """Return the article number of each product on sale anywhere, and since when it is."""
    listings = Listing.objects.on_sale().filter(
        Q(on_sale_until__isnull=True) | Q(on_sale_until__gt=now), on_sale_from__lte=now
    )
    return list(
        listings.values_list("product__sku").annotate(Max("on_sale_from")).order_by("product__sku")
    )
