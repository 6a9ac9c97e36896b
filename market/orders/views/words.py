"""The one sentence for each refusal: what is the matter, and what to do next."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from market.orders import refusals
from market.orders.models import Order, Tender
from market.produce.templatetags.produce import quantity, yuan


def sold_out(refusal: refusals.SoldOut) -> str:
    product = refusal.listing.product
    if refusal.left < product.step_quantity:
        return _("%(name)s has just sold out; it was taken off this order. Please look again.") % {
            "name": product.local_name
        }
    return _("Only %(left)s of %(name)s are left. Please look again and order what there is.") % {
        "left": quantity(refusal.left, product),
        "name": product.local_name,
    }


def not_on_sale(refusal: refusals.NotOnSale) -> str:
    if refusal.listing is None:
        return _("Something in the basket is not sold any more. Please look again.")
    return _("%(name)s cannot be ordered any more. Please look again and order the rest.") % {
        "name": refusal.listing.product.local_name
    }


def household_not_confirmed(refusal: refusals.HouseholdNotConfirmed) -> str:
    return _(
        "%(name)s is limited for each household, and staff have not confirmed yours yet. "
        "Call the shop, or order without it."
    ) % {"name": refusal.listing.product.local_name}


def limit_reached(refusal: refusals.LimitReached) -> str:
    product = refusal.listing.product
    limit = quantity(refusal.listing.limit_quantity, product)
    if not refusal.left:
        return _(
            "Your household has bought its %(limit)s of %(name)s this month. "
            "More can be ordered from the first of next month."
        ) % {"limit": limit, "name": product.local_name}
    return _(
        "A household may buy %(limit)s of %(name)s in a month; yours can still have %(left)s."
    ) % {"limit": limit, "name": product.local_name, "left": quantity(refusal.left, product)}


def price_changed(refusal: refusals.PriceChanged) -> str:
    return _("The total is now %(total)s. If that is right, press once more.") % {
        "total": yuan(refusal.now_fen)
    }


def order_closed(refusal: refusals.OrderClosed) -> str:
    """Say when and by whom an order was closed."""
    order = refusal.order
    if order.status == Order.Status.PLACED:
        return _("Order %(number)s is not paid yet; it waits for its payment online.") % {
            "number": order.number
        }
    when = date_format(localtime(order.closed_at), "SHORT_DATETIME_FORMAT")
    who = order.closed_by.masked_name if order.closed_by else _("the clock")
    values = {"number": order.number, "when": when, "who": who}
    if order.status == Order.Status.COLLECTED:
        return _("Order %(number)s was collected on %(when)s, handed out by %(who)s.") % values
    if order.status == Order.Status.UNCOLLECTED:
        return (
            _("Order %(number)s was not collected in time and was given up on %(when)s.") % values
        )
    if order.status == Order.Status.EXPIRED:
        return _(
            "Order %(number)s was not paid by %(when)s, so its goods went back on sale. "
            "Nothing was charged."
        ) % {"number": order.number, "when": _hour(order.pay_until)}
    return _("Order %(number)s was cancelled on %(when)s by %(who)s.") % values


def unpaid(order: Order, *, has_tried: bool) -> str:
    """Say to somebody who has not paid, or could not, what happens to the goods."""
    values = {"when": _hour(order.pay_until)}
    if has_tried:
        return (
            _(
                "The payment did not go through, and nothing was charged. "
                "The goods are kept for you until %(when)s."
            )
            % values
        )
    return _("Not paid yet. The goods are kept for you until %(when)s.") % values


def _hour(moment: datetime.datetime | None) -> str:
    return date_format(localtime(moment), "TIME_FORMAT")


SENTENCES: dict[type[Exception], Callable[[Any], str]] = {
    refusals.SoldOut: sold_out,
    refusals.NotOnSale: not_on_sale,
    refusals.HouseholdNotConfirmed: household_not_confirmed,
    refusals.LimitReached: limit_reached,
    refusals.PriceChanged: price_changed,
    refusals.NothingOrdered: lambda _refusal: _(
        "Nothing in the basket can be ordered now. Please look again."
    ),
    refusals.NotAStep: lambda _refusal: _("Please open the basket again."),
    refusals.KeyClash: lambda _refusal: _(
        "This basket was ordered already. Look under “My orders”, or fill it again."
    ),
    refusals.NoHousehold: lambda _refusal: _(
        "We do not know where you live yet. Call the shop, and staff will write it down."
    ),
}
PLACING = tuple(SENTENCES)
"""Why an order may not be placed."""


def in_words(refusal: Exception) -> str:
    """Find the sentence for any refusal of placing an order."""
    return SENTENCES[type(refusal)](refusal)


def _paid_online(order: Order) -> list[dict[str, str]]:
    """Say when it was paid, where that was before the goods are collected."""
    return [
        {
            "title": _("Paid online"),
            "state": "done",
            "note": date_format(localtime(payment.paid_at), "SHORT_DATETIME_FORMAT"),
        }
        for payment in list(order.payments.all())[:1]
        if payment.tender == Tender.STRIPE
    ]


def track(order: Order) -> list[dict[str, str]]:
    """Say how far an order is, for `components/track.html`."""
    point = order.service_point
    is_collected = order.status == Order.Status.COLLECTED
    last_day = date_format(localtime(order.keep_until), "SHORT_DATE_FORMAT")
    return [
        {
            "title": _("Ordered"),
            "state": "done",
            "note": date_format(localtime(order.placed_at), "SHORT_DATETIME_FORMAT"),
        },
        *_paid_online(order),
        {
            "title": _("Ready to collect"),
            "state": "done" if is_collected else "now",
            "note": f"{point.local_name}　{point.hours}",
        },
        {
            "title": _("Collected"),
            "state": "done" if is_collected else "",
            "note": date_format(localtime(order.closed_at), "SHORT_DATETIME_FORMAT")
            if is_collected
            else _("Until %(day)s; if you cannot come, call %(phone)s.")
            % {"day": last_day, "phone": point.phone},
        },
    ]
