"""Forgetting a member: one colleague asks, another does it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.log_actions import log

from ledger.clock import database_now
from people.actions.ask_to_erase import ask_to_erase
from people.actions.erase_member import (
    NobodyAsked,
    OwnRequest,
    StaffRole,
    StillExpected,
    erase_member,
)
from people.http import MemberRequest
from people.models import Member


@require_POST
@permission_required("people.ask_to_erase")
def ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask a colleague to erase a member."""
    member = get_object_or_404(Member, pk=pk)
    try:
        ask_to_erase(member=member, asked_by=request.user, asked_at=database_now())
    except StaffRole as refusal:
        messages.error(request, _say(refusal))
    else:
        log(member, "people.ask_to_erase", user=request.user)
        messages.success(request, _("A colleague who reviews can erase this member now."))
    return redirect("wagtailusers_users:inspect", pk)


@require_POST
@permission_required("people.erase_member")
def erase(request: MemberRequest, pk: int) -> HttpResponse:
    """Erase a member for good."""
    member = get_object_or_404(Member, pk=pk)
    try:
        erase_member(member=member, erased_by=request.user, erased_at=database_now())
    except (NobodyAsked, OwnRequest, StaffRole, StillExpected) as refusal:
        messages.error(request, _say(refusal))
        return redirect("wagtailusers_users:inspect", pk)
    member.refresh_from_db()
    log(member, "people.erase_member", user=request.user)
    messages.success(request, _("The member is erased. Orders and books stay, and lead to nobody."))
    return redirect("wagtailusers_users:index")


def _say(refusal: Exception) -> str:
    match refusal:
        case NobodyAsked():
            return _("A colleague has to ask for it first.")
        case OwnRequest():
            return _("Somebody else than who asked has to do it.")
        case StaffRole():
            return _("This member works here: take their roles away first.")
        case _still_expected:
            return _("An order of this member is open: hand it out or cancel it first.")
