"""The open ledger (阳光账本): what came in, what went out, for everybody to see."""

from __future__ import annotations

import csv
import datetime
from itertools import groupby
from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ledger.clock import database_now
from ledger.sums import day_of
from market.open_ledger.forms import MonthForm
from market.open_ledger.queries import (
    A_DAY,
    Balance,
    balance_now,
    balance_of_flows,
    first_month,
    flows_of_days,
    last_check,
    month_of,
)

CHECKED_EVERY = datetime.timedelta(hours=36)
"""Every night; what is older than that was forgotten once."""


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Show a month's money, where it lies now, and whether the books are right."""
    now = database_now()
    today = day_of(now)
    begin = first_month() or today.replace(day=1)
    month = _month(request, begin, today)
    if month is None:
        return redirect("open_ledger:ledger")
    first, last = month_of(month)
    figures = balance_of_flows(flows_of_days(first, min(last, today)))
    held = balance_now()
    check = last_check()
    context = {
        "month": month,
        "earlier": first - A_DAY if first > begin else None,
        "later": last + A_DAY if last < today else None,
        "figures": figures,
        "held": held,
        "check": check,
        "is_old": check and now - check.checked_at > CHECKED_EVERY,
        "is_green": check and not check.wrong and _is_right(figures, held),
    }
    return render(request, "open_ledger/ledger.html", context)


def _is_right(figures: Balance, held: Balance) -> bool:
    """Whether both sides are equal, and nothing stays with the community."""
    return figures.is_equal and held.is_equal and not (figures.markup_fen or held.markup_fen)


@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """Write the same month down by day, for a spreadsheet. Nobody is named in it."""
    today = day_of(database_now())
    month = _month(request, first_month() or today.replace(day=1), today)
    if month is None:
        return redirect("open_ledger:ledger")
    first, last = month_of(month)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ledger-{month:%Y-%m}.csv"'
    # Without it a spreadsheet takes Chinese for something else.
    response.write("\ufeff")
    table = csv.writer(response)
    table.writerow([_("Day"), _("What moved"), _("Came in, ¥"), _("Went out, ¥")])
    for day, found in groupby(flows_of_days(first, min(last, today)), attrgetter("day")):
        figures = balance_of_flows(found)
        table.writerows([day, part.label, _plain(part.fen), ""] for part in figures.came)
        table.writerows([day, part.label, "", _plain(part.fen)] for part in figures.went)
    return response


def _plain(fen: int) -> str:
    """Write fen as yuan for a program: below 0 there is nothing, so no cell begins with a sign.

    >>> _plain(123456)
    '1234.56'
    """
    return f"{fen // 100}.{fen % 100:02d}"


def _month(
    request: HttpRequest, begin: datetime.date, today: datetime.date
) -> datetime.date | None:
    """Return the first day of the month asked for, or of this one; nothing for no month of ours."""
    if "month" not in request.GET:
        return today.replace(day=1)
    form = MonthForm(request.GET)
    if not form.is_valid():
        return None
    month: datetime.date = form.cleaned_data["month"]
    return month if begin <= month <= today else None
