"""The back office has no door of its own, and no page that asks for an e-mail address."""

from __future__ import annotations

from django.http import Http404
from django.urls import path
from django.views.defaults import page_not_found
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access

from people.office.account import OfficeAccountView

urlpatterns = [
    path("login/", RedirectView.as_view(pattern_name="people:sign-in", query_string=True)),
    path("account/", require_admin_access(OfficeAccountView.as_view())),
    # Wagtail has a page that fails on purpose, to try out reports of errors.
    path("failwhale/", page_not_found, {"exception": Http404()}),
]
