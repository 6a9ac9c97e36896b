"""Short ways to an order that is paid online, at the stand-in for Stripe."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from ledger.clock import database_now
from market.orders import stripe as door
from market.orders.actions.record_payment import record_payment
from market.orders.actions.start_payment import start_payment
from market.orders.models import Order, Tender
from market.produce.models import Listing
from people.models import Member
from tests.stories import order
from tests.stripe_stand_in import Stripe


def paid_order(
    stripe: Stripe,
    member: Member,
    quantities: Mapping[Listing, int],
    *,
    at: datetime.datetime | None = None,
) -> Order:
    """A member orders and pays; Stripe says so at once, or as if at another moment."""
    now = database_now()
    placed = order(member, quantities, tender=Tender.STRIPE, at=now)
    session = start_payment(order=placed, language="zh-hans", started_at=now)
    stripe.desk.pay(session.session_id)
    record_payment(told=door.read_session(session.session_id), recorded_at=at or database_now())
    return Order.objects.get(pk=placed.pk)
