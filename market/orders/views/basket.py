"""The basket: put in, change, take out."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ledger.clock import database_now
from market.orders.actions.change_basket import change_basket
from market.orders.actions.merge_basket import merge_basket
from market.orders.forms import ListingForm, QuantityForm
from market.orders.http import basket_of, guest_basket, keep_guest_basket
from market.orders.queries import basket_groups, last_order_of
from market.produce.models import Listing
from market.produce.quantities import UNITS_MAX
from market.produce.templatetags.produce import quantity as in_words
from people.http import next_page_or
from people.models import Member


@require_GET
@never_cache
def basket(request: HttpRequest) -> HttpResponse:
    """Show the basket by service point; the first look after sign-in keeps a guest's."""
    keep_what_was_picked(request)
    member = request.user if isinstance(request.user, Member) else None
    groups = basket_groups(basket_of(request), now=database_now())
    context = {
        "groups": groups,
        "last_order": last_order_of(member) if member and not groups else None,
    }
    return render(request, "orders/basket.html", context)


def keep_what_was_picked(request: HttpRequest) -> None:
    """Lay a guest's basket into the member's, once somebody has signed in."""
    picked = guest_basket(request)
    if picked and isinstance(request.user, Member):
        merge_basket(member=request.user, quantities=picked)
        keep_guest_basket(request, {})


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put so much more of a listing into the basket."""
    listing = _listing(request)
    form = QuantityForm(request.POST, listing=listing)
    if not form.is_valid():
        back = next_page_or(request, "produce:catalogue")
        context = {"form": form, "listing": listing, "next": back}
        return render(request, "orders/add.html", context, status=422)
    most = UNITS_MAX * listing.product.unit_quantity
    held = basket_of(request).get(listing.pk, 0)
    now_held = min(held + form.cleaned_data["quantity"], most)
    _keep(request, listing, now_held)
    messages.success(
        request,
        _("In your basket: %(name)s, %(quantity)s.")
        % {
            "name": listing.product.local_name,
            "quantity": in_words(now_held, listing.product),
        },
    )
    return redirect(next_page_or(request, "orders:basket"))


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Change how much of a listing is in the basket, or take it out."""
    listing = _listing(request)
    if "remove" in request.POST:
        _keep(request, listing, 0)
        return redirect("orders:basket")
    form = QuantityForm(request.POST, listing=listing)
    if not form.is_valid():
        context = {
            "groups": basket_groups(basket_of(request), now=database_now()),
            "form": form,
            "form_listing": listing,
        }
        return render(request, "orders/basket.html", context, status=422)
    _keep(request, listing, form.cleaned_data["quantity"])
    return redirect("orders:basket")


def _listing(request: HttpRequest) -> Listing:
    form = ListingForm(request.POST)
    if not form.is_valid():
        raise Http404
    listings = Listing.objects.seen().select_related("product")
    return get_object_or_404(listings, pk=form.cleaned_data["listing"])


def _keep(request: HttpRequest, listing: Listing, quantity: int) -> None:
    if isinstance(request.user, Member):
        change_basket(member=request.user, listing=listing, quantity=quantity)
        return
    held = guest_basket(request)
    held[listing.pk] = quantity
    keep_guest_basket(request, {pk: amount for pk, amount in held.items() if amount})
