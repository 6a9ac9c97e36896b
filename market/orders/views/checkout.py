"""Checkout: how to collect, how to pay, one more look, and the button."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ledger.clock import database_now
from market.orders.actions.place_order import place_order
from market.orders.forms import CheckoutForm, tenders_offered, written_goods
from market.orders.http import basket_of
from market.orders.models import KEEP_DAYS, Tender
from market.orders.queries import BasketGroup, basket_groups, basket_key
from market.orders.views.basket import keep_what_was_picked
from market.orders.views.payments import to_stripe
from market.orders.views.words import PLACING, in_words
from people.http import MemberRequest, mode_of
from people.models import Member, ServicePoint

STEPS = ("collect", "pay", "check")
ALL_AT_ONCE = "all"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request: MemberRequest, point: int) -> HttpResponse:
    """Show what would be ordered from one service point, and order it."""
    service_point = get_object_or_404(ServicePoint.objects.select_related("community"), pk=point)
    if request.method == "GET":
        keep_what_was_picked(request)
        group = _group(request, service_point)
        return _page(request, group) if group else redirect("orders:basket")

    form = CheckoutForm(request.POST)
    if not form.is_valid():
        messages = [str(message) for errors in form.errors.values() for message in errors]
        return _page_again(request, service_point, messages[0], status=422)
    try:
        order = place_order(
            member=request.user,
            service_point=service_point,
            quantities=form.cleaned_data["goods"],
            tender=form.cleaned_data["tender"],
            expected_fen=form.cleaned_data["total_fen"],
            key=str(form.cleaned_data["key"]),
            placed_at=database_now(),
        )
    except PLACING as refusal:
        return _page_again(request, service_point, in_words(refusal), status=409)
    return to_stripe(request, order) if order.status == order.Status.PLACED else redirect(order)


def _group(request: MemberRequest, point: ServicePoint) -> BasketGroup | None:
    """Return what the basket holds for a point, if any of it can be ordered."""
    groups = basket_groups(basket_of(request), now=database_now())
    return next((each for each in groups if each.service_point == point and each.quantities), None)


def _form(request: MemberRequest, group: BasketGroup) -> CheckoutForm:
    """Fill in exactly what the page shows, so that nothing else is ordered."""
    asked_for = request.GET.get("tender") or request.POST.get("tender")
    return CheckoutForm(
        initial={
            "tender": asked_for if asked_for in tenders_offered() else Tender.CASH,
            "goods": written_goods(group.quantities),
            "total_fen": group.costs.total_fen,
            "key": basket_key(request.user, group.service_point),
        }
    )


def _page(
    request: MemberRequest, group: BasketGroup, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Show all three questions, or one at a time to those who like large type."""
    step = ALL_AT_ONCE
    if mode_of(request) != Member.Mode.STANDARD:
        asked_for = request.GET.get("step", "")
        step = asked_for if asked_for in STEPS else STEPS[0]
        step = STEPS[-1] if request.method == "POST" else step
    form = _form(request, group)
    context = {
        "group": group,
        "form": form,
        "step": step,
        "pays_online": _pays_online(form, step),
        "refusal": refusal,
        "keep_days": KEEP_DAYS,
    }
    return render(request, "orders/checkout.html", context, status=status)


def _pays_online(form: CheckoutForm, step: str) -> str:
    """Say what the button may promise: where all is asked on one page the choice is still open."""
    if step == ALL_AT_ONCE:
        return "maybe" if Tender.STRIPE in tenders_offered() else ""
    return "yes" if form.initial["tender"] == Tender.STRIPE else ""


def _page_again(
    request: MemberRequest, point: ServicePoint, refusal: str, *, status: int
) -> HttpResponse:
    """Show what can be had now, and why the button did nothing."""
    group = _group(request, point)
    if group:
        return _page(request, group, refusal=refusal, status=status)
    groups = basket_groups(basket_of(request), now=database_now())
    context = {"groups": groups, "refusal": refusal}
    return render(request, "orders/basket.html", context, status=status)
