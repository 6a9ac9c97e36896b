"""What staff do to one listing or lot: receive, count, write off, put on sale, withdraw."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from ledger.clock import database_now
from market.produce.actions.add_certificate import add_certificate
from market.produce.actions.correct_receipt import correct_receipt
from market.produce.actions.count_stock import count_stock
from market.produce.actions.put_listing_on_sale import put_listing_on_sale
from market.produce.actions.receive_goods import receive_goods
from market.produce.actions.return_listing import return_listing
from market.produce.actions.submit_listing import submit_listing
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.actions.write_off_goods import write_off_goods
from market.produce.models import Listing, Lot
from market.produce.office.forms import (
    CertificateForm,
    CorrectForm,
    CountForm,
    ListingTaskForm,
    ReceiveForm,
    ReturnForm,
    WasteForm,
)
from market.produce.office.refused import REFUSALS, sentence
from market.produce.queries import price_tags
from people.http import MemberRequest
from people.models import ServicePoint


def _listing(pk: int) -> Listing:
    listings = Listing.objects.select_related("product__supplier", "service_point", "stock")
    return get_object_or_404(listings, pk=pk)


def _lot(pk: int) -> Lot:
    lots = Lot.objects.select_related(
        "listing__product__supplier", "listing__service_point", "listing__stock"
    )
    return get_object_or_404(lots, pk=pk)


@require_http_methods(["GET", "POST"])
@permission_required("produce.receive_goods")
def receive(request: MemberRequest, pk: int) -> HttpResponse:
    """Book a lot that arrived."""
    listing = _listing(pk)
    form = _form(ReceiveForm, request, listing=listing)

    def act() -> None:
        receive_goods(
            listing=listing,
            quantity=form.cleaned_data["quantity"],
            received_by=request.user,
            received_at=database_now(),
            key=form.cleaned_data["key"],
            certificate=form.certificate(),
        )

    return _answer(
        request, form, act, title=pgettext("task", "Receive goods"), done=_("The goods are booked.")
    )


@require_http_methods(["GET", "POST"])
@permission_required("produce.count_stock")
def count(request: MemberRequest, pk: int) -> HttpResponse:
    """Set the books to what lies on the shelf."""
    listing = _listing(pk)
    form = _form(CountForm, request, listing=listing)

    def act() -> None:
        count_stock(
            listing=listing,
            counted=form.cleaned_data["counted"],
            counted_by=request.user,
            counted_at=database_now(),
            key=form.cleaned_data["key"],
            note=form.cleaned_data["note"],
        )

    return _answer(
        request, form, act, title=pgettext("task", "Count"), done=_("The count is booked.")
    )


@require_http_methods(["GET", "POST"])
@permission_required("produce.count_stock")
def waste(request: MemberRequest, pk: int) -> HttpResponse:
    """Write off what cannot be sold any more."""
    listing = _listing(pk)
    form = _form(WasteForm, request, listing=listing)

    def act() -> None:
        write_off_goods(
            listing=listing,
            quantity=form.cleaned_data["quantity"],
            reason=form.cleaned_data["reason"],
            written_off_by=request.user,
            written_off_at=database_now(),
            key=form.cleaned_data["key"],
            note=form.cleaned_data["note"],
        )

    return _answer(
        request, form, act, title=pgettext("task", "Write off"), done=_("It is written off.")
    )


@require_http_methods(["GET", "POST"])
@permission_required("produce.receive_goods")
def correct(request: MemberRequest, pk: int) -> HttpResponse:
    """Set a lot to what really arrived."""
    lot = _lot(pk)
    form = _form(CorrectForm, request, lot=lot)

    def act() -> None:
        correct_receipt(
            lot=lot,
            arrived=form.cleaned_data["arrived"],
            corrected_by=request.user,
            corrected_at=database_now(),
            key=form.cleaned_data["key"],
            note=form.cleaned_data["note"],
        )

    return _answer(
        request,
        form,
        act,
        title=pgettext("task", "Less arrived"),
        done=_("The lot is corrected."),
        back="lot",
    )


@require_http_methods(["GET", "POST"])
@permission_required("produce.receive_goods")
def certify(request: MemberRequest, pk: int) -> HttpResponse:
    """Add the certificate of a lot that came without one."""
    lot = _lot(pk)
    form = _form(CertificateForm, request, listing=lot.listing)

    def act() -> None:
        add_certificate(lot=lot, **vars(form.details()))

    return _answer(
        request,
        form,
        act,
        title=pgettext("task", "Add the certificate"),
        done=_("The certificate is there."),
        back="lot",
    )


@require_http_methods(["GET", "POST"])
@permission_required("produce.change_listing")
def send_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Return a listing to who handed it in."""
    listing = _listing(pk)
    form = _form(ReturnForm, request, listing=listing)

    def act() -> None:
        return_listing(listing=listing, reason=form.cleaned_data["reason"])

    return _answer(
        request, form, act, title=pgettext("task", "Return"), done=_("The listing is returned.")
    )


