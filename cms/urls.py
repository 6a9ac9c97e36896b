"""Addresses of pages that are not written by editors."""

from __future__ import annotations

from django.urls import path

from cms.views.search import search

app_name = "cms"
urlpatterns = [path("search/", search, name="search")]
