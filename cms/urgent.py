"""What has to find a buyer soon: surplus, and listings whose orders close."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from market.produce.models import Listing
from market.produce.templatetags.produce import quantity
from people.models import ServicePoint

SOON = datetime.timedelta(days=3)
MOST = 3


class Urgent(NamedTuple):
    """One line of the strip on the home page."""

    url: str
    text: str


def urgent_goods(point: ServicePoint, *, now: datetime.datetime) -> list[Urgent]:
    """Return what a point must sell within three days, soonest first; at most three."""
    listings = (
        Listing.objects.on_sale()
        .filter(
            Q(on_sale_until__lte=now + SOON) | Q(is_surplus=True),
            service_point=point,
            on_sale_from__lte=now,
            on_sale_until__gt=now,
            stock__credits_posted__gt=F("stock__debits_posted") + F("stock__debits_pending"),
        )
        .select_related("product", "stock")
        .order_by("on_sale_until", "pk")
    )
    return [_urgent(listing, now) for listing in listings[:MOST]]


def _urgent(listing: Listing, now: datetime.datetime) -> Urgent:
    product = listing.product
    closes_at = listing.on_sale_until
    assert closes_at is not None  # noqa: S101  # The query keeps only listings that close.
    days = (timezone.localdate(closes_at) - timezone.localdate(now)).days
    values = {
        "name": product.local_name,
        "quantity": quantity(listing.stock.available, product),
        "days": days,
        "time": timezone.localtime(closes_at).strftime("%H:%M"),
    }
    if days == 0:
        text = gettext("Until %(time)s today: %(quantity)s of %(name)s to go")
    else:
        text = ngettext(
            "%(days)d day left: %(quantity)s of %(name)s to go",
            "%(days)d days left: %(quantity)s of %(name)s to go",
            days,
        )
    return Urgent(reverse("produce:product", args=[product.sku]), text % values)
