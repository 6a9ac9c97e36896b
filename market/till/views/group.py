"""A text for the building's WeChat group, to copy."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ledger.clock import database_now
from market.orders.queries import orders_waiting
from market.till.group_text import text_for_the_group
from market.till.http import TillRequest, at_a_till

LETTERS_A_LINE = 12
"""So many fit beside each other on a phone, in large type."""


@at_a_till
@require_GET
def group(request: TillRequest) -> HttpResponse:
    """Show who has something to collect here, as a text to paste."""
    point = request.till.service_point
    text = text_for_the_group(point, orders_waiting(point), now=database_now())
    lines = sum(1 + len(line) // LETTERS_A_LINE for line in text.splitlines())
    return render(request, "till/group.html", {"text": text, "lines": lines})
