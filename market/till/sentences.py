"""The one sentence for each refusal at a till: what is the matter, and what to do next."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from market.orders import refusals
from market.orders.models import Order
from market.orders.views.words import order_closed, price_changed
from market.produce.templatetags.produce import quantity, yuan
from market.till.refusals import DayIsOver, NotByQrCode, NothingOwed, TillIsOpen, TillNotOpen


def when(moment: datetime.datetime, now: datetime.datetime) -> str:
    """Write a moment as 10:02 if it is of today, else with its day."""
    local = localtime(moment)
    is_today = local.date() == localtime(now).date()
    return date_format(local, "TIME_FORMAT" if is_today else "SHORT_DATETIME_FORMAT")


def code_used(order: Order, now: datetime.datetime) -> str:
    """Say when and by whom a code was used, or why it opens nothing any more."""
    by, at = order.closed_by, order.closed_at
    if order.status != Order.Status.COLLECTED or by is None or at is None:
        return order_closed(refusals.OrderClosed(order))
    return _(
        "Used already: %(when)s, handed out by %(who)s. "
        "For another order, ask for the member number."
    ) % {"when": when(at, now), "who": by.masked_name}


def waits_elsewhere(order: Order) -> str:
    return _("Order %(number)s waits at %(point)s, not here. Hours there: %(hours)s.") % {
        "number": order.number,
        "point": order.service_point.name,
        "hours": order.service_point.hours,
    }


def too_much(refusal: refusals.TooMuch) -> str:
    product = refusal.line.listing.product
    return _("At most %(most)s of %(name)s. Take some off, and write it down again.") % {
        "most": quantity(refusal.most, product),
        "name": product.local_name,
    }


def only_so_much_free(refusal: refusals.OnlySoMuchFree) -> str:
    product = refusal.line.listing.product
    if not refusal.free:
        return _("No more of %(name)s can be added: weigh no more than was ordered.") % {
            "name": product.local_name
        }
    return _("Only %(free)s g of %(name)s can be added. Take some off, and weigh again.") % {
        "free": refusal.free,
        "name": product.local_name,
    }


def till_is_open(refusal: TillIsOpen) -> str:
    session = refusal.session
    return _("The drawer is open already, since %(when)s, with %(float)s of change.") % {
        "when": date_format(localtime(session.opened_at), "SHORT_DATETIME_FORMAT"),
        "float": yuan(session.float_fen),
    }


SENTENCES: dict[type[Exception], Callable[[Any], str]] = {
    refusals.OrderClosed: order_closed,
    refusals.WrongPoint: lambda refusal: waits_elsewhere(refusal.order),
    refusals.TooMuch: too_much,
    refusals.OnlySoMuchFree: only_so_much_free,
    refusals.PriceChanged: price_changed,
    refusals.NothingHandedOut: lambda _refusal: _(
        "Nothing would leave the counter. Weigh what does, or have the order cancelled."
    ),
    refusals.KeyClash: lambda _refusal: _(
        "This page was used for something else already. Open it again from the till."
    ),
    TillNotOpen: lambda _refusal: _("The drawer is not open. Count the change and open it first."),
    TillIsOpen: till_is_open,
    NotByQrCode: lambda _refusal: _(
        "This was not paid by the code of this point. Look for it where it was paid."
    ),
    DayIsOver: lambda _refusal: _(
        "It can be taken back only on the day it was paid. Tell community worker B."
    ),
    NothingOwed: lambda _refusal: _("This order owes nothing any more. There is nothing to take."),
}
REFUSALS = tuple(SENTENCES)
"""Why something cannot be done at a till."""


def in_words(refusal: Exception) -> str:
    """Find the sentence for any refusal at a till."""
    return SENTENCES[type(refusal)](refusal)
