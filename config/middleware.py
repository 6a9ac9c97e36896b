"""What wraps every request and belongs to no app."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

OFFICE = "/office/"
OFFICE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "frame-ancestors": [CSP.SELF],
    "object-src": [CSP.NONE],
}


def office_csp(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let Wagtail's own pages run their inline scripts, and no page but those."""

    office = csp_override(OFFICE_CSP)(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        return (office if request.path.startswith(OFFICE) else get_response)(request)

    return middleware


def no_nul(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse a NUL in a cookie, or in what is asked of the office: PostgreSQL fails on it.

    Nobody sends one by mistake. Our own pages ask nothing of the database that holds one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = list(request.COOKIES.values())
        if request.path.startswith(OFFICE):
            sent.append(unquote(request.META.get("QUERY_STRING", "")))
        if any("\0" in text for text in sent):
            return HttpResponseBadRequest()
        return get_response(request)

    return middleware
