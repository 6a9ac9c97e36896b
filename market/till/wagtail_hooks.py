"""Tills in the back office: put one up, and look at who opened which and when."""

from __future__ import annotations

from typing import Any, override

from django.forms import BaseForm
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import CreateView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from market.produce.templatetags.produce import yuan
from market.till.actions.add_till import CodeTaken, add_till
from market.till.models import Till, TillSession


class TillPolicy(ModelPermissionPolicy):
    """Let those with the right look and add; nobody renames a drawer the books know."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"view", "add"} and super().user_has_permission(user, action)


class SessionPolicy(ModelPermissionPolicy):
    """Look only: turns are opened at the till."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)


register_permission_policy(Till, TillPolicy(Till))
register_permission_policy(TillSession, SessionPolicy(TillSession))


class AddTillView(CreateView):
    @override
    def save_instance(self) -> Till:
        return add_till(**self.form.cleaned_data)

    @override
    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except CodeTaken:
            form.add_error("code", _("Another till has this code. Choose another."))
        return self.form_invalid(form)


class SessionsView(IndexView):
    @override
    def get_base_queryset(self) -> Any:
        return TillSession.objects.select_related("till__service_point", "opened_by")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column("till"),
            DateColumn("opened_at", label=gettext_lazy("Opened at"), sort_key="opened_at"),
            Column("opened_by", label=gettext_lazy("Opened by")),
            Column(
                "float_fen",
                label=gettext_lazy("Float"),
                accessor=lambda session: yuan(session.float_fen),
            ),
            DateColumn("closed_at", label=gettext_lazy("Closed at"), sort_key="closed_at"),
        ]


class TillViewSet(ModelViewSet):
    # Not “till”: that is the namespace of the counter itself.
    name = "tills"
    model = Till
    icon = "desktop"
    add_view_class = AddTillView
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields = ["code", "name", "service_point"]
    list_display = ["name", "code", "service_point"]
    ordering = ["service_point", "code"]


class TillSessionViewSet(ModelViewSet):
    name = "till_sessions"
    model = TillSession
    icon = "time"
    index_view_class = SessionsView
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["till", "opened_by", "opened_at", "float_fen", "closed_at"]
    form_fields: list[str] = []
    ordering = ["-opened_at"]


class TillViewSetGroup(ModelViewSetGroup):
    menu_label = gettext_lazy("Tills")
    menu_icon = "desktop"
    menu_order = 230
    items = (TillViewSet, TillSessionViewSet)


@hooks.register("register_admin_viewset")
def tills() -> TillViewSetGroup:
    return TillViewSetGroup()
