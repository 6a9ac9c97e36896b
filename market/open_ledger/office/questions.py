"""What members asked about their money, and the place to answer."""

from __future__ import annotations

from typing import override

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from ledger.clock import database_now
from market.open_ledger.actions.answer_question import answer_question
from market.open_ledger.forms import AnswerForm
from market.open_ledger.models import Question
from market.open_ledger.queries import about, with_rows
from market.open_ledger.refusals import AlreadyAnswered, OwnQuestion
from people.http import MemberRequest

ANSWER = "open_ledger.answer_question"


class QuestionFilterSet(WagtailFilterSet):
    waits = django_filters.BooleanFilter(
        label=gettext_lazy("To be answered"),
        field_name="answered_at",
        lookup_expr="isnull",
        widget=forms.NullBooleanSelect,
    )


class QuestionIndexView(IndexView):
    base_filterset_class = QuestionFilterSet

    @override
    def get_base_queryset(self) -> QuerySet[Question]:
        return with_rows(super().get_base_queryset())


def asker(question: Question) -> str:
    return question.member.masked_name


def answer_url(question: Question) -> str:
    return reverse("question:answer", args=[question.pk])


def answer_or_not(question: Question) -> str:
    return question.answer or pgettext("question", "not answered yet")


class QuestionViewSet(ModelViewSet):
    model = Question
    icon = "help"
    menu_label = gettext_lazy("Questions about money")
    menu_name = "questions"
    menu_order = 160
    add_to_admin_menu = True
    index_view_class = QuestionIndexView
    copy_view_enabled = False
    form_fields: list[str] = []
    list_filter = ["asked_at"]
    ordering = ["answered_at", "-pk"]
    list_display = [
        TitleColumn(
            "text", label=pgettext_lazy("column", "question"), accessor="text", get_url=answer_url
        ),
        Column("about", label=pgettext_lazy("column", "about"), accessor=about),
        Column("member", label=pgettext_lazy("column", "member"), accessor=asker),
        "asked_at",
        Column("answer", label=pgettext_lazy("column", "answer"), accessor=answer_or_not),
    ]

    @override
    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("answer/<int:pk>/", answer, name="answer")]


@require_http_methods(["GET", "POST"])
@permission_required(ANSWER)
def answer(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a question with what it is about, and answer it once."""
    question = get_object_or_404(with_rows(Question.objects.all()), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return _answer(request, question, form.cleaned_data["answer"])
            except AlreadyAnswered:
                form.add_error(None, _("A colleague has answered meanwhile: look at the list."))
            except OwnQuestion:
                form.add_error(None, _("A colleague has to answer your own question."))
            status = 409
    context = {"question": question, "about": about(question), "form": form}
    return render(request, "open_ledger/office/answer.html", context, status=status)


def _answer(request: MemberRequest, question: Question, text: str) -> HttpResponse:
    answer_question(
        question=question, answer=text, answered_by=request.user, answered_at=database_now()
    )
    messages.success(request, _("Answered. It is in the notices of whoever asked."))
    return redirect("question:index")
