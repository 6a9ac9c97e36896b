"""Write down that money goes back: in the transaction of its cause, once for each key."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Sum

from market.orders.models import OrderLine, Payment, Refund, Tender
from people.models import Member
from people.nudge import nudge


class MoreThanPaid(Exception):
    """Less is left of the payment than should go back."""

    def __init__(self, *, left_fen: int) -> None:
        super().__init__(f"{left_fen} fen are left")
        self.left_fen = left_fen


def want_refund(
    *,
    payment: Payment,
    amount_fen: int,
    reason: str,
    key: str,
    wanted_at: datetime,
    wanted_by: Member | None = None,
    line: OrderLine | None = None,
    send_after: datetime | None = None,
) -> Refund:
    """Owe money to where a payment came from; Stripe is asked for it later, by a task.

    The order is locked by the caller, and the entry that moves the money to `refunds/stripe` is
    the caller's. Under the same key this function will return the row that was written first.

    Args:
        reason: a `Refund.Reason`.
        key: what caused it, such as "cancel_order:12".
        send_after: not before then; None for at once.

    Raises:
        MoreThanPaid: so much is not left of the payment.
    """
    idempotency_key = f"refund:{key}:{payment.pk}"
    if wanted := Refund.objects.filter(idempotency_key=idempotency_key).first():
        return wanted
    left_fen = left_of(payment)
    if amount_fen > left_fen:
        raise MoreThanPaid(left_fen=left_fen)
    refund = Refund.objects.create(
        payment=payment,
        line=line,
        amount_fen=amount_fen,
        reason=reason,
        idempotency_key=idempotency_key,
        wanted_at=wanted_at,
        wanted_by=wanted_by,
        send_after=send_after or wanted_at,
    )
    # One that has to wait is found by the clock.
    if send_after is None:
        transaction.on_commit(
            partial(nudge, "market.orders.tasks.send_refund_soon", refund=refund.pk)
        )
    return refund


def left_of(payment: Payment) -> int:
    """Return what of an online payment has not gone back, nor is on its way, in fen."""
    if payment.tender != Tender.STRIPE:
        return 0
    back = payment.refunds.aggregate(total=Sum("amount_fen"))["total"] or 0
    return payment.amount_fen - back
