"""Addresses that are not there for those who may do nothing with members."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

type View = Callable[..., HttpResponse]


def hidden_unless(may_see: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Answer 404 to those who may not see what a view shows, whatever its address names."""

    def hide(view: View) -> View:
        @wraps(view)
        def hidden(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not may_see(request):
                raise Http404
            return view(request, *args, **kwargs)

        return hidden

    return hide
