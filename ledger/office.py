"""The trial balance: what every account held at the end of a day, debits beside credits."""

from __future__ import annotations

from typing import Any, override

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from ledger.clock import database_now
from ledger.forms import DayForm
from ledger.statements import sums_by_unit, trial_balance
from ledger.sums import day_of

ROWS_A_PAGE = 100


@require_GET
@permission_required("ledger.view_account")
def trial_balance_page(request: HttpRequest) -> HttpResponse:
    """Show the trial balance of a day, today's if none is asked for."""
    today = {"day": day_of(database_now()), "codes": ""}
    form = DayForm(request.GET if "day" in request.GET else today)
    rows = trial_balance(**_asked(form)) if form.is_valid() else []
    pages = Paginator(rows, ROWS_A_PAGE)
    page = pages.get_page(request.GET.get("p"))
    context = {
        "form": form,
        "rows": [
            (
                row,
                row.unit.written(row.debit),
                row.unit.written(row.credit),
                row.unit.written(row.held),
            )
            for row in page.object_list
        ],
        "sums": [
            (unit, unit.written(debits), unit.written(credits_))
            for unit, debits, credits_ in sums_by_unit(rows)
        ],
        "page": page,
        "elided_page_range": pages.get_elided_page_range(page.number),
    }
    return render(request, "ledger/trial_balance.html", context)


def _asked(form: DayForm) -> dict[str, Any]:
    return {"day": form.cleaned_data["day"], "prefix": form.cleaned_data["codes"]}


class LookOnlyMenuItem(MenuItem):
    @override
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("ledger.view_account"))


class TrialBalanceViewSet(ViewSet):
    icon = "list-ul"
    menu_label = _("Trial balance")
    menu_item_class = LookOnlyMenuItem

    @override
    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", trial_balance_page, name="index")]
