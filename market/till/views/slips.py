"""Slips and receipts to print: they go into the bag, or with the resident."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from market.orders.models import Order
from market.orders.queries import added_up, orders_waiting, orders_with_lines
from market.orders.receipts import receipt_of
from market.orders.views.receipts import receipt_page
from market.till.http import TillRequest, at_a_till


class Slip(NamedTuple):
    """An order, and what its goods cost together before anything is rounded off."""

    order: Order
    total_fen: int


@at_a_till
@require_GET
def slip(request: TillRequest, number: int) -> HttpResponse:
    """Show the slip of one order of this point."""
    here = Order.objects.filter(service_point=request.till.service_point)
    return _page(request, [get_object_or_404(orders_with_lines(here), pk=number)])


@at_a_till
@require_GET
def slips(request: TillRequest) -> HttpResponse:
    """Show a slip for everything that waits."""
    return _page(request, orders_waiting(request.till.service_point))


@at_a_till
@require_GET
def receipt(request: TillRequest, number: int) -> HttpResponse:
    """Show the receipt of one order of this point, to print or to print again."""
    found = receipt_of(number)
    if found is None or found.order.service_point_id != request.till.service_point_id:
        raise Http404
    return receipt_page(request, found, back=reverse("till:order", args=[number]))


def _page(request: HttpRequest, orders: Iterable[Order]) -> HttpResponse:
    slips = [
        Slip(order, added_up(line.costs for line in order.lines.all()).total_fen)
        for order in orders
    ]
    return render(request, "till/slips.html", {"slips": slips})
