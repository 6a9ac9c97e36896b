"""What people type about baskets and orders, checked."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from market.orders import stripe
from market.orders.models import Tender
from market.produce.forms import QuantityField
from market.produce.models import Listing

TENDERS = {
    Tender.STRIPE: _("Online now: bank card, Alipay or WeChat Pay"),
    Tender.CASH: _("Cash when I collect"),
    Tender.QR_CODE: _("The shop's QR code when I collect"),
}
GOODS = re.compile(r"\d{1,18}:\d{1,9}(,\d{1,18}:\d{1,9})*")


class ListingForm(forms.Form):
    """Which listing a button is about."""

    listing = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class QuantityForm(forms.Form):
    """How much of one listing."""

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"] = QuantityField(product=listing.product, label=_("How much"))


class CheckoutForm(forms.Form):
    """How an order is paid, and exactly what the member saw when pressing the button."""

    tender = forms.ChoiceField(
        label=_("How will you pay?"),
        choices=lambda: tenders_offered().items(),
        error_messages={"required": _("Choose how you will pay.")},
        widget=forms.RadioSelect,
        initial=Tender.CASH,
    )
    goods = forms.CharField(max_length=4_000, widget=forms.HiddenInput)
    total_fen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        total_fen = cleaned.get("total_fen", stripe.LEAST_FEN)
        if cleaned.get("tender") == Tender.STRIPE and total_fen < stripe.LEAST_FEN:
            raise ValidationError(
                _("Paying online begins at ¥4. Add something, or pay when you collect."),
                code="too_little",
            )
        return cleaned

    def clean_goods(self) -> dict[int, int]:
        """Return grams or pieces by id of the listing."""
        goods: str = self.cleaned_data["goods"]
        if not GOODS.fullmatch(goods):
            raise ValidationError(_("Please open the basket again."), code="goods")
        pairs = (pair.split(":") for pair in goods.split(","))
        return {int(listing): int(quantity) for listing, quantity in pairs}


def tenders_offered() -> dict[Tender, Promise]:
    """Return how an order can be paid, in words: online only where Stripe is configured."""
    return {
        tender: words
        for tender, words in TENDERS.items()
        if tender != Tender.STRIPE or stripe.is_offered()
    }


def written_goods(quantities: dict[int, int]) -> str:
    """Write an order's goods as the form carries them: 12:500,13:2."""
    return ",".join(f"{listing}:{quantity}" for listing, quantity in quantities.items())
