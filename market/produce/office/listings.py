"""Listings, lots and stock changes in the back office: what is on sale, what came and went."""

from __future__ import annotations

import uuid
from typing import Any, override

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton, ListingButton

from ledger.clock import database_now
from market.produce.actions.edit_listing import edit_listing
from market.produce.actions.offer_listing import offer_listing
from market.produce.models import Listing, Lot, StockChange
from market.produce.office import desk
from market.produce.office.forms import ListingForm
from market.produce.office.goods import SayWhy
from market.produce.queries import listings_to_review, lots_without_certificate
from market.produce.templatetags.produce import quantity, yuan

RECEIVE, COUNT, CHANGE = "produce.receive_goods", "produce.count_stock", "produce.change_listing"

DAILY = {"receive", "count", "waste"}
"""What a worker comes for, so it stands in the row and not in its menu."""


class OfferView(SayWhy, CreateView):
    @override
    def get_initial(self) -> dict[str, Any]:
        return {"key": uuid.uuid4().hex, "on_sale_from": database_now()}

    @override
    def save_instance(self) -> Listing:
        return offer_listing(**self.form.cleaned_data)


class EditListingView(SayWhy, EditView):
    @override
    def save_instance(self) -> Listing:
        edit_listing(listing=self.object, **self.form.cleaned_data)
        listing: Listing = self.object
        return listing


class ListingFilterSet(WagtailFilterSet):
    waiting = django_filters.ChoiceFilter(
        label=gettext_lazy("What waits"),
        choices=[("review", gettext_lazy("Listings to review"))],
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("Show all"),
        method="keep_waiting",
    )

    def keep_waiting(
        self, listings: QuerySet[Listing], _name: str, _value: str
    ) -> QuerySet[Listing]:
        wanted = listings_to_review(self.request.user.community_id)
        return listings.filter(pk__in=wanted.values("pk"))


class ListingIndexView(IndexView):
    """The list of listings: what is done to goods each day beside the name, the rest behind it."""

    base_filterset_class = ListingFilterSet

    @override
    def get_base_queryset(self) -> QuerySet[Listing]:
        listings: QuerySet[Listing] = super().get_base_queryset()
        return listings.select_related("product", "service_point", "stock")

    @override
    def get_list_more_buttons(self, instance: Listing) -> list[Any]:
        return [*super().get_list_more_buttons(instance), *self._tasks(instance)]

    def _tasks(self, listing: Listing) -> list[Button]:
        may = self.request.user.has_perm
        wanted = [
            ("receive", pgettext("task", "Receive goods"), "download", may(RECEIVE)),
            ("count", pgettext("task", "Count"), "list-ol", may(COUNT)),
            ("waste", pgettext("task", "Write off"), "bin", may(COUNT)),
            (
                "submit",
                pgettext("task", "Hand in"),
                "upload",
                may(CHANGE) and listing.status == Listing.Status.DRAFT,
            ),
            (
                "release",
                pgettext("task", "Put on sale"),
                "check",
                may(CHANGE)
                and listing.status not in (Listing.Status.ON_SALE, Listing.Status.RETURNED),
            ),
            (
                "return",
                pgettext("task", "Return"),
                "rotate",
                may(CHANGE) and listing.status == Listing.Status.SUBMITTED,
            ),
            (
                "withdraw",
                pgettext("task", "Withdraw"),
                "cross",
                may(CHANGE) and listing.status == Listing.Status.ON_SALE,
            ),
        ]
        return [
            (ListingButton if name in DAILY else Button)(
                label,
                url=reverse(f"listing:{name}", args=[listing.pk]),
                icon_name=icon,
                priority=50 + place,
                attrs={"aria-label": f"{label}: {listing}"},
            )
            for place, (name, label, icon, is_shown) in enumerate(wanted)
            if is_shown
        ]


def price(listing: Listing) -> str:
    return yuan(listing.price)


def stock(listing: Listing) -> str:
    """Say what lies there, and what of it nobody has ordered."""
    on_shelf = quantity(listing.stock.balance, listing.product)
    free = quantity(listing.stock.available, listing.product)
    return _("%(on_shelf)s, %(free)s free") % {"on_shelf": on_shelf, "free": free}


