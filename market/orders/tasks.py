"""What happens to orders by the clock. Each task may run twice, or late."""

from __future__ import annotations

import logging

from celery import shared_task

from ledger.clock import database_now
from market.orders import stripe
from market.orders.actions.check_session import check_session
from market.orders.actions.close_uncollected import close_uncollected
from market.orders.actions.expire_order import expire_order
from market.orders.actions.remind_of_last_day import remind_of_last_day as remind
from market.orders.actions.report_problem import report_problem
from market.orders.actions.send_refund import send_refund
from market.orders.models import Refund
from market.orders.queries import (
    orders_past_their_time,
    orders_to_remind_of,
    refunds_to_send,
    sessions_to_check,
    unpaid_orders,
)

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


@shared_task
def remind_of_last_day() -> int:
    """Remind of every order on its last day; return how many there are.

    Every hour of the day, so that a morning without a clock delays it and loses nothing.
    """
    now = database_now()
    return sum(remind(order=order, reminded_at=now) for order in orders_to_remind_of(now))


@shared_task
def sweep_payments() -> int:
    """Ask Stripe after every attempt to pay that has not ended; return how many.

    So a message of Stripe's that was lost delays a payment by a minute and never loses it.
    """
    now = database_now()
    asked = 0
    for session in sessions_to_check(now).select_related("order"):
        try:
            check_session(session=session, checked_at=now)
        except stripe.StripeAway as away:
            logger.warning("Stripe does not answer: %s", away)
            break
        except stripe.StripeRefused as refused:
            report_problem(
                key=f"session:{session.pk}",
                kind="session_unknown",
                order=session.order,
                values={"session": session.session_id, "code": refused.code},
                found_at=now,
            )
        asked += 1
    return asked


@shared_task
def expire_unpaid() -> int:
    """Let every order lapse whose time to pay is over; return how many.

    Where Stripe is away too, so that goods are not kept for nobody: what is paid on a page
    that is still open is taken up again, or given back.
    """
    now = database_now()
    lapsed = sum(expire_order(order=order, expired_at=now) for order in list(unpaid_orders(now)))
    if lapsed:
        logger.info("let %d orders lapse that nobody paid", lapsed)
    return lapsed


@shared_task
def send_refund_soon(refund: int) -> None:
    """Send a refund that was decided just now; what goes wrong is left to the sweep."""
    try:
        send_refund(refund=Refund.objects.get(pk=refund), now=database_now())
    except stripe.StripeAway as away:
        logger.warning("Stripe does not answer, refund %d waits: %s", refund, away)


@shared_task
def sweep_refunds() -> int:
    """Send every refund that is due and has no answer; return how many were tried.

    Whatever a lost nudge, a worker that was killed or a Stripe that was away has left, and what
    had to wait until its hand-out could not be undone any more.
    """
    now = database_now()
    tried = 0
    for refund in list(refunds_to_send(now)):
        tried += 1
        try:
            send_refund(refund=refund, now=now)
        except stripe.StripeAway as away:
            logger.warning("Stripe does not answer, refunds wait: %s", away)
            break
    return tried
