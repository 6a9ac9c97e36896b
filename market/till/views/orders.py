"""One order at the counter: weigh, take the money, hand out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger.clock import database_now
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.give_back import money_in
from market.orders.models import Order, Tender
from market.orders.payment_codes import payment_code_of
from market.orders.queries import added_up, orders_with_lines
from market.orders.receipts import owed_fen
from market.orders.refusals import OnlySoMuchFree, OrderClosed
from market.till.actions.hand_out_at_till import hand_out_at_till
from market.till.bill import Bill, change, make_bill
from market.till.forms import HandOutForm, LookUpForm, name_of
from market.till.http import TillRequest, at_a_till
from market.till.queries import open_session, others_waiting
from market.till.sentences import REFUSALS, code_used, in_words, waits_elsewhere


@at_a_till
@require_http_methods(["GET", "POST"])
def order(request: TillRequest, number: int) -> HttpResponse:
    """Show an order with its scale; work out the sum, or hand out at the sum that was seen."""
    order = _order(number)
    lines = list(order.lines.all())
    if request.method == "GET":
        return _page(request, order, HandOutForm(lines=lines))
    form = HandOutForm(request.POST, lines=lines)
    if not form.is_valid():
        return _page(request, order, form, status=422)
    if not form.cleaned_data["tender"]:
        return _worked_out(request, order, form)
    try:
        hand_out_at_till(
            till=request.till,
            order=order,
            quantities=form.quantities(),
            tender=form.cleaned_data["tender"],
            expected_fen=form.cleaned_data["expected_fen"],
            nonce=str(form.cleaned_data["nonce"]),
            handed_out_by=request.user,
            handed_out_at=database_now(),
        )
    except REFUSALS as refusal:
        return _page_again(request, number, refusal)
    return redirect("till:done", order.pk)


def _worked_out(request: TillRequest, order: Order, form: HandOutForm) -> HttpResponse:
    """Show what is due for what the scale says."""
    try:
        bill = make_bill(form.lines, form.quantities(), paid_fen=money_in(order))
    except OnlySoMuchFree as refusal:
        form.add_error(name_of(refusal.line), in_words(refusal))
        return _page(request, order, form, status=409)
    return _page(request, order, form, bill=bill, status=200 if order.is_open else 409)


def _page_again(request: TillRequest, number: int, refusal: Exception) -> HttpResponse:
    """Show the order as it is now, and why the button did nothing."""
    order = _order(number)
    form = HandOutForm(request.POST, lines=list(order.lines.all()))
    bill = None
    if form.is_valid():
        try:
            bill = make_bill(form.lines, form.quantities(), paid_fen=money_in(order))
        except OnlySoMuchFree as short:
            form.add_error(name_of(short.line), in_words(short))
    said = "" if form.errors else in_words(refusal)
    return _page(request, order, form, bill=bill, refusal=said, status=409)


def _page(
    request: TillRequest,
    order: Order,
    form: HandOutForm,
    *,
    bill: Bill | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the order; or, where it does not wait here, only why."""
    context: dict[str, Any] = {"till": request.till, "order": order, "box": LookUpForm()}
    if not order.is_open:
        context["said"] = code_used(order, database_now())
        is_here = order.service_point_id == request.till.service_point_id
        context["owed_fen"] = owed_fen(order.pk) if is_here else 0
    elif order.service_point_id != request.till.service_point_id:
        context["said"] = waits_elsewhere(order)
    if "said" in context:
        return render(request, "till/not_here.html", context, status=status)
    context |= {
        "form": form,
        "bill": bill,
        "paid_fen": money_in(order),
        "refusal": refusal,
        "tenders": sorted(Tender.at_the_counter(), key=lambda tender: tender != order.tender),
        "session": open_session(request.till),
        "code": payment_code_of(order.service_point_id),
        "others": list(others_waiting(order)),
    }
    return render(request, "till/order.html", context, status=status)


@at_a_till
@require_GET
def done(request: TillRequest, number: int) -> HttpResponse:
    """Say what was taken, what goes back, and who gets it."""
    order = _order(number, status=Order.Status.COLLECTED, service_point=request.till.service_point)
    payment = max(order.payments.all(), key=lambda each: each.pk)
    is_cash = payment.tender == Tender.CASH
    context = {
        "order": order,
        "box": LookUpForm(),
        "payment": payment,
        "change": change(payment.amount_fen) if is_cash else [],
        "costs": added_up(line.costs for line in order.lines.all()),
        "others": list(others_waiting(order)),
    }
    return render(request, "till/done.html", context)


@at_a_till
@require_POST
def cancel(request: TillRequest, number: int) -> HttpResponse:
    """Cancel an order that waits here, for a resident who asks for it at the counter."""
    if not request.user.has_perm("orders.cancel_any"):
        raise Http404
    order = _order(number, service_point=request.till.service_point)
    had_fen = money_in(order)
    try:
        cancel_order(order=order, cancelled_by=request.user, cancelled_at=database_now())
    except OrderClosed as refusal:
        return _page_again(request, number, refusal)
    cancelled = _("Order %(number)s is cancelled. Nothing was charged.")
    if had_fen:
        cancelled = _("Order %(number)s is cancelled. What was paid goes back by itself.")
    messages.success(request, cancelled % {"number": order.number})
    return redirect("till:till")


def _order(number: int, **only: Any) -> Order:
    orders = orders_with_lines(Order.objects.filter(**only))
    return get_object_or_404(orders, pk=number)
