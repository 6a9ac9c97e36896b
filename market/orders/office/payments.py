"""Payments online in the back office, to look at: what does not match, attempts, refunds."""

from __future__ import annotations

from typing import Any, override

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from market.orders.models import PaymentProblem, Refund, StripeSession
from market.orders.office.problem_words import what, what_to_do
from market.produce.templatetags.produce import yuan

MENU_ORDER = 155


class PaymentProblemFilterSet(WagtailFilterSet):
    is_open = django_filters.BooleanFilter(
        label=gettext_lazy("To be seen to"),
        field_name="gone_at",
        lookup_expr="isnull",
        widget=forms.NullBooleanSelect,
    )


def order_of(row: PaymentProblem | StripeSession | Refund) -> int | None:
    return row.payment.order_id if isinstance(row, Refund) else row.order_id


def number(row: PaymentProblem | StripeSession | Refund) -> str:
    order_id = order_of(row)
    return "–" if order_id is None else f"HL-{order_id:04d}"


def counter_url(row: PaymentProblem | StripeSession | Refund) -> str | None:
    """Each row leads to its order, as the counter sees it."""
    order_id = order_of(row)
    return None if order_id is None else reverse("till:order", args=[order_id])


def amount(row: StripeSession | Refund) -> str:
    return yuan(row.amount_fen)


ORDER_COLUMN = TitleColumn(
    "order", label=pgettext_lazy("column", "order"), accessor=number, get_url=counter_url
)


class ProblemIndexView(IndexView):
    base_filterset_class = PaymentProblemFilterSet


class PaymentProblemViewSet(ModelViewSet):
    model = PaymentProblem
    icon = "warning"
    menu_label = gettext_lazy("What does not match")
    index_view_class = ProblemIndexView
    copy_view_enabled = False
    form_fields: list[str] = []
    list_filter = ["found_at"]
    ordering = ["gone_at", "-found_at"]
    list_display = [
        Column("what", label=pgettext_lazy("column", "what does not match"), accessor=what),
        Column("todo", label=pgettext_lazy("column", "what to do"), accessor=what_to_do),
        ORDER_COLUMN,
        "found_at",
        "gone_at",
    ]


class StripeSessionViewSet(ModelViewSet):
    model = StripeSession
    icon = "link-external"
    menu_label = gettext_lazy("Online payments")
    copy_view_enabled = False
    form_fields: list[str] = []
    list_filter = ["status", "created_at"]
    search_fields = ["session_id", "payment_intent"]
    ordering = ["-pk"]
    list_display = [
        ORDER_COLUMN,
        "attempt",
        Column("amount", label=pgettext_lazy("column", "amount"), accessor=amount),
        "status",
        "created_at",
        "checked_at",
    ]


class RefundIndexView(IndexView):
    @override
    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().select_related("payment")


class RefundViewSet(ModelViewSet):
    model = Refund
    icon = "undo"
    menu_label = gettext_lazy("Refunds")
    index_view_class = RefundIndexView
    copy_view_enabled = False
    form_fields: list[str] = []
    list_filter = ["status", "reason", "wanted_at"]
    search_fields = ["refund_id"]
    ordering = ["-pk"]
    list_display = [
        ORDER_COLUMN,
        Column("amount", label=pgettext_lazy("column", "amount"), accessor=amount),
        "reason",
        "status",
        "wanted_at",
        "settled_at",
    ]


class PaymentViewSetGroup(ModelViewSetGroup):
    menu_label = gettext_lazy("Online payments")
    menu_name = "payments"
    menu_icon = "link-external"
    menu_order = MENU_ORDER
    items = (PaymentProblemViewSet, StripeSessionViewSet, RefundViewSet)
