"""Members in the back office: Wagtail's user pages, writing through our actions."""

from __future__ import annotations

from typing import Any, override

import django_filters
from django.contrib.auth.models import Group
from django.forms import BaseForm, CheckboxSelectMultiple
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views.generic import CreateView, EditView, IndexView, InspectView
from wagtail.log_actions import log
from wagtail.users.views.users import UserViewSet

from ledger.clock import database_now
from people.actions.register_member import NoSuchStaircase, PhoneTaken, register_member
from people.actions.reset_pin import reset_pin
from people.actions.set_roles import set_roles
from people.actions.update_member import OwnAccess, StaffRecord, update_member
from people.models import Community, Erasure, Member
from people.office.forms import EditMemberForm, NewMemberForm
from people.office.hidden import hidden_unless
from people.office.words import say_new_pin
from people.queries import behind_the_door, is_erased

MENU = "register_people_menu_item"
"""The hook of the menu that members share with buildings and service points."""


LOOKING = {"view", "add", "change", "delete"}
"""Whoever may do one of these with members may know that they are there."""


class MemberFilterSet(WagtailFilterSet):
    community = django_filters.ModelChoiceFilter(
        queryset=Community.objects.order_by("pk"), label=gettext_lazy("Community")
    )
    groups = django_filters.ModelMultipleChoiceFilter(
        queryset=Group.objects.order_by("pk"),
        label=gettext_lazy("Role"),
        widget=CheckboxSelectMultiple,
    )

    class Meta:
        model = Member
        fields = ["community", "is_active"]


class MembersView(IndexView):
    page_title = gettext_lazy("Members")
    add_item_label = gettext_lazy("Add a member")

    @override
    def get_base_queryset(self) -> Any:
        members = Member.objects.select_related("community", "household__building")
        return members.exclude(erasure__erased_at__isnull=False)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column_class(TitleColumn)(
                "full_name",
                label=gettext_lazy("Full name"),
                sort_key="full_name",
                get_url=self.get_inspect_url,
            ),
            Column("member_no", label=gettext_lazy("Member number"), sort_key="member_no"),
            Column("phone", label=gettext_lazy("Phone"), sort_key="phone"),
            Column("community", label=gettext_lazy("Community")),
            Column("household", label=gettext_lazy("Household")),
            BooleanColumn("is_household_confirmed", label=gettext_lazy("Confirmed")),
            BooleanColumn("is_active", label=gettext_lazy("May sign in"), sort_key="is_active"),
        ]


class NobodyErasedMixin:
    """Shows no page of somebody who was erased."""

    def get_object(self, *args: Any, **kwargs: Any) -> Member:
        member: Member = super().get_object(*args, **kwargs)  # type: ignore[misc]  # The view it is mixed into has it.
        if is_erased(member):
            raise Http404
        return member


class RefusingMixin:
    """Turns what an action refuses into words at the field."""

    request: Any

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]  # The view it is mixed into has it.
        except PhoneTaken:
            form.add_error("phone", _("Somebody else is registered with this phone number."))
        except NoSuchStaircase as mistake:
            form.add_error(
                "unit",
                _("This building has %(count)d staircases.") % {"count": mistake.building.units},
            )
        except OwnAccess:
            form.add_error("is_active", _("Ask a colleague: nobody shuts themselves out."))
        except StaffRecord:
            form.add_error(None, _("Only an administrator changes a colleague's record."))
        self.produced_error_code = "validation_error"
        self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]  # The view it is mixed into has it.
        return self.form_invalid(form)  # type: ignore[attr-defined]  # The view it is mixed into has it.


class AddMemberView(RefusingMixin, CreateView):
    page_title = gettext_lazy("Add a member")

    @override
    def save_instance(self) -> Member:
        """Register the member, and draw the PIN that is shown once."""
        typed = dict(self.form.cleaned_data)
        roles = typed.pop("roles", None)
        member = register_member(**typed | {"phone": typed["phone"] or None})
        if roles:
            set_roles(member=member, roles=roles, set_by=self.request.user)
        self.pin = ""
        if member.phone and (not roles or self.request.user.is_superuser):
            self.pin = reset_pin(member=member, reset_by=self.request.user, reset_at=database_now())
        log(member, "wagtail.create", user=self.request.user)
        return member

    @override
    def get_success_message(self, instance: Member) -> str:
        message = _("%(name)s is a member now, with the number %(number)s.") % {
            "name": instance.full_name,
            "number": instance.member_no,
        }
        return f"{message} {say_new_pin(self.pin)}" if self.pin else message


class EditMemberView(NobodyErasedMixin, RefusingMixin, EditView):
    @override
    def save_instance(self) -> Member:
        typed = self.form.cleaned_data
        member = update_member(
            member=self.object,
            full_name=typed["full_name"],
            phone=typed["phone"],
            is_active=typed["is_active"],
            updated_by=self.request.user,
        )
        if "roles" in typed:
            set_roles(member=member, roles=typed["roles"], set_by=self.request.user)
        log(member, "wagtail.edit", user=self.request.user)
        return member


class MemberView(NobodyErasedMixin, InspectView):
    """One member, and what staff do for them."""

    template_name = "people/office/member.html"

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "member": self.object,
            "others": behind_the_door(self.object),
            "erasure": Erasure.objects.filter(member=self.object)
            .select_related("asked_by")
            .first(),
        }


class MemberViewSet(UserViewSet):
    menu_label = gettext_lazy("Members")
    menu_name = "members"
    icon = "group"
    add_to_settings_menu = False
    menu_hook = MENU
    menu_order = 1
    template_prefix = ""
    index_view_class = MembersView
    add_view_class = AddMemberView
    edit_view_class = EditMemberView
    inspect_view_class = MemberView
    inspect_view_enabled = True
    inspect_template_name = "people/office/member.html"
    copy_view_enabled = False
    filterset_class = MemberFilterSet
    ordering = ["community_id", "member_no"]
    search_fields = ["full_name", "phone", "member_no"]

    @override
    def get_urlpatterns(self) -> list[URLPattern]:
        """Let no address of a member be there for those who may see none."""
        patterns: list[URLPattern] = super().get_urlpatterns()
        for pattern in patterns:
            pattern.callback = hidden_unless(self._may_look)(pattern.callback)
        return patterns

    def _may_look(self, request: HttpRequest) -> bool:
        may: bool = self.permission_policy.user_has_any_permission(request.user, LOOKING)
        return may

    @override
    def get_form_class(self, for_update: bool = False) -> type[BaseForm]:
        return EditMemberForm if for_update else NewMemberForm
