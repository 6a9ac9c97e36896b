"""The shop on the web: what is on sale, and one product of it."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe

from ledger.clock import database_now
from market.produce import queries, sharing
from market.produce.forms import CatalogueForm
from market.produce.goods import Good
from market.produce.http import point_of, points_of
from market.produce.models import Category, Certificate
from market.produce.quantities import UNITS_MAX
from market.sharing.cards import answer
from market.sharing.links import told_for_a_while

SUGGESTIONS = 3


class Chip(NamedTuple):
    """A link that narrows the catalogue."""

    label: str
    address: str
    is_current: bool


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show what a service point sells: a page of it, a shelf, or what was searched for."""
    point = point_of(request)
    if point is None:
        return render(request, "produce/catalogue.html", {"point": None})
    asked = CatalogueForm(request.GET).asked()
    categories = queries.categories_in_order()
    category = next((each for each in categories if each.slug == asked["category"]), None)
    now = database_now()
    page = queries.catalogue(
        point,
        now=now,
        category=category,
        search=asked["q"],
        with_certificate=asked["certificate"],
        page=asked["page"],
    )
    if not page.goods and page.number > 1:
        raise Http404
    is_narrowed = bool(category or asked["q"] or asked["certificate"])
    suggestions: list[Good] = []
    if is_narrowed and not page.goods:
        suggestions = queries.newest_goods(point, now=now, most=SUGGESTIONS)
    return render(
        request,
        "produce/catalogue.html",
        {
            "point": point,
            "points": points_of(request),
            "page": page,
            "asked": asked,
            "chips": _chips(categories, asked),
            "is_narrowed": is_narrowed,
            "suggestions": suggestions,
            "address_of_more": _address(asked, page=page.number + 1),
            "address_of_less": _address(asked, page=page.number - 1),
            "category": category,
            "told": _told(category, page.number),
        },
    )


def _told(category: Category | None, number: int) -> SafeString:
    key = f"catalogue-{category.slug if category else ''}-{number}-{get_language()}"
    return told_for_a_while(key, partial(sharing.shared_catalogue, category, number))


def _chips(categories: list[Any], asked: dict[str, Any]) -> list[Chip]:
    """Return a link to everything, to each shelf, and to what has a certificate."""
    chips = [
        Chip(pgettext("shelf", "Everything"), _address(asked, category=""), not asked["category"])
    ]
    chips += [
        Chip(
            category.local_name,
            _address(asked, category=category.slug),
            category.slug == asked["category"],
        )
        for category in categories
    ]
    has = asked["certificate"]
    chips.append(
        Chip(pgettext("shelf", "Certified"), _address(asked, certificate="" if has else "on"), has)
    )
    return chips


def _address(asked: dict[str, Any], **changes: Any) -> str:
    """Return the address of the catalogue with some of what was asked for changed."""
    wanted = asked | {"page": 1} | changes
    kept = {
        name: "on" if value is True else value
        for name, value in wanted.items()
        if value and (name, value) != ("page", 1)
    }
    return f"?{urlencode(kept)}"


@require_safe
def product(request: HttpRequest, sku: str) -> HttpResponse:
    """Show one product: its price tag here, who grew it, and its certificate."""
    point = point_of(request)
    now = database_now()
    page = queries.product_page(sku, point, now=now)
    if page is None:
        raise Http404
    good = page.here.good if page.here else None
    suggestions: list[Good] = []
    if point and not (good and good.can_order):
        others = queries.newest_goods(point, now=now, most=SUGGESTIONS + 1)
        suggestions = [other for other in others if other.sku != sku][:SUGGESTIONS]
    return render(
        request,
        "produce/product.html",
        {
            "point": point,
            "page": page,
            "product": page.product,
            "good": good,
            "units_max": UNITS_MAX,
            "suggestions": suggestions,
            "shared": sharing.shared_product(page),
        },
    )


@require_safe
def picture(_request: HttpRequest, sku: str, digest: str) -> HttpResponse:
    """Show the picture of a shared link to a product: its price tag."""
    page = queries.product_page(sku, None, now=database_now())
    if page is None:
        raise Http404
    return answer(sharing.card_of(page), digest, partial(sharing.picture_of_product, sku))


@require_safe
def catalogue_picture(_request: HttpRequest, digest: str) -> HttpResponse:
    """Show the picture of a shared link to the shop."""
    return answer(sharing.card_of_catalogue(), digest, sharing.picture_of_catalogue)


@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a certificate of compliance, to read or to print."""
    found = get_object_or_404(Certificate.objects.select_related("product__supplier"), pk=pk)
    return render(request, "produce/certificate.html", {"certificate": found})
