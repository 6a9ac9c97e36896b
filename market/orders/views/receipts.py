"""Receipts: the member's own, and the page on which anybody can check one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from market.orders.queries import orders_of
from market.orders.receipt_codes import order_of_code
from market.orders.receipts import Receipt, receipt_of
from people.http import MemberRequest
from people.rates import give_back_turn, take_turn

LOOK_UP = "receipt"
LONGEST_CODE = 40


@login_required
@never_cache
@require_safe
def receipt(request: MemberRequest, number: int) -> HttpResponse:
    """Show the receipt of one's own order, to look at and to print."""
    order = get_object_or_404(orders_of(request.user), pk=number)
    found = receipt_of(order.pk)
    if found is None:
        raise Http404
    return receipt_page(request, found, back=order.get_absolute_url())


def receipt_page(request: HttpRequest, receipt: Receipt, *, back: str) -> HttpResponse:
    """Draw a receipt, with the address at which anybody can check it.

    Args:
        back: the page of the order it belongs to.
    """
    checked_at = request.build_absolute_uri(reverse("orders:check-receipt", args=[receipt.code]))
    context = {"receipt": receipt, "checked_at": checked_at, "back": back}
    return render(request, "orders/receipt.html", context)


@never_cache
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a receipt; say what it says."""
    code = request.GET.get("code", "").strip()
    if not code:
        return render(request, "orders/check_receipt.html")
    return check_receipt(request, code)


@never_cache
@require_safe
def check_receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether we have written a receipt, and what is on it; never whose it is."""
    if not take_turn(request, LOOK_UP):
        text = _("Too many tries from here. Wait a minute, and then try once more.")
        return _refused(request, text, status=429)
    number = order_of_code(code[:LONGEST_CODE])
    found = receipt_of(number) if number else None
    if found is None or not found.is_paid:
        text = _(
            "We have written no receipt with this code. Compare it with the paper letter by "
            "letter, or ask at the counter."
        )
        return _refused(request, text, status=404)
    give_back_turn(request, LOOK_UP)
    return _unlisted(render(request, "orders/check_receipt.html", {"receipt": found}))


def _refused(request: HttpRequest, text: str, *, status: int) -> HttpResponse:
    return _unlisted(render(request, "orders/check_receipt.html", {"text": text}, status=status))


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Keep what somebody bought out of search engines."""
    response["X-Robots-Tag"] = "noindex"
    return response
