"""What staff type about goods, checked."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from moneyed import Money
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from market.produce.actions.receive_goods import CertificateDetails
from market.produce.actions.write_off_goods import WASTE_REASONS
from market.produce.forms import QuantityField
from market.produce.models import Carrier, Listing, Lot, Product, Supplier
from market.produce.quantities import SCALE_STEP_G, STOCK_UNITS_MAX

VIEW_PAYEE = "produce.view_payee"


class PayeeForm(WagtailAdminModelForm):
    """Whom to pay, and where to: the latter only for those who settle.

    The code names an account in the books, so it is written once.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (self.for_user and self.for_user.has_perm(VIEW_PAYEE)):
            del self.fields["payee_details"]
        if self.instance.pk:
            del self.fields["code"]


class SupplierForm(PayeeForm):
    class Meta:
        model = Supplier
        fields = [
            "code",
            "name",
            "name_en",
            "kind",
            "place",
            "place_en",
            "distance_km",
            "story",
            "story_en",
            "payee_details",
        ]


class CarrierForm(PayeeForm):
    class Meta:
        model = Carrier
        fields = ["code", "name", "kind", "payee_details"]


class ProductForm(WagtailAdminModelForm):
    """The article number names a unit in the books, so it is written once."""

    class Meta:
        model = Product
        fields = [
            "supplier",
            "category",
            "sku",
            "name",
            "name_en",
            "unit_word",
            "unit_g",
            "unit_ml",
            "unit_pieces",
            "sold_by_weight",
            "keeps",
            "needs_certificate",
            "tip",
            "tip_en",
            "photo",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["sku"], self.fields["supplier"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("sold_by_weight") and not cleaned.get("unit_g"):
            self.add_error(
                "unit_g", _("Write how many grams one unit is: the scale decides the price.")
            )
        return cleaned


class YuanField(forms.DecimalField):
    """An amount in yuan, with fen behind the point; it cleans to Money."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=8, decimal_places=2, **kwargs)

    def clean(self, value: Any) -> Any:
        return Money(super().clean(value) or Decimal(0), "CNY")

    def prepare_value(self, value: Any) -> Any:
        return value.amount if isinstance(value, Money) else value


class ListingForm(WagtailAdminModelForm):
    """A listing's price is the sum of what three parties get; there is no fourth field."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    farmer_price = YuanField(label=_("farmer gets, in yuan"), min_value=Decimal("0.01"))
    transport_cost = YuanField(label=_("transport, in yuan"), min_value=0, initial=0)
    packing_cost = YuanField(label=_("packing, in yuan"), min_value=0, initial=0)
    points_price = forms.IntegerField(label=_("points for a unit"), min_value=1)
    household_limit = forms.IntegerField(
        label=_("units a household may buy in a month"), min_value=1, max_value=999, required=False
    )

    class Meta:
        model = Listing
        fields = [
            "product",
            "service_point",
            "carrier",
            "packer",
            "points_price",
            "household_limit",
            "on_sale_from",
            "on_sale_until",
            "is_surplus",
        ]

    field_order = [
        "key",
        "product",
        "service_point",
        "farmer_price",
        "transport_cost",
        "carrier",
        "packing_cost",
        "packer",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            return
        del self.fields["product"], self.fields["service_point"], self.fields["key"]
        for name in ("farmer_price", "transport_cost", "packing_cost"):
            self.initial[name] = getattr(self.instance, name)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("on_sale_from"), cleaned.get("on_sale_until")
        if opens and closes and closes <= opens:
            self.add_error("on_sale_until", _("Orders close after the sale begins: change one."))
        return cleaned


class ListingTaskForm(forms.Form):
    """A form about one listing, sent once: the key is the same for every press."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, listing: Listing, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        self.today = today

    def _quantity_field(self, label: Promise, **kwargs: Any) -> QuantityField:
        product = self.listing.product
        return QuantityField(
            product=product,
            label=label,
            help_text=_("In jin; 1 kg is 2 jin.") if product.sold_by_weight else product.unit_word,
            step_g=SCALE_STEP_G,
            units_max=STOCK_UNITS_MAX,
            **kwargs,
        )


class CertificateForm(ListingTaskForm):
    """What a certificate of compliance says."""

    origin = forms.CharField(label=_("grown at"), max_length=60)
    issued_on = forms.DateField(label=_("issued on"), widget=AdminDateInput)
    promised_by = forms.CharField(label=_("who promises"), max_length=60)
    contact = forms.CharField(label=_("contact of who promises"), max_length=40)

    WORDS = ("origin", "issued_on", "promised_by", "contact")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supplier = self.listing.product.supplier
        self.initial["origin"] = supplier.place
        self.initial["issued_on"] = self.today
        self.initial["promised_by"] = supplier.name

    def clean_issued_on(self) -> datetime.date | None:
        issued_on: datetime.date | None = self.cleaned_data["issued_on"]
        if issued_on and issued_on > self.today:
            raise forms.ValidationError(_("A certificate is issued today or earlier."))
        return issued_on

    def details(self) -> CertificateDetails:
        return CertificateDetails(**{name: self.cleaned_data[name] for name in self.WORDS})


class ReceiveForm(CertificateForm):
    """What arrived, and the certificate that came with it where the law asks for one."""

    has_certificate = forms.BooleanField(
        label=_("The certificate of compliance (承诺达标合格证) came with it"),
        required=False,
        initial=True,
    )
    field_order = ["key", "quantity", "has_certificate"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"] = self._quantity_field(_("How much arrived"))
        for name in self.WORDS:
            self.fields[name].required = False
        if not self.listing.product.needs_certificate:
            for name in ("has_certificate", *self.WORDS):
                del self.fields[name]
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("has_certificate"):
            for name in self.WORDS:
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("Write what the certificate says here."))
        return cleaned

    def certificate(self) -> CertificateDetails | None:
        return self.details() if self.cleaned_data.get("has_certificate") else None


class CountForm(ListingTaskForm):
    """What lies on the shelf."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["counted"] = self._quantity_field(
            _("Counted on the shelf, with what is reserved for orders"), zero_allowed=True
        )
        self.fields["note"] = forms.CharField(label=_("note"), max_length=120, required=False)


class WasteForm(ListingTaskForm):
    """What cannot be sold any more, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"] = self._quantity_field(_("How much goes"))
        self.fields["reason"] = forms.ChoiceField(
            label=_("reason"),
            choices=[(reason.value, reason.label) for reason in WASTE_REASONS],
        )
        self.fields["note"] = forms.CharField(label=_("note"), max_length=120, required=False)


class CorrectForm(ListingTaskForm):
    """How much of a lot really arrived."""

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, listing=lot.listing, **kwargs)
        self.fields["arrived"] = self._quantity_field(_("What really arrived"))
        self.fields["note"] = forms.CharField(label=_("note"), max_length=120, required=False)


class ReturnForm(ListingTaskForm):
    """Why a listing goes back to who handed it in."""

    reason = forms.CharField(label=_("reason"), max_length=120)
