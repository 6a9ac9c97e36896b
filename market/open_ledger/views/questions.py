"""Questions about one's own money. Nobody but staff and the asker sees them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ledger.clock import database_now
from market.open_ledger.actions.ask_question import ask_question
from market.open_ledger.forms import QuestionForm, RowForm
from market.open_ledger.queries import about, questions_of, rows_about
from market.open_ledger.refusals import TooManyQuestions
from market.orders.models import Order
from market.orders.queries import orders_of
from people.http import MemberRequest

QUESTIONS_A_PAGE = 20


@login_required
@never_cache
@require_GET
def questions(request: MemberRequest) -> HttpResponse:
    """Show what the member has asked, and what was answered."""
    page = Paginator(questions_of(request.user), QUESTIONS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(question, about(question)) for question in page]
    return render(request, "open_ledger/questions.html", {"page": page, "rows": rows})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: MemberRequest) -> HttpResponse:
    """Ask about a row of one's own."""
    order, row = _row(request)
    if request.method == "GET":
        chosen = {"order": order and order.pk, "row": row, "key": uuid.uuid4()}
        return _page(request, QuestionForm(initial=chosen, rows=rows_about(order)), order)

    form = QuestionForm(request.POST, rows=rows_about(order))
    if not form.is_valid():
        return _page(request, form, order, status=422)
    try:
        ask_question(
            member=request.user,
            order=order,
            row=row,
            text=form.cleaned_data["text"],
            key=form.cleaned_data["key"],
            asked_at=database_now(),
        )
    except TooManyQuestions:
        form.add_error(
            None, _("You have asked five questions since yesterday. Call the shop, please.")
        )
        return _page(request, form, order, status=409)
    messages.success(request, _("Staff have your question. The answer comes to your notices."))
    return redirect("open_ledger:questions")


def _row(request: MemberRequest) -> tuple[Order | None, str]:
    """Return the order and the row that are asked about, if they are the member's own."""
    form = RowForm(request.GET if request.method == "GET" else request.POST)
    if not form.is_valid():
        raise Http404
    number, row = form.cleaned_data["order"], form.cleaned_data["row"]
    order = get_object_or_404(orders_of(request.user), pk=number) if number else None
    if row not in rows_about(order):
        raise Http404
    return order, row


def _page(
    request: MemberRequest, form: QuestionForm, order: Order | None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "order": order}
    return render(request, "open_ledger/ask.html", context, status=status)
