"""What Stripe is asked and what it answers, as plain values.

Amounts are fen where nothing else is said, moments are aware, and currency codes are lower case,
as Stripe writes them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

type Answer = dict[str, Any]
"""An object of Stripe's, as its API tells it."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line on Stripe's pay page: a name and what it costs in all."""

    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWanted:
    """A page to pay an order on. Nothing of it says who orders.

    Args:
        expires_at: not before half an hour from now, or Stripe refuses.
        language: of the site, "zh-hans" or "en".
    """

    order_number: int
    attempt: int
    idempotency_key: str
    items: Sequence[Item]
    expires_at: datetime.datetime
    success_url: str
    cancel_url: str
    language: str

    @property
    def amount_fen(self) -> int:
        return sum(item.amount_fen for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A page to pay on, as Stripe has it. `status` is open, complete or expired."""

    id: str
    url: str
    status: str
    paid: bool
    amount_fen: int
    currency: str
    live: bool
    payment_intent: str
    order_number: int | None
    attempt: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeRefund:
    """Money on its way back.

    `status` is pending, requires_action, succeeded, failed or canceled.
    """

    id: str
    status: str
    amount_fen: int
    currency: str
    payment_intent: str
    created_at: datetime.datetime
    # Of the row that wanted it; empty for one made in the dashboard.
    idempotency_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A bank takes money back for its customer. It is over with status won or lost."""

    id: str
    status: str
    amount_fen: int
    currency: str
    payment_intent: str
    created_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A balance transaction: amounts are minor units of the currency Stripe settles in.

    `net` is `amount - fee`. `exchange_rate` is what one yuan came to; None if it was yuan.
    """

    id: str
    kind: str
    source: str
    amount: int
    fee: int
    net: int
    currency: str
    exchange_rate: Decimal | None
    created_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """Money sent to the bank. `status` is pending, in_transit, paid, failed or canceled."""

    id: str
    status: str
    amount: int
    currency: str
    arrives_on: datetime.date
    movement: str
    created_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A message of Stripe's, with what it is about, as it was when the message was made."""

    id: str
    kind: str
    created_at: datetime.datetime
    live: bool
    about: Session | StripeRefund | Dispute | None = field(default=None)


# --- Reading its objects --------------------------------------------------------------


def session_of(told: Answer) -> Session:
    about = told["metadata"] or {}
    return Session(
        id=told["id"],
        url=told["url"] or "",
        status=told["status"],
        paid=told["payment_status"] == "paid",
        amount_fen=told["amount_total"],
        currency=told["currency"],
        live=told["livemode"],
        payment_intent=_id(told["payment_intent"]),
        order_number=_number(about.get("order")),
        attempt=_number(about.get("attempt")),
    )


def refund_of(told: Answer) -> StripeRefund:
    return StripeRefund(
        id=told["id"],
        status=told["status"],
        amount_fen=told["amount"],
        currency=told["currency"],
        payment_intent=_id(told["payment_intent"]),
        created_at=moment_of(told["created"]),
        idempotency_key=(told["metadata"] or {}).get("key", ""),
    )


def dispute_of(told: Answer) -> Dispute:
    return Dispute(
        id=told["id"],
        status=told["status"],
        amount_fen=told["amount"],
        currency=told["currency"],
        payment_intent=_id(told["payment_intent"]),
        created_at=moment_of(told["created"]),
    )


def movement_of(told: Answer) -> Movement:
    rate = told["exchange_rate"]
    return Movement(
        id=told["id"],
        kind=told["type"],
        source=_id(told["source"]),
        amount=told["amount"],
        fee=told["fee"],
        net=told["net"],
        currency=told["currency"],
        exchange_rate=None if rate is None else Decimal(str(rate)),
        created_at=moment_of(told["created"]),
    )


def payout_of(told: Answer) -> Payout:
    return Payout(
        id=told["id"],
        status=told["status"],
        amount=told["amount"],
        currency=told["currency"],
        arrives_on=moment_of(told["arrival_date"]).date(),
        movement=_id(told["balance_transaction"]),
        created_at=moment_of(told["created"]),
    )


READERS: dict[str, Callable[[Answer], Session | StripeRefund | Dispute]] = {
    "checkout.session": session_of,
    "refund": refund_of,
    "dispute": dispute_of,
}


def _id(told: Any) -> str:
    """Return the id of something that is told by its id or whole, or not at all."""
    if not told:
        return ""
    return told if isinstance(told, str) else str(told["id"])


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def moment_of(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
