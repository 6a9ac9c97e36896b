"""What wraps every request and belongs to no app."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from config.views import not_found

OFFICE = "/office/"
OFFICE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
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


class OurOwnNotFound:
    """Say on our own page that an address is wrong, on a developer's machine too.

    With DEBUG, Django lists its patterns instead, to whoever follows a mistyped address after
    `make run`. Without DEBUG it asks for our page by itself, and this is not there at all.
    What others make of an answer 404, such as adding a slash, they do to this one as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # No view has seen the request, so none has chosen what to say.
        if response.status_code == HTTPStatus.NOT_FOUND and request.resolver_match is None:
            return not_found(request, Http404())
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view, such as Wagtail's for all pages, that found nothing."""
        return not_found(request, exception) if isinstance(exception, Http404) else None
