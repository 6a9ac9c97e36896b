"""Pages that belong to no app: health, robots, and what went wrong."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms.models import MarketDayIndexPage
from cms.queries import list_in_language
from market.produce.http import point_of
from market.sharing.links import absolute

PERSONAL = (
    "office/",
    "q/",
    "orders/",
    "basket/",
    "checkout/",
    "mine/",
    "till/",
    "search/",
    "sign-in/",
    "sign-up/",
)
"""Where one sees what is one's own, or nothing that is not elsewhere too."""


@require_safe
@never_cache
def healthy(request: HttpRequest) -> HttpResponse:
    """Answer "ok" when the site and its database are up; for a load balancer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers to leave personal pages and the back office alone, and where the rest is."""
    everywhere = [f"Disallow: {prefix}{path}" for prefix in ("/", "/en/") for path in PERSONAL]
    lines = ["User-agent: *", *everywhere, f"Sitemap: {absolute(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the page is not there, and where else to look."""
    where = {"point": point_of(request), "market_days": list_in_language(MarketDayIndexPage)}
    return render(request, "404.html", where, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault. No context, no database: either may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=500)
