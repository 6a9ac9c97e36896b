"""The books in the back office: whoever has the right may look, and nobody may write."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, override

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, Table, TitleColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from ledger.clock import database_now
from ledger.forms import DaysForm
from ledger.kinds import KINDS, kind_in_words
from ledger.models import Account, Entry, Transfer, Unit
from ledger.office import TrialBalanceViewSet
from ledger.statements import statement_of_days
from ledger.sums import day_of

ACCOUNTS, ENTRIES = "books-accounts", "books-entries"
ROWS_A_PAGE = 50
ID_DIGITS = 19
"""Fewer than these, and an id is one that a database can compare."""


class LookOnlyPolicy(ModelPermissionPolicy):
    """Grant `view` as usual and refuse everything else, to superusers too."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return "view" in actions and self.user_has_permission(user, "view")


def written(row: Transfer, amount: int) -> str:
    return row.debit.unit.written(amount)


def address_of(viewset: str) -> Callable[[Any], str]:
    """Return what gives the address at which a row of this viewset is looked at."""
    return lambda row: reverse(f"{viewset}:inspect", args=[row.pk])


def in_words(entry: Entry | None) -> str:
    return f"{kind_in_words(entry.kind)} {entry.reference}" if entry else ""


class LookOnlyIndexView(IndexView):
    """A list whose columns are read in one query."""

    related: tuple[str, ...] = ()

    @override
    def get_base_queryset(self) -> QuerySet[Model]:
        queryset: QuerySet[Model] = super().get_base_queryset().select_related(*self.related)
        return queryset


class LookOnlyInspectView(InspectView):
    """A page of facts, with words for what is no column, and a dash for what there is not."""

    labels: dict[str, Any] = {}

    @override
    def get_field_label(self, field_name: str, field: Any) -> str:
        label: str = self.labels.get(field_name) or super().get_field_label(field_name, field)
        return label

    @override
    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, datetime.datetime):
            return localtime(value)
        if isinstance(value, bool):
            return gettext("Yes") if value else gettext("No")
        return "—" if value in {None, ""} else value


# --- Accounts -------------------------------------------------------------------------


class AccountFilters(WagtailFilterSet):
    closed_at = BooleanFilter(
        label=pgettext_lazy("account", "closed"),
        field_name="closed_at",
        lookup_expr="isnull",
        exclude=True,
    )

    class Meta:
        model = Account
        fields = ["unit", "normal"]


class AccountIndexView(LookOnlyIndexView):
    related = ("unit",)


class AccountInspectView(LookOnlyInspectView):
    """An account, and its statement page by page."""

    page_title = pgettext_lazy("books", "Account")
    labels = {"title": _("code"), "balance": _("balance"), "available": _("available")}

    def get_balance_display_value(self) -> str:
        return str(self.object.unit.written(self.object.balance))

    def get_available_display_value(self) -> str:
        return str(self.object.unit.written(self.object.available))

    def get_floor_display_value(self) -> Any:
        floor = self.object.floor
        return pgettext_lazy("floor", "none") if floor is None else self.object.unit.written(floor)

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = DaysForm(self.request.GET if "first" in self.request.GET else self.every_day())
        return context | {"form": form} | (self.statement(form) if form.is_valid() else {})

    def every_day(self) -> dict[str, datetime.date]:
        return {"first": day_of(self.object.opened_at), "last": day_of(database_now())}

    def statement(self, form: DaysForm) -> dict[str, Any]:
        before = self.request.GET.get("before", "")
        page = statement_of_days(
            self.object,
            form.cleaned_data["first"],
            form.cleaned_data["last"],
            before=int(before) if before.isdecimal() and len(before) < ID_DIGITS else None,
        )
        normal, unit = self.object.normal, self.object.unit
        return {
            "table": Table(self.columns(), page.rows, caption=_("Statement")),
            "opening": unit.written(page.opening.balance(normal)),
            "closing": unit.written(page.closing.balance(normal)),
            "older": page.older,
        }

    def columns(self) -> list[Column]:
        return [
            Column("posted_at", label=_("posted at"), accessor="entry.posted_at"),
            TitleColumn(
                "entry",
                label=_("entry"),
                accessor=lambda row: kind_in_words(row.entry.kind),
                get_url=lambda row: address_of(ENTRIES)(row.entry),
            ),
            Column("reference", label=_("reference"), accessor="entry.reference"),
            TitleColumn(
                "other",
                label=_("other account"),
                accessor=lambda row: self.other_side(row).title,
                get_url=lambda row: address_of(ACCOUNTS)(self.other_side(row)),
            ),
            Column("phase", label=_("phase"), accessor="get_phase_display"),
            Column("amount", label=_("amount"), accessor=lambda row: written(row, row.amount)),
            Column(
                "change",
                label=pgettext_lazy("balance", "change"),
                accessor=lambda row: written(row, row.change),
            ),
            Column(
                "balance",
                label=_("balance"),
                accessor=lambda row: written(row, row.balance_after),
            ),
        ]

    def other_side(self, row: Transfer) -> Account:
        return row.credit if row.debit_id == self.object.pk else row.debit


