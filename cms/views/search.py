"""The search: one box for goods and pages."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms.forms import SearchForm
from cms.found import Finding, Findings, pages_found, recommended
from ledger.clock import database_now
from market.produce.goods import Good
from market.produce.http import point_of
from market.produce.queries import catalogue, newest_goods
from market.produce.search import words_of

GOODS_SHOWN = 8
SUGGESTIONS = 3


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what is recommended, what of it is for sale, and what was written about it.

    What was typed is kept nowhere: docs/privacy.md says why.
    """
    typed, number = SearchForm(request.GET).asked()
    point, now = point_of(request), database_now()
    first: list[Finding] = []
    goods: list[Good] = []
    pages = Findings([], number, has_next=False)
    if words_of(typed):
        if number == 1:
            first = recommended(typed, request)
            goods = catalogue(point, now=now, search=typed).goods if point else []
        pages = pages_found(typed, request, besides=[each.url for each in first], page=number)
    if number > 1 and not pages.pages:
        raise Http404
    found_any = bool(first or goods or pages.pages)
    return render(
        request,
        "cms/search.html",
        {
            "searched": typed,
            "is_odd": bool(request.GET.get("q", "").strip()) and not words_of(typed),
            "found_any": found_any,
            "recommended": first,
            "goods": goods[:GOODS_SHOWN],
            "address_of_goods": _address_of_goods(typed) if goods[GOODS_SHOWN:] else "",
            "pages": pages,
            "address_of_more": f"?{urlencode({'q': typed, 'page': number + 1})}",
            "address_of_less": f"?{urlencode({'q': typed, 'page': number - 1})}",
            "point": point,
            "suggestions": []
            if found_any or not point
            else newest_goods(point, now=now, most=SUGGESTIONS),
        },
    )


def _address_of_goods(typed: str) -> str:
    return f"{reverse('produce:catalogue')}?{urlencode({'q': typed})}"
