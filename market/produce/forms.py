"""What people type into the shop, checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from market.produce import quantities
from market.produce.models import Product

REFUSALS = {
    quantities.NotDigits: _("Write the quantity in digits, such as 2."),
    quantities.TooLittle: _("Write a quantity above 0."),
    quantities.NotWhole: _("This is sold whole: write 1, 2, 3 and so on."),
}


class QuantityField(forms.CharField):
    """A quantity of one product as typed, in jin or pieces; it cleans to grams or pieces."""

    default_error_messages = {"required": _("Write how much, such as 2.")}

    def __init__(
        self,
        *,
        product: Product,
        step_g: int = quantities.ORDER_STEP_G,
        units_max: int = quantities.UNITS_MAX,
        zero_allowed: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)
        self.product = product
        self.step_g = step_g
        self.units_max = units_max
        self.zero_allowed = zero_allowed

    def clean(self, value: Any) -> Any:
        """Return grams or pieces, or nothing where nothing was typed and nothing is due."""
        typed = super().clean(value)
        return self._quantity(typed) if typed else None

    def prepare_value(self, value: Any) -> Any:
        """Write a quantity of the books as it would be typed."""
        if isinstance(value, int):
            by_weight = self.product.sold_by_weight
            return quantities.typed_quantity(value, by_weight=by_weight)
        return value

    def _quantity(self, typed: str) -> int:
        try:
            return quantities.parse_quantity(
                typed,
                by_weight=self.product.sold_by_weight,
                unit_word=self.product.unit_word,
                step_g=self.step_g,
                units_max=self.units_max,
                zero_allowed=self.zero_allowed,
            )
        except quantities.TooMuch as refusal:
            message = gettext("Write at most %(most)s.") % {"most": refusal.units_max}
        except quantities.NotAStep as refusal:
            message = gettext(
                "Write it in steps of %(step)s jin: %(step)s, %(second)s, %(third)s and so on."
            ) % {
                "step": quantities.shown_jin(refusal.step_g),
                "second": quantities.shown_jin(2 * refusal.step_g),
                "third": quantities.shown_jin(3 * refusal.step_g),
            }
        except quantities.NotAQuantity as refusal:
            message = str(REFUSALS[type(refusal)])
        raise ValidationError(message, code="quantity")


class CatalogueForm(forms.Form):
    """What somebody looks for in the shop; what makes no sense is left out of account."""

    q = forms.CharField(required=False, max_length=60)
    category = forms.SlugField(required=False)
    certificate = forms.BooleanField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=1000)

    def asked(self) -> dict[str, Any]:
        """Return what was asked for, whole: each part as typed, or else as if left out."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "q": given.get("q", ""),
            "category": given.get("category", ""),
            "certificate": given.get("certificate", False),
            "page": given.get("page") or 1,
        }
