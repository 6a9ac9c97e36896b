"""Becoming a member."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ledger.clock import database_now
from people.actions.check_pin import PhoneLocked, WrongPin, check_pin
from people.actions.open_household import NoSuchStaircase
from people.actions.register_member import PhoneTaken, register_member
from people.forms import SignUpForm
from people.http import next_page, next_page_or
from people.queries import phones_to_call
from people.rates import take_turn
from people.sessions import begin_session
from people.views.sign_in import say_locked, say_wrong


@never_cache
@sensitive_post_parameters("pin", "pin_again")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Register a member and sign them in; staff confirm the household later."""
    if request.method == "GET":
        return _page(request, SignUpForm())
    form = SignUpForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not take_turn(request, "sign-up"):
        form.add_error(None, _("Too many tries from here. Wait a minute, and then try once more."))
        return _page(request, form, status=429)
    typed = {name: value for name, value in form.cleaned_data.items() if name != "pin_again"}
    try:
        register_member(**typed)
        # A form that was sent before opens no door without the PIN: its key was on a screen.
        member = check_pin(phone=typed["phone"], pin=typed["pin"], tried_at=database_now())
    except PhoneTaken:
        form.add_error(
            "phone",
            _("Somebody is registered with this number already. Sign in, or call the community."),
        )
    except NoSuchStaircase as mistake:
        form.add_error("unit", say_staircases(mistake))
    except WrongPin as wrong:
        form.add_error(None, say_wrong(wrong))
    except PhoneLocked as locked:
        form.add_error(None, say_locked(locked))
    else:
        begin_session(request, member, is_shared=False)
        messages.success(
            request,
            _("Welcome, %(name)s. Your member number is %(number)s.")
            % {"name": member.full_name, "number": member.member_no},
        )
        return redirect(next_page_or(request, "people:mine"))
    return _page(request, form, status=409)


def say_staircases(mistake: NoSuchStaircase) -> str:
    """Say how many staircases the building has."""
    return ngettext(
        "%(building)s has only %(count)d staircase: type 1.",
        "%(building)s has the staircases 1 to %(count)d. Type yours.",
        mistake.building.units,
    ) % {"building": mistake.building, "count": mistake.building.units}


def _page(request: HttpRequest, form: SignUpForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": next_page(request), "phones": phones_to_call()}
    return render(request, "people/sign_up.html", context, status=status)
