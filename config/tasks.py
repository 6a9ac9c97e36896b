"""What the clock does for the site as a whole."""

from __future__ import annotations

import logging

from celery import shared_task
from django.core.management import call_command

from ledger.actions import close_days as closing
from ledger.checking import warnings
from ledger.clock import database_now
from market.open_ledger.actions import check_books as checking
from market.open_ledger.actions.add_up_days import add_up_days
from market.orders import stripe
from market.orders.actions import reconcile_payments as reconciling

logger = logging.getLogger(__name__)


@shared_task
def close_days() -> int:
    """Write down each account's totals at the end of each day; return how many days."""
    closed = closing.close_days(now=database_now())
    add_up_days()
    return closed


@shared_task
def check_books() -> int:
    """Check the books every night; return how many rows are wrong.

    Each is an error in the log, which is what whoever runs the site is called for; how many there
    are is kept for the open ledger.
    """
    wrong = checking.check_books(checked_at=database_now())
    for row in wrong:
        logger.error("the books are wrong: %s", row)
    for row in warnings():
        logger.warning("for staff to look at: %s", row)
    return len(wrong)


@shared_task
def reconcile_payments() -> int:
    """Compare everything with Stripe every hour; return how many things are left for staff.

    What was left over is in the office, and in the log for whoever runs the site.
    """
    try:
        done = reconciling.reconcile_payments(now=database_now())
    except stripe.StripeAway as away:
        logger.warning("Stripe does not answer, payments are compared in an hour: %s", away)
        return 0
    for kind, count in done.repaired.items():
        logger.info("payments were repaired, %s: %d", kind, count)
    for problem in done.problems:
        logger.error("payments do not match: %s", problem.key)
    return len(done.problems)


@shared_task
def drop_old_sessions() -> None:
    """Forget sessions that are over: who was signed in, and what a guest had picked."""
    call_command("clearsessions")


@shared_task
def publish_scheduled() -> None:
    """Put up pages whose time has come, and take down those whose time is over."""
    call_command("publish_scheduled", verbosity=0)


@shared_task
def renew_search_index() -> None:
    """Write the words of all pages anew: a supplier may have got another name since."""
    call_command("update_index", verbosity=0)
