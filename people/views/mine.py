"""A member's own pages: who they are, what they were told, how they like things."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger.clock import database_now
from people import sms
from people.actions.change_pin import PhoneLocked, WrongPin, change_pin
from people.actions.claim_household import (
    AlreadyConfirmed,
    NoSuchStaircase,
    OtherCommunity,
    claim_household,
)
from people.actions.read_notices import read_notices
from people.actions.set_mode import set_mode
from people.actions.set_wants_texts import set_wants_texts
from people.forms import ChangePinForm, DoorForm, InboxForm, ModeForm, TextsForm
from people.http import MemberRequest, next_page
from people.queries import notices_of, phones_to_call, unread_notices
from people.rates import take_turn
from people.views.sign_in import say_locked, say_wrong
from people.views.sign_up import say_staircases

NOTICES_A_PAGE = 20
YEAR_SECONDS = 365 * 24 * 3600


@never_cache
@require_GET
@login_required
def mine(request: MemberRequest) -> HttpResponse:
    """Show a member who they are to us, and the way to everything of theirs."""
    context = {
        "member": request.user,
        "unread": unread_notices(request.user).count(),
        "phones": phones_to_call(),
        "has_texts": sms.is_offered() and bool(request.user.phone),
    }
    return render(request, "people/mine.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def inbox(request: MemberRequest) -> HttpResponse:
    """Show what a member was told, newest first; a POST marks it as read."""
    if request.method == "POST":
        form = InboxForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest()
        up_to = form.cleaned_data["up_to"]
        read_notices(member=request.user, up_to=up_to, read_at=database_now())
        return redirect("people:inbox")
    pages = Paginator(notices_of(request.user), NOTICES_A_PAGE)
    context = {
        "notices": pages.get_page(request.GET.get("page")),
        "unread": unread_notices(request.user).count(),
    }
    return render(request, "people/inbox.html", context)


@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Change how large everything is, on this device and for the member."""
    form = ModeForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    wanted = form.cleaned_data["mode"]
    if request.user.is_authenticated:
        set_mode(member=request.user, mode=wanted)
    response = redirect(next_page(request) or "/")
    response.set_cookie(
        "mode",
        wanted,
        max_age=YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
@login_required
def texts(request: MemberRequest) -> HttpResponse:
    """Switch text messages on or off."""
    form = TextsForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    wanted = form.cleaned_data["wanted"] == "yes"
    set_wants_texts(member=request.user, wanted=wanted)
    if wanted:
        messages.success(request, _("We will send you text messages about your orders."))
    else:
        messages.success(
            request, _("No more text messages. Whatever we tell you is among your notices.")
        )
    return redirect("people:mine")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@login_required
def pin(request: MemberRequest) -> HttpResponse:
    """Let a member change their PIN."""
    page = "people/pin.html"
    form = ChangePinForm(request.POST or None, member=request.user)
    if request.method == "GET":
        return render(request, page, {"form": form})
    if not form.is_valid():
        return render(request, page, {"form": form}, status=422)
    try:
        member = change_pin(
            member=request.user,
            old_pin=form.cleaned_data["old_pin"],
            new_pin=form.cleaned_data["pin"],
            changed_at=database_now(),
        )
    except WrongPin as wrong:
        form.add_error("old_pin", say_wrong(wrong))
    except PhoneLocked as locked:
        form.add_error("old_pin", say_locked(locked))
    else:
        update_session_auth_hash(request, member)
        messages.success(request, _("Your PIN is changed. Other devices are signed out."))
        return redirect("people:mine")
    return render(request, page, {"form": form}, status=409)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def door(request: MemberRequest) -> HttpResponse:
    """Let a member say which door they live behind."""
    form = DoorForm(request.POST or None, community=request.user.community)
    context = {"form": form, "member": request.user, "phones": phones_to_call()}
    if request.method == "GET":
        return render(request, "people/door.html", context)
    if not form.is_valid():
        return render(request, "people/door.html", context, status=422)
    if not take_turn(request, f"door-{request.user.pk}"):
        form.add_error(None, _("Too many tries from here. Wait a minute, and then try once more."))
        return render(request, "people/door.html", context, status=429)
    try:
        claim_household(member=request.user, **form.cleaned_data)
    except NoSuchStaircase as mistake:
        form.add_error("unit", say_staircases(mistake))
    except OtherCommunity:
        form.add_error("building", _("This building belongs to another community."))
    except AlreadyConfirmed:
        form.add_error(
            None, _("Your door is confirmed. Call the community if you have moved house.")
        )
    else:
        messages.success(request, _("Thank you. The community will confirm your door."))
        return redirect("people:mine")
    return render(request, "people/door.html", context, status=409)