class AccountViewSet(ModelViewSet):
    model = Account
    icon = "table"
    menu_label = _("Accounts")
    index_view_class = AccountIndexView
    inspect_view_class = AccountInspectView
    inspect_template_name = "ledger/account.html"
    inspect_view_enabled = True
    inspect_view_fields = [
        "title",
        "unit",
        "balance",
        "available",
        "normal",
        "floor",
        "purpose",
        "expires_on",
        "opened_at",
        "closed_at",
    ]
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: list[str] = []
    list_per_page = ROWS_A_PAGE
    ordering = ["code"]
    search_fields = ["code"]
    filterset_class = AccountFilters
    list_display = [
        TitleColumn("title", label=_("code"), sort_key="code", get_url=address_of(ACCOUNTS)),
        Column("unit", label=_("unit")),
        Column(
            "balance",
            label=_("balance"),
            accessor=lambda account: account.unit.written(account.balance),
        ),
        Column(
            "available",
            label=_("available"),
            accessor=lambda account: account.unit.written(account.available),
        ),
        Column("opened_at", label=_("opened at"), sort_key="opened_at"),
        Column("closed_at", label=_("closed at")),
    ]


# --- Entries --------------------------------------------------------------------------


class EntryFilters(WagtailFilterSet):
    kind = ChoiceFilter(label=_("kind"), choices=list(KINDS.items()))

    class Meta:
        model = Entry
        fields = ["kind", "needs_four_eyes"]


class EntryInspectView(LookOnlyInspectView):
    """An entry and its transfers."""

    page_title = pgettext_lazy("books", "Entry")
    labels = {"reversed_by": _("reversed by")}

    @override
    def get_page_subtitle(self) -> str:
        return in_words(self.object)

    def get_kind_display_value(self) -> str:
        return kind_in_words(self.object.kind)

    def get_reverses_display_value(self) -> str:
        return in_words(self.object.reverses)

    def get_reversed_by_display_value(self) -> str:
        return in_words(getattr(self.object, "reversed_by", None))

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        transfers = self.object.transfers.select_related("debit__unit", "credit").order_by("line")
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"table": Table(self.columns(), transfers, caption=_("Transfers"))}

    def columns(self) -> list[Column]:
        return [
            Column("line", label=_("line")),
            TitleColumn(
                "debit",
                label=_("debit"),
                accessor="debit.title",
                get_url=lambda row: address_of(ACCOUNTS)(row.debit),
            ),
            TitleColumn(
                "credit",
                label=_("credit"),
                accessor="credit.title",
                get_url=lambda row: address_of(ACCOUNTS)(row.credit),
            ),
            Column("amount", label=_("amount"), accessor=lambda row: written(row, row.amount)),
            Column("unit", label=_("unit"), accessor="debit.unit"),
            Column("phase", label=_("phase"), accessor="get_phase_display"),
        ]


class EntryViewSet(ModelViewSet):
    model = Entry
    icon = "list-ul"
    menu_label = _("Entries")
    inspect_view_class = EntryInspectView
    inspect_template_name = "ledger/entry.html"
    inspect_view_enabled = True
    inspect_view_fields = [
        "kind",
        "reference",
        "happened_at",
        "posted_at",
        "reason",
        "reverses",
        "reversed_by",
        "needs_four_eyes",
    ]
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: list[str] = []
    list_per_page = ROWS_A_PAGE
    ordering = ["-id"]
    search_fields = ["reference"]
    filterset_class = EntryFilters
    list_display = [
        TitleColumn(
            "kind",
            label=_("kind"),
            accessor=lambda entry: kind_in_words(entry.kind),
            get_url=address_of(ENTRIES),
        ),
        Column("reference", label=_("reference")),
        Column("happened_at", label=_("happened at"), sort_key="happened_at"),
        Column("posted_at", label=_("posted at"), sort_key="posted_at"),
    ]


class BooksViewSetGroup(ModelViewSetGroup):
    menu_label = _("Books")
    menu_name = "books"
    menu_icon = "table"
    menu_order = 700
    items = (AccountViewSet(ACCOUNTS), EntryViewSet(ENTRIES), TrialBalanceViewSet("books-trial"))


@hooks.register("register_admin_viewset")
def books() -> BooksViewSetGroup:
    for model in (Unit, Account, Entry, Transfer):
        register_permission_policy(model, LookOnlyPolicy(model))
    return BooksViewSetGroup()
