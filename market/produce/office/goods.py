"""Suppliers, carriers, shelves and products in the back office."""

from __future__ import annotations

from typing import Any, override

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.viewsets.model import ModelViewSet

from market.produce.actions.add_carrier import add_carrier
from market.produce.actions.add_product import add_product
from market.produce.actions.add_supplier import add_supplier
from market.produce.actions.edit_product import edit_product
from market.produce.actions.edit_supplier import edit_supplier
from market.produce.models import Carrier, Category, Product, Supplier
from market.produce.office.forms import CarrierForm, ProductForm, SupplierForm
from market.produce.office.refused import REFUSALS, sentence


class SayWhy:
    """A view of Wagtail's that says in the form why an action refused."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # A mixin.
        except REFUSALS as refusal:
            form.add_error(None, sentence(refusal))
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]  # A mixin.
            response = self.form_invalid(form)  # type: ignore[attr-defined]  # A mixin.
        return response


class AddSupplierView(SayWhy, CreateView):
    @override
    def save_instance(self) -> Supplier:
        return add_supplier(**self.form.cleaned_data)


class EditSupplierView(SayWhy, EditView):
    @override
    def save_instance(self) -> Supplier:
        edit_supplier(supplier=self.object, **self.form.cleaned_data)
        supplier: Supplier = self.object
        return supplier


class SupplierViewSet(ModelViewSet):
    model = Supplier
    icon = "group"
    menu_label = _("Suppliers")
    add_view_class = AddSupplierView
    edit_view_class = EditSupplierView
    copy_view_enabled = False
    list_display = ["name", "kind", "place", "distance_km"]
    list_filter = ["kind"]
    search_fields = ["name", "name_en", "place", "place_en", "code"]
    ordering = ["name"]

    @override
    def get_form_class(self, for_update: bool = False) -> type[forms.BaseForm]:
        return SupplierForm


class AddCarrierView(SayWhy, CreateView):
    @override
    def save_instance(self) -> Carrier:
        return add_carrier(**self.form.cleaned_data)


class CarrierViewSet(ModelViewSet):
    model = Carrier
    icon = "arrow-right"
    menu_label = _("Carriers and packers")
    add_view_class = AddCarrierView
    copy_view_enabled = False
    list_display = ["name", "kind"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]
    ordering = ["name"]

    @override
    def get_form_class(self, for_update: bool = False) -> type[forms.BaseForm]:
        return CarrierForm


class CategoryViewSet(ModelViewSet):
    model = Category
    icon = "list-ul"
    menu_label = _("Shelves")
    copy_view_enabled = False
    form_fields = ["slug", "name", "name_en", "position"]
    list_display = ["name", "name_en", "position"]
    ordering = ["position"]


class AddProductView(SayWhy, CreateView):
    @override
    def save_instance(self) -> Product:
        return add_product(**self.form.cleaned_data)


class EditProductView(SayWhy, EditView):
    @override
    def save_instance(self) -> Product:
        edit_product(product=self.object, **self.form.cleaned_data)
        product: Product = self.object
        return product


class ProductViewSet(ModelViewSet):
    model = Product
    icon = "tag"
    menu_label = _("Products")
    add_view_class = AddProductView
    edit_view_class = EditProductView
    copy_view_enabled = False
    list_display = [
        "name",
        "supplier",
        "category",
        "unit_word",
        BooleanColumn(
            "needs_certificate",
            label=_("needs a certificate of compliance"),
            sort_key="needs_certificate",
        ),
    ]
    list_filter = ["supplier", "category", "needs_certificate"]
    search_fields = ["search_keys", "sku"]
    ordering = ["name"]

    @override
    def get_form_class(self, for_update: bool = False) -> type[forms.BaseForm]:
        return ProductForm
