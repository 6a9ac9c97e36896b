"""What to paste into a building's WeChat group: who has something to collect here."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from market.orders.models import Order
from people.models import Member, ServicePoint

BETWEEN_NAMES = "、"


def text_for_the_group(
    point: ServicePoint, orders: Iterable[Order], *, now: datetime.datetime
) -> str:
    """Put into words what waits at a point; empty where nothing does.

    In the language of the site, whoever asks: the group reads it. Names as strangers may see
    them, no phone numbers, and no codes, since whoever says a code gets the goods.
    """
    today = localdate(now)
    waiting, on_last_day = set[Member](), set[Member]()
    for order in orders:
        if order.status == Order.Status.READY:
            is_last = localdate(order.keep_until) <= today
            (on_last_day if is_last else waiting).add(order.collector)
    if not waiting and not on_last_day:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return "\n".join(_lines(point, waiting - on_last_day, on_last_day))


def _lines(point: ServicePoint, waiting: set[Member], on_last_day: set[Member]) -> Iterable[str]:
    yield _("Neighbours, your orders are ready at %(point)s, %(hours)s.") % {
        "point": point.name,
        "hours": point.hours,
    }
    if on_last_day:
        yield _("Today is the last day for: %(names)s") % {"names": _names(on_last_day)}
    if waiting:
        yield _("To be collected: %(names)s") % {"names": _names(waiting)}
    yield _("Say your pickup code at the counter. Questions: %(phone)s") % {"phone": point.phone}


def _names(members: set[Member]) -> str:
    """Name each as strangers may see it; two 马** are named twice."""
    return BETWEEN_NAMES.join(
        member.masked_name for member in sorted(members, key=lambda each: each.pk)
    )
