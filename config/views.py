"""Pages that belong to no app: health, robots, and what went wrong."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthy(request: HttpRequest) -> HttpResponse:
    """Answer "ok" when the site and its database are up; for a load balancer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers to leave personal pages and the back office alone."""
    lines = ["User-agent: *", "Disallow: /office/", "Disallow: /q/", "Disallow: /orders/"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the page is not there, and where else to look."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault. No context, no database: either may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=500)
