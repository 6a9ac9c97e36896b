"""Slips to print: one goes into the bag, or with the resident."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from market.orders.models import Order
from market.orders.queries import orders_waiting, orders_with_lines
from market.till.http import TillRequest, at_a_till


@at_a_till
@require_GET
def slip(request: TillRequest, number: int) -> HttpResponse:
    """Show the slip of one order of this point."""
    here = Order.objects.filter(service_point=request.till.service_point)
    order = get_object_or_404(orders_with_lines(here), pk=number)
    return render(request, "till/slips.html", {"orders": [order]})


@at_a_till
@require_GET
def slips(request: TillRequest) -> HttpResponse:
    """Show a slip for everything that waits."""
    waiting = list(orders_waiting(request.till.service_point))
    return render(request, "till/slips.html", {"orders": waiting})
