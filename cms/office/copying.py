"""Copying last year's market day from the office."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from cms.actions.copy_market_day import MayNotAdd, copy_market_day
from cms.models import MarketDayPage
from ledger.clock import database_now
from people.http import MemberRequest
from people.models import Member

COPY = "market-day-pages:copy"


@require_http_methods(["GET", "POST"])
def copy(request: MemberRequest, pk: int) -> HttpResponse:
    """Copy a market day and open the copy; asked for with GET, offer the button."""
    page = get_object_or_404(MarketDayPage, pk=pk, locale__language_code=settings.LANGUAGE_CODE)
    if not page.get_parent().permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "cms/office/copy.html", {"page": page})
    try:
        draft = copy_market_day(
            original=page, copied_by=request.user, today=timezone.localdate(database_now())
        )
    except MayNotAdd as refusal:
        raise PermissionDenied from refusal
    messages.success(request, _("Copied as a draft. Set the date and the stalls, then publish."))
    form = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    return redirect(f"{form}?next={reverse('market-day-pages:index')}")


def header_button(page: Page, user: Member, **_about: Any) -> Iterator[Button]:
    """Offer the copy in the menu of a market day's own page."""
    is_original = page.locale.language_code == settings.LANGUAGE_CODE
    if (
        page.specific_class is MarketDayPage
        and is_original
        and page.get_parent().permissions_for_user(user).can_add_subpage()
    ):
        yield Button(
            _("Copy for next year"),
            url=reverse(COPY, args=[page.pk]),
            icon_name="copy",
            priority=25,
        )