@require_http_methods(["GET", "POST"])
@permission_required("produce.change_listing")
def submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Hand a listing in for review."""
    listing = _listing(pk)
    return _answer(
        request,
        _form(ListingTaskForm, request, listing=listing),
        lambda: submit_listing(listing=listing),
        title=pgettext("task", "Hand in"),
        done=_("The listing is handed in."),
    )


@require_http_methods(["GET", "POST"])
@permission_required("produce.change_listing")
def release(request: MemberRequest, pk: int) -> HttpResponse:
    """Put a listing on sale."""
    listing = _listing(pk)
    return _answer(
        request,
        _form(ListingTaskForm, request, listing=listing),
        lambda: put_listing_on_sale(listing=listing),
        title=pgettext("task", "Put on sale"),
        done=_("It is on sale."),
    )


@require_http_methods(["GET", "POST"])
@permission_required("produce.change_listing")
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a listing off sale; orders already placed stand."""
    listing = _listing(pk)
    return _answer(
        request,
        _form(ListingTaskForm, request, listing=listing),
        lambda: withdraw_listing(listing=listing),
        title=pgettext("task", "Withdraw"),
        done=_("It is off sale; orders already placed stand."),
    )


@require_GET
@permission_required("produce.view_listing")
def tags(request: MemberRequest) -> HttpResponse:
    """Show the price tags of one service point, eight to a sheet."""
    points = list(ServicePoint.objects.order_by("pk"))
    chosen = request.GET.get("point", "")
    point = next((each for each in points if str(each.pk) == chosen), points[0] if points else None)
    goods = price_tags(point, now=database_now()) if point else []
    context = {"points": points, "point": point, "goods": goods}
    return render(request, "produce/office/price_tags.html", context)


def _form[Form: ListingTaskForm](
    form_class: type[Form], request: MemberRequest, **about: Any
) -> Form:
    """Read the form, or make an empty one with a key of its own."""
    return form_class(
        request.POST if request.method == "POST" else None,
        initial={"key": uuid.uuid4().hex},
        today=timezone.localdate(database_now()),
        **about,
    )


def _answer(
    request: MemberRequest,
    form: ListingTaskForm,
    act: Callable[[], object],
    *,
    title: str,
    done: str,
    back: str = "listing",
) -> HttpResponse:
    """Show the form; once it is right, do it and say so, or say why not."""
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                act()
            except REFUSALS as refusal:
                form.add_error(None, sentence(refusal, form.listing.product))
                status = 409
            else:
                messages.success(request, done)
                return redirect(f"{back}:index")
    return _page(request, form, title, back, status)


def _page(
    request: MemberRequest, form: forms.Form, title: str, back: str, status: int
) -> HttpResponse:
    listing = form.listing if isinstance(form, ListingTaskForm) else None
    context = {
        "form": form,
        "title": title,
        "listing": listing,
        "back": reverse(f"{back}:index"),
    }
    return render(request, "produce/office/task.html", context, status=status)
