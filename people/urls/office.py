"""The back office has no door of its own: it uses the site's sign-in."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="people:sign-in", query_string=True)),
]
