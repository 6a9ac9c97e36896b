"""The request as views see it once somebody has signed in, and where to go next."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from people.models import Member


class MemberRequest(HttpRequest):
    """A request from a signed-in member; use it on views behind `login_required`."""

    user: Member


def next_page(request: HttpRequest) -> str:
    """Return the page of this site the visitor was on the way to, or nothing.

    A path and nothing else: `redirect` would take a bare word for the name of a view.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith("/") else ""


def next_page_or(request: HttpRequest, name: str) -> str:
    """Return where the visitor was on the way to, or else the page with this URL name."""
    return next_page(request) or reverse(name)


def mode_of(request: HttpRequest) -> str:
    """Return the size of type this device asked for, else the one the member likes."""
    mode = request.COOKIES.get("mode", "")
    if mode not in Member.Mode.values and isinstance(request.user, Member):
        mode = request.user.preferred_mode
    return mode if mode in Member.Mode.values else Member.Mode.STANDARD
