"""What Stripe says, compared with what we have: plain lists in, differences out.

Nothing here asks the database or Stripe, and nothing is repaired here: `reconcile_payments` does
both, and what it cannot repair it leaves for staff as a `PaymentProblem` of the same kind.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from market.orders.models import Refund, StripeSession
from market.orders.stripe_answers import Session, StripeRefund

CNY = "cny"
COUNTS = {"pending", "requires_action", "succeeded"}
"""Refunds of Stripe's that take money away, or will."""


class Kind(StrEnum):
    """What does not match."""

    UNKNOWN_PAYMENT = "unknown_payment"
    AMOUNT_DIFFERS = "amount_differs"
    NOT_RECORDED = "not_recorded"
    NOT_CLOSED = "not_closed"
    NOT_AT_STRIPE = "not_at_stripe"
    REFUND_NOT_BOOKED = "refund_not_booked"
    REFUND_NOT_SENT = "refund_not_sent"
    REFUND_NOT_SETTLED = "refund_not_settled"
    REFUND_DIFFERS = "refund_differs"
    REFUND_NOT_AT_STRIPE = "refund_not_at_stripe"
    REFUND_FAILED = "refund_failed"
    DISPUTE_NOT_BOOKED = "dispute_not_booked"
    ORDER_OWES = "order_owes"
    PAYOUT_FAILED = "payout_failed"
    HELD_DIFFERS = "held_differs"
    REFUNDS_DIFFER = "refunds_differ"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not match.

    Args:
        subject: the id of what it is about, Stripe's or ours.
        values: what its sentence names; amounts are fen.
    """

    kind: Kind
    subject: str
    order_id: int | None = None
    values: dict[str, str | int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject}"


def of_sessions(
    ours: Iterable[StripeSession], theirs: Iterable[Session], refunds: Iterable[StripeRefund]
) -> Iterator[Difference]:
    """Yield what differs between attempts to pay and Stripe's pages.

    Pages that nobody paid on and that are not ours are no matter of ours.

    Args:
        refunds: of Stripe's; a payment for no order of ours is settled once it is given back.
    """
    by_id: dict[str, StripeSession] = {}
    by_attempt: dict[tuple[int, int], StripeSession] = {}
    for our in ours:
        by_id[our.session_id] = our
        by_attempt[our.order_id, our.attempt] = our
    given_back = Counter[str]()
    for refund in refunds:
        if refund.status in COUNTS:
            given_back[refund.payment_intent] += refund.amount_fen
    for their in theirs:
        known = by_id.get(their.id) or _unanswered(their, by_attempt)
        if known is None:
            left_fen = their.amount_fen - given_back[their.payment_intent]
            if their.paid and left_fen > 0:
                yield Difference(
                    Kind.UNKNOWN_PAYMENT,
                    their.id,
                    values={"fen": left_fen, "stripe": their.payment_intent},
                )
        elif kind := _difference_of_session(known, their):
            yield Difference(
                kind,
                their.id,
                known.order_id,
                {
                    "fen": known.amount_fen,
                    "stripe_fen": their.amount_fen,
                    "currency": their.currency.upper(),
                    "stripe": their.payment_intent or their.id,
                },
            )


def _unanswered(
    their: Session, by_attempt: Mapping[tuple[int, int], StripeSession]
) -> StripeSession | None:
    """Find the attempt whose answer was lost."""
    if their.order_number is None or their.attempt is None:
        return None
    our = by_attempt.get((their.order_number, their.attempt))
    return None if our is None or our.session_id else our


def _difference_of_session(our: StripeSession, their: Session) -> Kind | None:
    if their.paid and (their.amount_fen, their.currency) != (our.amount_fen, CNY):
        return Kind.AMOUNT_DIFFERS
    if their.paid and our.status != StripeSession.Status.PAID:
        return Kind.NOT_RECORDED
    if our.status == StripeSession.Status.PAID and not their.paid:
        return Kind.NOT_AT_STRIPE
    waits = our.status in {StripeSession.Status.WANTED, StripeSession.Status.OPEN}
    return Kind.NOT_CLOSED if waits and their.status == "expired" else None


def of_refunds(
    ours: Iterable[Refund],
    theirs: Iterable[StripeRefund],
    orders: Mapping[str, int],
    now: datetime.datetime,
) -> Iterator[Difference]:
    """Yield what differs between refunds and Stripe's.

    Args:
        orders: by Stripe's id of what was paid for them; refunds of anything else are no
            matter of ours.
    """
    known = list(ours)
    by_id = {our.refund_id: our for our in known if our.refund_id}
    by_key = {our.idempotency_key: our for our in known if not our.refund_id}
    told = set()
    for their in theirs:
        our = by_id.get(their.id) or by_key.get(their.idempotency_key)
        if our is not None:
            told.add(our.idempotency_key)
        order_id = orders.get(their.payment_intent)
        kind = _difference_of_refund(our, their)
        if order_id is not None and kind:
            values: dict[str, str | int] = {"stripe_fen": their.amount_fen, "stripe": their.id}
            if our is not None:
                values["fen"] = our.amount_fen
            yield Difference(kind, their.id, order_id, values)
    for our in known:
        if our.idempotency_key not in told and (untold := _untold(our, now)):
            order_id = orders.get(our.payment.payment_intent)
            values = {"fen": our.amount_fen, "stripe": our.payment.payment_intent}
            yield Difference(untold, our.idempotency_key, order_id, values)


def _difference_of_refund(our: Refund | None, their: StripeRefund) -> Kind | None:
    if our is None:
        # What the dashboard gave back and could not is as if it had never been.
        return Kind.REFUND_NOT_BOOKED if their.status in COUNTS else None
    if our.amount_fen != their.amount_fen:
        return Kind.REFUND_DIFFERS
    if their.status == "succeeded" and our.status != Refund.Status.SUCCEEDED:
        return Kind.REFUND_NOT_SETTLED
    if their.status not in COUNTS and our.status != Refund.Status.FAILED:
        return Kind.REFUND_NOT_SETTLED
    return None


def _untold(our: Refund, now: datetime.datetime) -> Kind | None:
    """Tell what is the matter with a refund that Stripe does not know."""
    if our.status == Refund.Status.WANTED and our.send_after <= now:
        return Kind.REFUND_NOT_SENT
    sent = {Refund.Status.SENT, Refund.Status.SUCCEEDED}
    return Kind.REFUND_NOT_AT_STRIPE if our.status in sent else None
