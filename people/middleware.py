"""What wraps every request of somebody who has signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from people.sessions import is_over, is_signed_in, touch


def personal_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """End sessions that have run their time, and keep personal pages out of every cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_signed_in(request.session):
            if is_over(request.session):
                logout(request)
            else:
                touch(request.session)
        was_signed_in = is_signed_in(request.session)
        response = get_response(request)
        is_personal = was_signed_in or is_signed_in(request.session)
        if is_personal and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware
