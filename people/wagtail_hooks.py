"""People and places in the back office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLResolver, include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy

from people.models import Building, Community, Member, ServicePoint
from people.office import desk, erasing
from people.office.members import MENU
from people.office.places import BuildingViewSet, CommunityViewSet, ServicePointViewSet
from people.office.policies import NeverDeletePolicy


class PeopleViewSetGroup(ViewSetGroup):
    """One menu for people and places; the members join it by its hook."""

    menu_label = gettext_lazy("Residents")
    menu_name = "people"
    menu_icon = "group"
    menu_order = 300
    submenu_hook = MENU
    items = (BuildingViewSet, CommunityViewSet, ServicePointViewSet)


class WaitingMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("people.confirm_household")


@hooks.register("register_admin_viewset")
def people_and_places() -> PeopleViewSetGroup:
    for model in (Building, Community, ServicePoint):
        register_permission_policy(model, NeverDeletePolicy(model))
    return PeopleViewSetGroup()


@hooks.register(MENU)
def waiting_menu_item() -> MenuItem:
    return WaitingMenuItem(
        gettext_lazy("Doors to confirm"),
        reverse("people_office:waiting"),
        name="waiting",
        icon_name="user",
        order=0,
    )


@hooks.register("register_admin_urls")
def desk_urls() -> list[URLResolver]:
    patterns = [
        path("", desk.waiting, name="waiting"),
        path("<int:pk>/confirm/", desk.confirm, name="confirm"),
        path("<int:pk>/send-back/", desk.send_back, name="send-back"),
        path("<int:pk>/new-pin/", desk.new_pin, name="new-pin"),
        path("unlock/", desk.unlock, name="unlock"),
        path("<int:pk>/ask-to-erase/", erasing.ask, name="ask-to-erase"),
        path("<int:pk>/erase/", erasing.erase, name="erase"),
    ]
    return [path("doors/", include((patterns, "people_office")))]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    for action, label, done in (
        ("confirm_household", gettext_lazy("Confirm the door"), gettext_lazy("Door confirmed")),
        ("return_household", gettext_lazy("Send back the door"), gettext_lazy("Door sent back")),
        ("reset_pin", gettext_lazy("Give a new PIN"), gettext_lazy("New PIN given")),
        ("lift_lock", gettext_lazy("Lift the lock"), gettext_lazy("Sign-in lock lifted")),
        ("ask_to_erase", gettext_lazy("Ask to erase"), gettext_lazy("Erasure asked for")),
        ("erase_member", gettext_lazy("Erase"), gettext_lazy("Member erased")),
    ):
        actions.register_action(f"people.{action}", label, done)


@hooks.register("before_bulk_action")
def no_bulk_changes_of_members(
    request: HttpRequest, _action_type: str, objects: Sequence[Model], _action: Any
) -> HttpResponse | None:
    """Refuse Wagtail's bulk actions on members: they would write past our actions."""
    if any(isinstance(each, Member) for each in objects):
        messages.error(request, _("Members are changed one by one."))
        return redirect("wagtailusers_users:index")
    return None
