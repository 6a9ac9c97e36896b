"""What staff do for a member with one button: confirm a door, give a PIN, lift a lock."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.log_actions import log

from ledger.clock import database_now
from people.actions.confirm_household import NoHousehold, OwnHousehold, confirm_household
from people.actions.lift_lock import lift_lock
from people.actions.reset_pin import NoPhone, OwnPin, StaffPin, reset_pin
from people.actions.return_household import return_household
from people.http import MemberRequest, next_page
from people.models import Member
from people.office.hidden import hidden_unless
from people.office.words import say_new_pin
from people.phones import plain_phone
from people.queries import members_to_confirm

WAITING_SHOWN = 100


@require_GET
@hidden_unless(lambda request: request.user.has_perm("people.confirm_household"))
def waiting(request: HttpRequest) -> HttpResponse:
    """List members whose door nobody has confirmed, first come first."""
    members = members_to_confirm()
    context = {"members": members[:WAITING_SHOWN], "count": members.count()}
    return render(request, "people/office/waiting.html", context)


@require_POST
@permission_required("people.confirm_household")
def confirm(request: MemberRequest, pk: int) -> HttpResponse:
    """Confirm that a member lives where they say."""
    member = get_object_or_404(Member, pk=pk)

    def act() -> str:
        confirm_household(member=member, confirmed_by=request.user, confirmed_at=database_now())
        log(member, "people.confirm_household", user=request.user)
        return _("Confirmed: %(name)s.") % {"name": member.full_name}

    return _answer(request, member, act)


@require_POST
@permission_required("people.confirm_household")
def send_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask a member for another door."""
    member = get_object_or_404(Member, pk=pk)

    def act() -> str:
        return_household(member=member, returned_by=request.user, returned_at=database_now())
        log(member, "people.return_household", user=request.user)
        return _("%(name)s is asked to write down the door again.") % {"name": member.full_name}

    return _answer(request, member, act)


@require_POST
@permission_required("people.reset_pin")
def new_pin(request: MemberRequest, pk: int) -> HttpResponse:
    """Draw a new PIN for a member, and show it once."""
    member = get_object_or_404(Member, pk=pk)

    def act() -> str:
        pin = reset_pin(member=member, reset_by=request.user, reset_at=database_now())
        log(member, "people.reset_pin", user=request.user)
        return say_new_pin(pin)

    return _answer(request, member, act)


@require_POST
@permission_required("people.lift_lock")
def unlock(request: MemberRequest) -> HttpResponse:
    """Let a phone number try to sign in again, whether we know it or not."""
    phone = plain_phone(request.POST.get("phone", ""))
    lift_lock(phone=phone)
    if member := Member.objects.filter(phone=phone).first():
        log(member, "people.lift_lock", user=request.user)
    messages.success(request, _("The phone number can sign in again."))
    return redirect(next_page(request) or "people_office:waiting")


def _answer(request: MemberRequest, member: Member, act: Callable[[], str]) -> HttpResponse:
    """Do it, or say why not; and go back to where the button was."""
    try:
        messages.success(request, act())
    except (OwnHousehold, OwnPin, StaffPin, NoHousehold, NoPhone) as refusal:
        messages.error(request, _say(refusal))
    return redirect(next_page(request) or "wagtailusers_users:inspect", member.pk)


def _say(refusal: Exception) -> str:
    match refusal:
        case OwnHousehold():
            return _("A colleague has to decide about your own door.")
        case OwnPin():
            return _("Change your own PIN on your own page.")
        case StaffPin():
            return _("Only an administrator gives a colleague a new PIN.")
        case NoPhone():
            return _("This member has no phone number: write it down first.")
        case _no_household:
            return _("This member has named no door, or it was sent back just now.")
