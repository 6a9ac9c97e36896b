"""What a scanned code opens. Looking at it changes nothing."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ledger.clock import database_now
from people.models import Member, Token
from people.queries import phones_to_call, token_in_force


@never_cache
@require_safe
def open_token(request: HttpRequest, code: str) -> HttpResponse:
    """Lead the owner to their own page, staff to theirs, and anybody else to the sign-in."""
    # The address has no language in it, so that a printed code stays short.
    with translation.override(get_language_from_request(request)):
        token = token_in_force(code, at=database_now())
        if token is None:
            context = {"phones": phones_to_call()}
            return render(request, "people/token_unknown.html", context, status=404)
        page = _page_for(request.user, token)
        if page:
            return redirect(page, token.subject)
        if request.user.is_authenticated:
            messages.warning(
                request,
                _("This code belongs to somebody else. Sign in as its owner to open it."),
            )
        return redirect_to_login(request.path, reverse("people:sign-in"))


def _page_for(user: Member | AnonymousUser, token: Token) -> str:
    """Return the name of the page this visitor may see; empty for none."""
    pages = settings.TOKEN_PAGES[token.purpose]
    if user == token.owner:
        return pages["owner"]
    return pages["staff"] if user.has_perm("till.use_till") else ""