class ListingViewSet(ModelViewSet):
    model = Listing
    icon = "tag"
    menu_label = gettext_lazy("Listings")
    index_view_class = ListingIndexView
    add_view_class = OfferView
    edit_view_class = EditListingView
    copy_view_enabled = False
    list_filter = ["status", "service_point", "product__category"]
    search_fields = ["product__search_keys", "product__sku"]
    ordering = ["-on_sale_from"]
    list_display = [
        "product",
        "service_point",
        Column("price", label=pgettext_lazy("column", "price"), accessor=price),
        Column("stock", label=pgettext_lazy("column", "stock"), accessor=stock),
        "status",
        "on_sale_until",
    ]

    @override
    def get_form_class(self, for_update: bool = False) -> type[forms.BaseForm]:
        return ListingForm

    @override
    def get_urlpatterns(self) -> list[URLPattern]:
        tasks = {
            "receive": desk.receive,
            "count": desk.count,
            "waste": desk.waste,
            "submit": desk.submit,
            "release": desk.release,
            "return": desk.send_back,
            "withdraw": desk.withdraw,
        }
        return super().get_urlpatterns() + [
            path(f"{name}/<int:pk>/", view, name=name) for name, view in tasks.items()
        ]


def to_the_listings(label: str) -> HeaderButton:
    """Lead to the listings: what is done to goods stands beside each name there."""
    return HeaderButton(label, url=reverse("listing:index"), icon_name="tag")


class LotFilterSet(WagtailFilterSet):
    waiting = django_filters.ChoiceFilter(
        label=gettext_lazy("What waits"),
        choices=[("certificate", gettext_lazy("Lots with no certificate"))],
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("Show all"),
        method="keep_waiting",
    )

    def keep_waiting(self, lots: QuerySet[Lot], _name: str, _value: str) -> QuerySet[Lot]:
        wanted = lots_without_certificate(self.request.user.community_id)
        return lots.filter(pk__in=wanted.values("pk"))


class LotIndexView(IndexView):
    base_filterset_class = LotFilterSet

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm(RECEIVE):
            return []
        return [to_the_listings(pgettext("task", "Receive goods"))]

    @override
    def get_base_queryset(self) -> QuerySet[Lot]:
        lots: QuerySet[Lot] = super().get_base_queryset()
        return lots.select_related(
            "listing__product", "listing__service_point", "certificate", "received_by"
        )

    @override
    def get_list_more_buttons(self, instance: Lot) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if not self.request.user.has_perm(RECEIVE):
            return buttons
        buttons.append(
            Button(
                pgettext("task", "Less arrived"),
                url=reverse("lot:correct", args=[instance.pk]),
                priority=50,
            )
        )
        if instance.certificate:
            address = reverse("produce:certificate", args=[instance.certificate.pk])
            buttons.append(Button(pgettext("task", "Certificate"), url=address, priority=51))
        elif instance.listing.product.needs_certificate:
            address = reverse("lot:certify", args=[instance.pk])
            buttons.append(
                ListingButton(pgettext("task", "Add the certificate"), url=address, priority=51)
            )
        return buttons


def lot_quantity(lot: Lot) -> str:
    return quantity(lot.quantity, lot.listing.product)


def lot_certificate(lot: Lot) -> str:
    """Say whether the law asks for a certificate, and whether it is there."""
    if lot.certificate:
        return pgettext("certificate", "there")
    return (
        pgettext("certificate", "missing")
        if lot.listing.product.needs_certificate
        else pgettext("certificate", "not needed")
    )


class LotViewSet(ModelViewSet):
    model = Lot
    icon = "download"
    menu_label = gettext_lazy("Received goods")
    index_view_class = LotIndexView
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields: list[str] = []
    list_filter = ["listing__service_point", "received_at"]
    search_fields = ["listing__product__search_keys"]
    ordering = ["-received_at"]
    list_display = [
        "listing",
        Column("quantity", label=pgettext_lazy("column", "quantity"), accessor=lot_quantity),
        "received_at",
        "received_by",
        Column(
            "certificate", label=pgettext_lazy("column", "certificate"), accessor=lot_certificate
        ),
    ]

    @override
    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("correct/<int:pk>/", desk.correct, name="correct"),
            path("certify/<int:pk>/", desk.certify, name="certify"),
        ]


class StockChangeIndexView(IndexView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm(COUNT):
            return []
        return [to_the_listings(_("Count or write off"))]

    @override
    def get_base_queryset(self) -> QuerySet[StockChange]:
        changes: QuerySet[StockChange] = super().get_base_queryset()
        return changes.select_related("listing__product", "listing__service_point", "changed_by")


def change_quantity(change: StockChange) -> str:
    sign = "＋" if change.change > 0 else "－" if change.change < 0 else ""
    return sign + quantity(abs(change.change), change.listing.product)


class StockChangeViewSet(ModelViewSet):
    model = StockChange
    icon = "list-ol"
    menu_label = gettext_lazy("Counts and waste")
    index_view_class = StockChangeIndexView
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields: list[str] = []
    list_filter = ["kind", "reason", "listing__service_point", "changed_at"]
    search_fields = ["listing__product__search_keys", "note"]
    ordering = ["-changed_at"]
    list_display = [
        "listing",
        "kind",
        Column("change", label=pgettext_lazy("column", "change"), accessor=change_quantity),
        "reason",
        "note",
        "changed_at",
        "changed_by",
    ]
