"""Give back what an order holds too much: to where it came from, or as household credit."""

from __future__ import annotations

from datetime import datetime

from ledger.models import Account
from market import postings
from market.orders.actions.want_refund import left_of, want_refund
from market.orders.models import Order, OrderLine, Tender
from people.models import Member

SMALL_FEN = 500
"""Less than ¥5 is kept for the household's next order (`docs/money.md`)."""


def give_back(
    *,
    order: Order,
    fen: int,
    reason: str,
    key: str,
    at: datetime,
    by: Member | None = None,
    send_after: datetime | None = None,
    line: OrderLine | None = None,
    keeps_small: bool = False,
) -> list[postings.Share]:
    """Write the refunds for so much of a locked order's money.

    This function will return where it goes, for the posting of whatever is the cause: what was
    paid online to Stripe, the latest payment first, and the rest, which was household credit,
    to the household.

    Args:
        reason: a `Refund.Reason`.
        key: what caused it, such as "cancel_order:12".
        keeps_small: a small sum becomes household credit, if staff have confirmed the door.
    """
    credit = postings.household_credit(order.household_id)
    if keeps_small and fen < SMALL_FEN and order.placed_by.is_household_confirmed:
        return [(credit, fen)] if fen else []
    left = fen
    for payment in order.payments.filter(tender=Tender.STRIPE).order_by("-pk"):
        part = min(left, left_of(payment))
        if part:
            want_refund(
                payment=payment,
                amount_fen=part,
                reason=reason,
                key=key,
                wanted_at=at,
                wanted_by=by,
                send_after=send_after,
                line=line,
            )
            left -= part
    shares = [(postings.stripe_refunds(), fen - left), (credit, left)]
    return [(account, part) for account, part in shares if part]


def money_in(order: Order) -> int:
    """Return what lies in a locked order's account, in fen: what was paid before and not back."""
    return Account.objects.get(code=postings.order_money(order.pk).code).balance
