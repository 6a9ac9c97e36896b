"""What happens to orders by the clock. Each task may run twice, or late."""

from __future__ import annotations

import logging

from celery import shared_task

from ledger.clock import database_now
from market.orders.actions.close_uncollected import close_uncollected
from market.orders.queries import orders_past_their_time

logger = logging.getLogger(__name__)


@shared_task
def sweep_uncollected() -> int:
    """Give up every order whose last day is over; return how many.

    Each order is a transaction of its own, so a worker that is killed half way has done
    whole orders, and the next sweep does the rest.
    """
    now = database_now()
    orders = list(orders_past_their_time(now))
    given_up = sum(close_uncollected(order=order, closed_at=now) for order in orders)
    if given_up:
        logger.info("gave up %d orders that nobody collected", given_up)
    return given_up
