"""A member's own orders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ledger.clock import database_now
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.repeat_order import repeat_order
from market.orders.models import Order, Tender
from market.orders.payment_codes import payment_code_of
from market.orders.queries import (
    added_up,
    due_fen,
    last_order_of,
    latest_session,
    orders_of,
    orders_with_lines,
    pickup_token,
    refunds_of,
)
from market.orders.receipts import owed_fen
from market.orders.refusals import OrderClosed
from market.orders.views.words import order_closed, track, unpaid
from people.http import MemberRequest
from people.qr import token_url

ORDERS_SHOWN = 20


@login_required
@never_cache
@require_GET
def orders(request: MemberRequest) -> HttpResponse:
    """Show the latest orders, those still to collect first."""
    latest = list(orders_with_lines(orders_of(request.user)).order_by("-pk")[:ORDERS_SHOWN])
    context = {
        "waiting": [each for each in latest if each.is_open],
        "closed": [each for each in latest if not each.is_open],
    }
    return render(request, "orders/orders.html", context)


@login_required
@never_cache
@require_GET
def order(request: MemberRequest, number: int) -> HttpResponse:
    """Show one order: the code to say, how far it is, and who gets the money."""
    order = _mine(request, number)
    lines = list(order.lines.all())
    context: dict[str, Any] = {
        "order": order,
        "lines": lines,
        "costs": added_up(line.costs for line in lines),
        "is_weighed": any(line.listing.product.sold_by_weight for line in lines),
        "track": track(order) if order.ready_at else [],
        "closed": "" if order.is_open else order_closed(OrderClosed(order)),
        "qr": token_url(pickup_token(order), request),
        "refunds": list(refunds_of(order)),
    }
    if order.status == Order.Status.PLACED:
        session = latest_session(order)
        context |= {
            "unpaid": unpaid(order, has_tried=session is not None),
            "due_fen": due_fen(order),
            "is_on_its_way": session is not None and session.is_on_its_way,
        }
    if order.status == Order.Status.READY and order.tender == Tender.QR_CODE:
        context["code"] = payment_code_of(order.service_point_id)
    if any(payment.withdrawn_at for payment in order.payments.all()):
        context["owed_fen"] = owed_fen(order.pk)
    return render(request, "orders/order.html", context)


@login_required
@require_POST
def cancel(request: MemberRequest, number: int) -> HttpResponse:
    """Cancel an order that was not collected yet."""
    order = _mine(request, number)
    try:
        cancel_order(order=order, cancelled_by=request.user, cancelled_at=database_now())
    except OrderClosed as refusal:
        messages.error(request, order_closed(refusal))
    else:
        messages.success(request, _cancelled(order))
    return redirect(order)


@login_required
@require_POST
def again(request: MemberRequest) -> HttpResponse:
    """Fill the basket with the last order once more."""
    last = last_order_of(request.user)
    if last is None:
        return redirect("produce:catalogue")
    if not repeat_order(member=request.user, order=last, repeated_at=database_now()):
        messages.warning(request, _("Some of it is not on sale any more; the rest is here."))
    return redirect("orders:basket")


def _cancelled(order: Order) -> str:
    if refunds_of(order).exists():
        return _("Cancelled. What you paid goes back to where it came from, by itself.")
    return _("Cancelled. Nothing was charged.")


def _mine(request: MemberRequest, number: int) -> Order:
    return get_object_or_404(orders_with_lines(orders_of(request.user)), pk=number)
