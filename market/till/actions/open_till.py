"""Open a till with counted change."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.actions.post_entry import post_entry
from market import postings
from market.orders.refusals import KeyClash
from market.till.models import Till, TillSession
from market.till.refusals import TillIsOpen
from people.models import Member

__all__ = ["KeyClash", "TillIsOpen", "open_till"]


@transaction.atomic
def open_till(
    *, till: Till, float_fen: int, opened_by: Member, opened_at: datetime, key: str
) -> TillSession:
    """Open a till; this function will return the first session at a second press.

    Args:
        float_fen: change brought from the bank, in fen; 0 for an empty drawer.
        key: the same for every press of one button.

    Raises:
        TillIsOpen: it is open already; says who opened it and when.
        KeyClash: the key already opened another till, or this one with another float.
    """
    till = Till.objects.lock().get(pk=till.pk)
    made = TillSession.objects.filter(key=key).first()
    if made:
        if (made.till_id, made.float_fen) != (till.pk, float_fen):
            raise KeyClash
        return made
    opened = TillSession.objects.select_related("opened_by").filter(till=till, closed_at=None)
    if session := opened.first():
        raise TillIsOpen(session)

    session = TillSession.objects.create(
        till=till, opened_by=opened_by, opened_at=opened_at, float_fen=float_fen, key=key
    )
    if float_fen:
        post_entry(
            kind="open_till",
            reference=f"till-session:{session.pk}",
            idempotency_key=f"open_till:{key}",
            happened_at=opened_at,
            moves=postings.open_till(till=till.code, float_fen=float_fen),
            actor_ref=opened_by.books_id,
        )
    return session
