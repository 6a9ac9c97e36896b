"""Begin to pay an order online: get the page on which it is paid."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import translation

from market.orders import stripe
from market.orders.models import Order, StripeSession
from market.orders.queries import due_fen, waiting_session
from market.orders.refusals import NotToBePaid, PaymentOnItsWay, PaymentPageAway
from market.orders.stripe_answers import Item, Session, SessionWanted
from market.produce.templatetags.produce import quantity

OPEN_FOR = timedelta(minutes=45)
"""Stripe wants half an hour at least, by its own clock; ours may be ten minutes behind."""


def start_payment(*, order: Order, language: str, started_at: datetime) -> StripeSession:
    """Return the attempt to pay an order, with the address of its page.

    It is written down before Stripe is asked, and Stripe is asked outside of a transaction.
    Where an answer was lost the next press asks again under the same key, so there is never
    more than one page on which an order can be paid.

    Args:
        language: of the page, as in `settings.LANGUAGES`.

    Raises:
        NotToBePaid: the order does not wait for money from Stripe.
        PaymentOnItsWay: it has been paid, slowly.
        PaymentPageAway: Stripe did not answer, or would not; the next press tries again.
    """
    session = _wanted(order, language, started_at)
    if session.status == StripeSession.Status.OPEN:
        if session.is_on_its_way:
            raise PaymentOnItsWay
        return session
    try:
        told = stripe.open_session(_as_stripe_wants(session))
    except stripe.StripeAway as away:
        raise PaymentPageAway from away
    except stripe.StripeRefused as refused:
        _give_up(session, started_at)
        raise PaymentPageAway from refused
    return _opened(session, told)


@transaction.atomic
def _wanted(order: Order, language: str, at: datetime) -> StripeSession:
    """Return the attempt that waits, or write down the next one."""
    order = Order.objects.lock().get(pk=order.pk)
    if not order.waits_for_money(at):
        raise NotToBePaid(order)
    waiting = waiting_session(order)
    if waiting:
        return waiting
    last = order.sessions.aggregate(last=Max("attempt"))["last"]
    return StripeSession.objects.create(
        order=order,
        attempt=(last or 0) + 1,
        # Another site may share the account, so the number of the order would not do.
        idempotency_key=f"session:{uuid4().hex}",
        amount_fen=due_fen(order),
        language=language,
        created_at=at,
        expires_at=at + OPEN_FOR,
    )


@transaction.atomic
def _opened(session: StripeSession, told: Session) -> StripeSession:
    """Write down the page, unless a message of Stripe's was faster."""
    Order.objects.lock().get(pk=session.order_id)
    session = StripeSession.objects.get(pk=session.pk)
    if session.status == StripeSession.Status.WANTED:
        session.status = StripeSession.Status.OPEN
        session.session_id, session.url = told.id, told.url
        session.save(update_fields=["status", "session_id", "url"])
    return session


@transaction.atomic
def _give_up(session: StripeSession, at: datetime) -> None:
    """Close an attempt that Stripe will not have; the next press makes another."""
    Order.objects.lock().get(pk=session.order_id)
    StripeSession.objects.filter(pk=session.pk, status=StripeSession.Status.WANTED).update(
        status=StripeSession.Status.EXPIRED, checked_at=at
    )


def _as_stripe_wants(session: StripeSession) -> SessionWanted:
    """Say it in the words of the door; asked again it is word for word the same."""
    with translation.override(session.language):
        return SessionWanted(
            order_number=session.order_id,
            attempt=session.attempt,
            idempotency_key=session.idempotency_key,
            items=_items(session),
            expires_at=session.expires_at,
            success_url=_address("orders:paid", session),
            cancel_url=_address("orders:order", session),
            language=session.language,
        )


def _items(session: StripeSession) -> list[Item]:
    """Name what is paid for; only the number of the order where part of it is paid already."""
    lines = session.order.lines.select_related("listing__product").order_by("pk")
    items = [
        Item(
            f"{line.listing.product.local_name} {quantity(line.quantity, line.listing.product)}",
            line.costs.total_fen,
        )
        for line in lines
        if line.costs.total_fen
    ]
    if sum(item.amount_fen for item in items) != session.amount_fen:
        return [Item(session.order.number, session.amount_fen)]
    return items


def _address(page: str, session: StripeSession) -> str:
    return f"{settings.SITE_ADDRESS.rstrip('/')}{reverse(page, args=[session.order_id])}"
