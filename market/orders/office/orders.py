"""The list of orders, to look at."""

from __future__ import annotations

from typing import Any, override

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from ledger.clock import database_now
from market.orders.models import Order
from market.orders.office import codes, cutting
from market.orders.queries import (
    added_up,
    orders_given_up,
    orders_on_their_last_day,
    orders_to_collect,
    orders_with_lines,
)
from market.produce.templatetags.produce import quantity, yuan


class OrderFilterSet(WagtailFilterSet):
    """What the first page of the office counts, in the community of who looks."""

    waiting = django_filters.ChoiceFilter(
        label=gettext_lazy("What waits"),
        choices=[
            ("collect", gettext_lazy("Orders to collect")),
            ("last_day", gettext_lazy("Call: last day to collect")),
            ("given_up", gettext_lazy("Nobody collected")),
        ],
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("Show all"),
        method="keep_waiting",
    )

    def keep_waiting(self, orders: QuerySet[Order], _name: str, value: str) -> QuerySet[Order]:
        community, now = self.request.user.community_id, database_now()
        wanted = {
            "collect": orders_to_collect(community),
            "last_day": orders_on_their_last_day(community, now),
            "given_up": orders_given_up(community, now),
        }[value]
        return orders.filter(pk__in=wanted.values("pk"))


class OrderIndexView(IndexView):
    base_filterset_class = OrderFilterSet

    @override
    def get_base_queryset(self) -> QuerySet[Order]:
        return orders_with_lines(super().get_base_queryset())

    @override
    def get_list_more_buttons(self, instance: Order) -> list[Any]:
        counter = Button(
            pgettext("task", "At the counter"),
            url=reverse("till:order", args=[instance.pk]),
            icon_name="view",
            priority=50,
        )
        return [*super().get_list_more_buttons(instance), counter]


def for_whom(order: Order) -> str:
    """Name the member as strangers may see the name: the counter shows no more either."""
    return order.collector.masked_name


def goods(order: Order) -> str:
    return "、".join(
        f"{line.listing.product.local_name} {quantity(line.final_quantity, line.listing.product)}"
        for line in order.lines.all()
    )


def total(order: Order) -> str:
    return yuan(added_up(line.costs for line in order.lines.all()).total_fen)


class OrderViewSet(ModelViewSet):
    model = Order
    icon = "clipboard-list"
    menu_label = gettext_lazy("Orders")
    index_view_class = OrderIndexView
    copy_view_enabled = False
    form_fields: list[str] = []
    list_filter = ["status", "service_point", "placed_at"]
    search_fields = ["pickup_code", "placed_by__full_name", "placed_by__member_no"]
    ordering = ["-pk"]
    list_display = [
        Column("number", label=pgettext_lazy("column", "number"), accessor="number"),
        Column("member", label=pgettext_lazy("column", "member"), accessor=for_whom),
        Column("goods", label=pgettext_lazy("column", "goods"), accessor=goods),
        Column("total", label=pgettext_lazy("column", "total"), accessor=total),
        "pickup_code",
        "service_point",
        "status",
        "placed_at",
    ]

    @override
    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("cut/", cutting.cuttable, name="cuttable"),
            path("cut/<int:pk>/", cutting.cut, name="cut"),
            path("codes/", codes.codes, name="codes"),
            path("codes/<int:point>/", codes.hang_up, name="hang-up"),
            path("codes/<int:point>/down/", codes.take_down, name="take-down"),
        ]
