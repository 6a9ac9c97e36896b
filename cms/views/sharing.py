"""What others fetch of a page: its picture, its entry for a calendar, and the list of all pages."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.calendar_file import calendar_of
from cms.models import HomePage, MarketDayPage
from cms.models.public import IndexPage, PublicPage
from cms.queries import LANGUAGES, published_pages
from cms.sharing import card_of
from ledger.clock import database_now
from market.produce.queries import products_on_sale
from market.sharing.cards import answer
from market.sharing.links import Translation, absolute, in_each_language


@require_safe
def picture(_request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """Show the picture of a shared link to a page. Nothing is drawn but what the page says."""
    page = get_object_or_404(published_pages(), pk=pk).specific
    if not isinstance(page, HomePage | IndexPage | PublicPage):
        raise Http404
    with translation.override(page.locale.language_code):
        return answer(card_of(page), digest, partial(_picture_address, page))


def _picture_address(page: Page, digest: str) -> str:
    return reverse("page-picture", args=[page.pk, digest])


@require_safe
def calendar(_request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a market day as a file for calendars, in the language of its page."""
    pages = MarketDayPage.objects.live().select_related("locale", "service_point")
    page = get_object_or_404(pages, pk=pk)
    with translation.override(page.locale.language_code):
        written = calendar_of(page)
    # Not as an attachment: an iPhone then keeps the file instead of opening it.
    named = f'inline; filename="{page.held_on:%Y-%m-%d}.ics"'
    return HttpResponse(
        written,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": named},
    )


class Entry(NamedTuple):
    """One address of the site map, and the same thing in other languages."""

    address: str
    changed_at: datetime.datetime | None
    translations: list[Translation]


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List everything search engines may show: pages, the shop, and what is on sale."""
    entries = [*_pages(), *_goods()]
    return render(request, "cms/sitemap.xml", {"entries": entries}, content_type="application/xml")


def _pages() -> Iterable[Entry]:
    pages = [page for page in published_pages().order_by("path") if page.url]
    translations: dict[object, list[Translation]] = {}
    for page in sorted(pages, key=lambda each: LANGUAGES.index(each.locale.language_code)):
        found = Translation(page.locale.language_code, absolute(page.url))
        translations.setdefault(page.translation_key, []).append(found)
    for page in pages:
        same = translations[page.translation_key]
        yield Entry(absolute(page.url), page.last_published_at, same)


def _goods() -> Iterable[Entry]:
    shop: list[tuple[str, list[str], datetime.datetime | None]] = [("produce:catalogue", [], None)]
    goods = [("produce:product", [sku], since) for sku, since in products_on_sale(database_now())]
    for name, arguments, changed_at in [*shop, *goods]:
        same = in_each_language(partial(reverse, name, args=arguments))
        for each in same:
            yield Entry(each.address, changed_at, same)
