"""What arrived by the shop's QR code: compare it with the phone, and put right what did not."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ledger.clock import database_now
from market.orders.models import Order, Payment, Tender
from market.orders.payment_codes import payment_code_of
from market.orders.queries import orders_with_lines
from market.orders.receipts import owed_fen
from market.produce.templatetags.produce import yuan
from market.till.actions.settle_at_till import settle_at_till
from market.till.actions.withdraw_confirmation import withdraw_confirmation
from market.till.bill import change
from market.till.forms import SettleForm
from market.till.http import TillRequest, at_a_till
from market.till.queries import confirmations_of, open_session
from market.till.sentences import REFUSALS, in_words


@at_a_till
@require_safe
def confirmations(request: TillRequest) -> HttpResponse:
    """Show a day's confirmations and their total; today's, if no day is named."""
    today = localdate(database_now())
    return _day(request, _day_asked_for(request, today), today)


def _day_asked_for(request: HttpRequest, today: datetime.date) -> datetime.date:
    asked = request.GET.get("day", "")
    if not asked:
        return today
    try:
        day = datetime.date.fromisoformat(asked)
    except ValueError as error:
        raise Http404 from error
    if not today - datetime.timedelta(days=366) <= day <= today:
        raise Http404
    return day


def _day(
    request: TillRequest, day: datetime.date, today: datetime.date, said: str = ""
) -> HttpResponse:
    context = {
        "till": request.till,
        "day": day,
        "today": today,
        "before": day - datetime.timedelta(days=1),
        "after": day + datetime.timedelta(days=1) if day < today else None,
        "confirmations": confirmations_of(request.till.service_point, day),
        "said": said,
    }
    return render(request, "till/confirmations.html", context, status=409 if said else 200)


@at_a_till
@require_POST
def withdraw(request: TillRequest, pk: int) -> HttpResponse:
    """Take back that a payment arrived: it is not on the phone."""
    here = Payment.objects.filter(order__service_point=request.till.service_point)
    payment = get_object_or_404(here.select_related("order"), pk=pk)
    now = database_now()
    try:
        withdraw_confirmation(
            till=request.till, payment=payment, withdrawn_by=request.user, withdrawn_at=now
        )
    except REFUSALS as refusal:
        return _day(request, localdate(payment.paid_at), localdate(now), in_words(refusal))
    messages.success(
        request,
        _("Taken back. Order %(number)s owes %(amount)s now, and the member is told.")
        % {"number": payment.order.number, "amount": yuan(payment.amount_fen)},
    )
    return redirect("till:confirmations")


@at_a_till
@require_http_methods(["GET", "POST"])
def owed(request: TillRequest, number: int) -> HttpResponse:
    """Show what an order still owes; take it in cash or by QR code."""
    here = Order.objects.filter(service_point=request.till.service_point)
    order = get_object_or_404(orders_with_lines(here), pk=number)
    if request.method == "GET":
        return _owed(request, order, SettleForm())
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _owed(request, order, SettleForm(), status=422)
    try:
        settle_at_till(
            till=request.till,
            order=order,
            tender=form.cleaned_data["tender"],
            expected_fen=form.cleaned_data["expected_fen"],
            nonce=str(form.cleaned_data["nonce"]),
            settled_by=request.user,
            settled_at=database_now(),
        )
    except REFUSALS as refusal:
        return _owed(request, order, form, said=in_words(refusal), status=409)
    messages.success(
        request, _("Order %(number)s is paid. Nothing is owed.") % {"number": order.number}
    )
    return redirect("till:receipt", order.pk)


def _owed(
    request: TillRequest, order: Order, form: SettleForm, *, said: str = "", status: int = 200
) -> HttpResponse:
    due_fen = owed_fen(order.pk)
    waived_fen = Tender.CASH.waived_fen(due_fen)
    context = {
        "till": request.till,
        "order": order,
        "form": form,
        "said": said,
        "session": open_session(request.till),
        "code": payment_code_of(order.service_point_id),
        "due_fen": due_fen,
        "waived_fen": waived_fen,
        "cash_fen": due_fen - waived_fen,
        "change": change(due_fen - waived_fen),
    }
    return render(request, "till/owed.html", context, status=status)
