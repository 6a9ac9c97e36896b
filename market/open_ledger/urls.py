"""Addresses of the open ledger, and of questions about one's own money."""

from __future__ import annotations

from django.urls import path

from market.open_ledger.views import ledger, questions

app_name = "open_ledger"

urlpatterns = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/days.csv", ledger.days, name="days"),
    path("questions/", questions.questions, name="questions"),
    path("questions/ask/", questions.ask, name="ask"),
]
