"""Cutting orders to what there is: which goods are reserved, and how much of them is missing."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from ledger.clock import database_now
from market.orders.actions.cut_orders import POSTINGS, cut_orders
from market.orders.queries import reserved_listings
from market.orders.refusals import NotMissing, StockMoved
from market.produce.models import Listing
from market.produce.office.forms import ListingTaskForm
from market.produce.office.refused import sentence
from market.produce.refusals import KeyUsed
from market.produce.templatetags.produce import quantity as in_words
from people.http import MemberRequest

CUT = "orders.cut_orders"


class CutForm(ListingTaskForm):
    """How much of a listing is not there, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["missing"] = self._quantity_field(gettext_lazy("How much is missing"))
        self.fields["reason"] = forms.ChoiceField(
            label=gettext_lazy("reason"),
            choices=[(reason.value, reason.label) for reason in POSTINGS],
        )
        self.fields["note"] = forms.CharField(
            label=gettext_lazy("note"), max_length=120, required=False
        )


@require_GET
@permission_required(CUT)
def cuttable(request: MemberRequest) -> HttpResponse:
    """Show what open orders have reserved, and how much of it."""
    return render(request, "orders/office/cuttable.html", {"listings": reserved_listings()})


@require_http_methods(["GET", "POST"])
@permission_required(CUT)
def cut(request: MemberRequest, pk: int) -> HttpResponse:
    """Take what is missing out of the free stock first, then out of the latest orders."""
    listing = get_object_or_404(
        Listing.objects.select_related("product", "service_point", "stock"), pk=pk
    )
    form = CutForm(
        request.POST if request.method == "POST" else None,
        initial={"key": uuid.uuid4().hex},
        today=timezone.localdate(database_now()),
        listing=listing,
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return _cut(request, form)
            except NotMissing as refusal:
                held = in_words(refusal.held, listing.product)
                form.add_error(
                    "missing", _("The books hold only %(held)s: write less.") % {"held": held}
                )
            except KeyUsed as refusal:
                form.add_error(None, sentence(refusal))
            except StockMoved:
                form.add_error(None, _("Somebody ordered at this moment: press once more."))
            status = 409
    context = {"form": form, "listing": listing}
    return render(request, "orders/office/cut.html", context, status=status)


def _cut(request: MemberRequest, form: CutForm) -> HttpResponse:
    orders = cut_orders(
        listing=form.listing, cut_by=request.user, cut_at=database_now(), **form.cleaned_data
    )
    told = ngettext(
        "Done. %(count)d order was shortened, and its member told.",
        "Done. %(count)d orders were shortened, and their members told.",
        len(orders),
    )
    messages.success(request, told % {"count": len(orders)})
    return redirect("order:cuttable")
