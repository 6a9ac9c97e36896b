"""The collecting screen: one box to scan or type into, and everything that waits."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ledger.clock import database_now
from market.orders.queries import orders_waiting
from market.produce.templatetags.produce import yuan
from market.till.actions.open_till import KeyClash, TillIsOpen, open_till
from market.till.codes import Typed, read_typed
from market.till.forms import ChooseTillForm, LookUpForm, OpenTillForm
from market.till.http import SESSION_KEY, TillRequest, at_a_till, for_cashiers, till_of, tills_of
from market.till.queries import Found, look_up, open_session
from market.till.sentences import code_used, in_words, waits_elsewhere


class Said(NamedTuple):
    """A sentence that answers a look-up, and whether it is a refusal or only “look again”."""

    kind: str
    text: str


@at_a_till
@require_http_methods(["GET", "POST"])
def till(request: TillRequest) -> HttpResponse:
    """Take what was scanned or typed to its order, or say why there is none."""
    if request.method == "GET":
        return _page(request, form=LookUpForm())
    form = LookUpForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)

    now = database_now()
    typed = read_typed(form.cleaned_data["looked_for"])
    found = look_up(request.till.service_point, typed, at=now)
    match found.waiting:
        case [order]:
            return redirect("till:order", order.pk)
        case []:
            said = list(_why_not(found, typed, now))
            status = 409 if found.closed or found.elsewhere else 422
            return _page(request, form=LookUpForm(), said=said, status=status)
    return _page(request, form=LookUpForm(), found=found.waiting)


def _why_not(found: Found, typed: Typed, now: datetime.datetime) -> Iterator[Said]:
    """Say what is known about something that does not wait here."""
    for order in found.elsewhere:
        yield Said("again", waits_elsewhere(order))
    if found.closed:
        yield Said("again", code_used(found.closed, now))
    if found.elsewhere or found.closed:
        return
    if found.is_member:
        yield Said("again", _("Nothing waits here for this member. Ask where they ordered it."))
    elif typed.name:
        yield Said("no", _("Nothing waits here under this name. Ask for the pickup code."))
    else:
        yield Said("no", _("This code is not known. Ask for the member number."))


@at_a_till
@require_POST
def open_drawer(request: TillRequest) -> HttpResponse:
    """Open the drawer with the change that was counted into it."""
    form = OpenTillForm(request.POST)
    if not form.is_valid():
        return _page(request, form=LookUpForm(), open_form=form, status=422)
    try:
        session = open_till(
            till=request.till,
            float_fen=form.cleaned_data["float_fen"],
            opened_by=request.user,
            opened_at=database_now(),
            key=str(form.cleaned_data["key"]),
        )
    except (TillIsOpen, KeyClash) as refusal:
        said = [Said("again", in_words(refusal))]
        return _page(request, form=LookUpForm(), said=said, status=409)
    messages.success(
        request,
        _("The drawer is open, with %(float)s of change.") % {"float": yuan(session.float_fen)},
    )
    return redirect("till:till")


@for_cashiers
@require_http_methods(["GET", "POST"])
def choose(request: TillRequest) -> HttpResponse:
    """Ask once at which till the cashier stands."""
    tills = tills_of(request)
    here = till_of(request)
    if request.method == "GET":
        form = ChooseTillForm(tills=tills, initial={"till": here and here.pk})
        return render(request, "till/choose.html", {"form": form, "tills": tills})
    form = ChooseTillForm(request.POST, tills=tills)
    if not form.is_valid():
        return render(request, "till/choose.html", {"form": form, "tills": tills}, status=422)
    request.session[SESSION_KEY] = form.cleaned_data["till"]
    return redirect("till:till")


def _page(
    request: TillRequest,
    *,
    form: LookUpForm,
    open_form: OpenTillForm | None = None,
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    """Show the box, what the look-up said or found, and what waits."""
    session = open_session(request.till)
    context = {
        "till": request.till,
        "session": session,
        "form": form,
        "open_form": None if session else open_form or OpenTillForm(),
        "waiting": list(orders_waiting(request.till.service_point)),
        "today": localdate(database_now()),
        **shown,
    }
    return render(request, "till/till.html", context, status=status)
