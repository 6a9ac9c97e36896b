"""Pickup codes: four digits to say aloud at the counter."""

from __future__ import annotations

import secrets

from django.db.models import QuerySet

from ledger.questions import Blank, Question, blanks, numbered
from market.orders.models import Order
from people.models import Member, ServicePoint

CANDIDATES = 24
"""Drawn at once, so that one look finds a free one even at a busy point."""


def _taken() -> QuerySet[Order, tuple[str]]:
    drawn = blanks("code", CANDIDATES)
    codes = Order.objects.open().filter(service_point=Blank("point"), pickup_code__in=drawn)
    numbers = Member.objects.filter(community=Blank("community"), member_no__in=drawn)
    return codes.values_list("pickup_code").union(numbers.values_list("member_no"))


TAKEN = Question(_taken)


def draw_pickup_code(point: ServicePoint) -> str:
    """Draw four digits that no open order of the point has and no member of its community.

    Somebody else may draw the same at the same moment; the constraint on orders refuses
    the second.

    Raises:
        RuntimeError: nine codes of ten are taken; no shop has that many open orders.
    """
    for _attempt in range(CANDIDATES):
        drawn = [f"{secrets.randbelow(10_000):04d}" for _code in range(CANDIDATES)]
        taken = TAKEN.ask(point=point.pk, community=point.community_id, **numbered("code", drawn))
        free = [code for code in drawn if (code,) not in taken]
        if free:
            return free[0]
    raise RuntimeError(f"no free pickup code at {point}")
