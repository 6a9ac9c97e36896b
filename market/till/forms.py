"""What people type at a till, checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from market.orders.models import OrderLine, Tender
from market.orders.refusals import TooMuch
from market.produce.forms import QuantityField
from market.produce.models import fen
from market.produce.quantities import JIN_G, SCALE_STEP_G
from market.till.models import Till
from market.till.sentences import too_much
from people.phones import plain_digits

FLOAT_MOST_YUAN = 2_000
"""No community shop keeps more change than that; more is a slip of the finger."""

ZERO = re.compile(r"0+(\.0*)?")


class LookUpForm(forms.Form):
    """The one box."""

    looked_for = forms.CharField(
        label=_("Scan, or type the pickup code, member number, order number or name"),
        max_length=200,
        error_messages={
            "required": _("Scan a code, or type one, first."),
            "max_length": _("That is too long. Scan once more, or type the pickup code."),
        },
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false", "class": "in1"}
        ),
    )


class YuanField(forms.DecimalField):
    """Yuan as typed, with ¥ or 元 or without; it cleans to fen."""

    def clean(self, value: Any) -> Any:
        plain = plain_digits(str(value or "")).replace(",", "")
        yuan = super().clean(plain.removeprefix("¥").removesuffix("元").strip())
        return None if yuan is None else fen(yuan)


class OpenTillForm(forms.Form):
    """How much change lies in the drawer."""

    float_fen = YuanField(
        label=_("Change in the drawer, in yuan"),
        help_text=_("Count it first. Such as 100, or 0 for an empty drawer."),
        min_value=0,
        max_value=FLOAT_MOST_YUAN,
        decimal_places=2,
        error_messages={
            "required": _("Write how much change is in the drawer; 0 is an answer too."),
            "invalid": _("Write the sum in digits, such as 100."),
            "min_value": _("There cannot be less than nothing in the drawer."),
            "max_value": _("At most ¥2,000 of change. Count again, and bank the rest."),
            "max_decimal_places": _("Write yuan with at most two decimals, such as 86.50."),
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ChooseTillForm(forms.Form):
    """At which till the cashier stands."""

    till = forms.TypedChoiceField(
        label=_("Which till are you at?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a till."),
            "invalid_choice": _("Choose a till from the list."),
        },
    )

    def __init__(self, *args: Any, tills: Sequence[Till], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["till"]
        field.choices = [(till.pk, f"{till.name}　{till.service_point}") for till in tills]  # type: ignore[attr-defined]  # A choice field.


class ScaleField(QuantityField):
    """What really leaves of one line: what the scale shows, or pieces; 0 for nothing."""

    def __init__(self, *, line: OrderLine, **kwargs: Any) -> None:
        product = line.listing.product
        self.line = line
        super().__init__(
            product=product,
            step_g=SCALE_STEP_G,
            label=product.local_name,
            error_messages={
                "required": _("Write what the scale shows; 0 for what stays here.")
                if product.sold_by_weight
                else _("Write how many leave; 0 for what stays here.")
            },
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        if ZERO.fullmatch(plain_digits(str(value or ""))):
            return 0
        quantity = super().clean(value)
        if quantity > self.line.most_quantity:
            refusal = TooMuch(self.line, most=self.line.most_quantity)
            raise ValidationError(too_much(refusal), code="too_much")
        return quantity


@dataclass(frozen=True)
class ScaleRow:
    """A line of the order, and where its weight or number is typed; none for what is gone.

    Args:
        is_first: whether it is the first that is weighed; the cursor waits there.
    """

    line: OrderLine
    field: BoundField | None
    is_first: bool

    @property
    def unit_fen(self) -> int:
        """The price of one unit."""
        return self.line.costs_of(self.line.unit_quantity).total_fen

    @property
    def factor(self) -> int:
        """Grams in what is typed as 1, or the one piece."""
        return JIN_G if self.line.listing.product.sold_by_weight else 1

    @property
    def step_quantity(self) -> int:
        """The finest the scale shows, in grams, or one piece."""
        return SCALE_STEP_G if self.line.listing.product.sold_by_weight else 1

    @property
    def described_by(self) -> str:
        """The id of what is wrong with the number, if something is."""
        return f"{self.field.auto_id}_error" if self.field and self.field.errors else ""


class HandOutForm(forms.Form):
    """What leaves the counter, and how it was paid once the cashier has seen the sum."""

    tender = forms.ChoiceField(
        choices=[(tender, tender.label) for tender in Tender.at_the_counter()], required=False
    )
    expected_fen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    nonce = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            if line.quantity:
                by_weight = line.listing.product.sold_by_weight
                field = ScaleField(line=line, initial=None if by_weight else line.quantity)
                self.fields[name_of(line)] = field

    def rows(self) -> Iterator[ScaleRow]:
        """Pair each line with its field, for the template."""
        weighed = [line for line in self.lines if line.listing.product.sold_by_weight]
        for line in self.lines:
            field = self[name_of(line)] if name_of(line) in self.fields else None
            yield ScaleRow(line, field, is_first=line in weighed[:1])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("tender") and cleaned.get("expected_fen") is None:
            raise ValidationError(_("Work out the sum first."), code="no_sum")
        return cleaned

    def quantities(self) -> Mapping[int, int]:
        """Return grams or pieces that leave, by id of the line."""
        return {
            line.pk: self.cleaned_data[name_of(line)]
            for line in self.lines
            if name_of(line) in self.cleaned_data
        }


def name_of(line: OrderLine) -> str:
    """Name the field of a line."""
    return f"line_{line.pk}"


class SettleForm(forms.Form):
    """How what an order still owes was paid, and the sum the cashier saw."""

    tender = forms.ChoiceField(
        choices=[(tender, tender.label) for tender in Tender.at_the_counter()]
    )
    expected_fen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    nonce = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
