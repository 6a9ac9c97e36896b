"""Ask Stripe how far an attempt to pay has come, and follow."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from market.orders import stripe
from market.orders.actions.record_payment import record_payment
from market.orders.models import Order, StripeSession


def check_session(*, session: StripeSession, checked_at: datetime) -> str:
    """Bring an attempt up to date with Stripe, with or without its messages.

    Where the order no longer waits for it the page is closed first, so that nobody pays on
    it any more. Stripe is asked outside of a transaction; return the effect it had.

    Raises:
        StripeAway: it does not answer now; the sweep asks again.
        StripeRefused: it knows no such page.
    """
    if not session.session_id:
        return _never_answered(session, checked_at)
    is_over = not Order.objects.get(pk=session.order_id).waits_for_money(checked_at)
    if is_over and session.status == StripeSession.Status.OPEN and session.url:
        try:
            told = stripe.expire_session(session.session_id)
        except stripe.StripeRefused:
            # It was paid or closed a moment ago.
            told = stripe.read_session(session.session_id)
    else:
        told = stripe.read_session(session.session_id)
    return record_payment(told=told, recorded_at=checked_at)


@transaction.atomic
def _never_answered(session: StripeSession, at: datetime) -> str:
    """Give an attempt up whose page nobody ever saw, once Stripe has closed it by itself."""
    Order.objects.lock().get(pk=session.order_id)
    given_up = StripeSession.objects.filter(
        pk=session.pk, status=StripeSession.Status.WANTED, session_id="", expires_at__lte=at
    ).update(status=StripeSession.Status.EXPIRED, checked_at=at)
    return "expired" if given_up else "none"
