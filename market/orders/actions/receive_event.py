"""Take in a message of Stripe's: kept with its effect in one transaction, so it has it once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.rows import insert_rows
from market.orders.actions.receive_dispute import receive_dispute
from market.orders.actions.receive_refund import receive_refund
from market.orders.actions.record_payment import follow
from market.orders.models import StripeEvent
from market.orders.stripe_answers import Dispute, Event, Session, StripeRefund

Effect = StripeEvent.Effect
PAYMENT_FAILED = "checkout.session.async_payment_failed"


@transaction.atomic
def receive_event(*, event: Event, received_at: datetime) -> str:
    """Do what a message says, unless it was done before; return the effect it had.

    Messages come twice, late and in any order, so each is taken as news about one thing and
    never as the next step. Kinds we do not know are kept and ignored.
    """
    row = StripeEvent(
        event_id=event.id,
        kind=event.kind,
        created_at=event.created_at,
        received_at=received_at,
        effect=Effect.IGNORED,
    )
    # The same message at the same moment waits here for the first.
    if not insert_rows([row], returning="event_id", or_nothing=True):
        return Effect.NONE
    effect = _effect_of(event, received_at)
    if effect != row.effect:
        StripeEvent.objects.filter(pk=event.id).update(effect=effect)
    return effect


def _effect_of(event: Event, at: datetime) -> str:
    if isinstance(event.about, Session):
        return follow(told=event.about, at=at, failed=event.kind == PAYMENT_FAILED)
    if isinstance(event.about, StripeRefund):
        return receive_refund(told=event.about, received_at=at)
    if isinstance(event.about, Dispute):
        return receive_dispute(told=event.about, received_at=at)
    return Effect.IGNORED
