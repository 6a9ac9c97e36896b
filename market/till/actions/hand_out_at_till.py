"""Hand out an order at a till: into its drawer, or by its point's QR code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from market import postings
from market.orders.actions.hand_out_order import hand_out_order
from market.orders.models import Handout, Order, Tender
from market.till.models import Till, TillSession
from market.till.refusals import TillNotOpen
from people.models import Member

__all__ = ["TillNotOpen", "hand_out_at_till"]


@transaction.atomic
def hand_out_at_till(
    *,
    till: Till,
    order: Order,
    quantities: Mapping[int, int],
    tender: str,
    expected_fen: int,
    nonce: str,
    handed_out_by: Member,
    handed_out_at: datetime,
) -> Handout:
    """Hand out an order here; this function will return the same hand-out at a second press.

    Args:
        quantities: grams or pieces that really leave, by id of the line.
        expected_fen: what the cashier saw, before rounding in cash.

    Raises:
        TillNotOpen: nobody has opened the drawer.
        OrderClosed, WrongPoint, NothingHandedOut, TooMuch, OnlySoMuchFree, PriceChanged,
        KeyClash: as `hand_out_order`.
    """
    if not TillSession.objects.filter(till=till, closed_at=None).exists():
        raise TillNotOpen
    is_cash = tender == Tender.CASH
    return hand_out_order(
        order=order,
        quantities=quantities,
        tender=tender,
        paid_into=postings.drawer(till.code)
        if is_cash
        else postings.qr_code(till.service_point_id),
        expected_fen=expected_fen,
        service_point=till.service_point,
        device=till.code,
        nonce=nonce,
        handed_out_by=handed_out_by,
        handed_out_at=handed_out_at,
    )
