"""The door: signing in and out."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ledger.clock import database_now
from people.actions.check_pin import PhoneLocked, WrongPin, check_pin
from people.forms import SignInForm
from people.http import next_page, next_page_or
from people.models import Member
from people.queries import phones_to_call
from people.rates import give_back_turn, take_turn
from people.sessions import begin_session


@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a member in who knows their phone number and PIN."""
    if request.method == "GET":
        if request.user.is_authenticated and not next_page(request):
            return redirect("people:mine")
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not take_turn(request, "sign-in"):
        form.add_error(None, _("Too many tries from here. Wait a minute, and then try once more."))
        return _page(request, form, status=429)
    try:
        member = check_pin(
            phone=form.cleaned_data["phone"],
            pin=form.cleaned_data["pin"],
            tried_at=database_now(),
        )
    except WrongPin as wrong:
        form.add_error(None, say_wrong(wrong))
    except PhoneLocked as locked:
        form.add_error(None, say_locked(locked))
    else:
        give_back_turn(request, "sign-in")
        return _welcome(request, member, is_shared=form.cleaned_data["is_shared"])
    return _page(request, form, status=409)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign the member out."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("people:sign-in")


def say_wrong(wrong: WrongPin) -> str:
    """Say that the PIN is wrong, in words that fit a phone number nobody has."""
    return ngettext(
        "The phone number or the PIN is not right. One more wrong one locks the phone "
        "number for 15 minutes.",
        "The phone number or the PIN is not right. You have %(tries)d more tries.",
        wrong.tries_left,
    ) % {"tries": wrong.tries_left}


def say_locked(locked: PhoneLocked) -> str:
    """Say until when the phone number is locked, and what to do meanwhile."""
    return _(
        "Five wrong PINs: this phone number is locked until %(time)s. Wait, or call the "
        "community to have it unlocked."
    ) % {"time": _clock_time(locked.until)}


def _clock_time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


def _welcome(request: HttpRequest, member: Member, *, is_shared: bool) -> HttpResponse:
    begin_session(request, member, is_shared=is_shared)
    if member.pin_is_temporary:
        messages.warning(request, _("The community gave you this PIN. Choose one of your own."))
        return redirect("people:pin")
    return redirect(next_page_or(request, "people:mine"))


def _page(request: HttpRequest, form: SignInForm, *, status: int = 200) -> HttpResponse:
    wanted = next_page(request)
    context = {"form": form, "next": wanted, "phones": phones_to_call()} | _who_may_try(wanted)
    return render(request, "people/sign_in.html", context, status=status)


def _who_may_try(wanted: str) -> dict[str, str]:
    """Name somebody who may open the page, on a demonstration; else it is whom all pages name."""
    path = wanted.partition("?")[0]
    for place, phone in settings.DEMO_PHONES.items():
        if settings.IS_DEMO and place in path:
            return {"demo_phone": phone}
    return {}
