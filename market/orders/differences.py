"""What Stripe says, compared with what we have: plain lists in, differences out.

Nothing here asks the database or Stripe, and nothing is repaired here: `reconcile_payments` does
both, and what it cannot repair it leaves for staff as a `PaymentProblem` of the same kind.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum

from market.orders.models import Refund, StripeSession
from market.orders.stripe_answers import Dispute, Session, StripeRefund

type Value = str | int | bool

CNY = "cny"
COUNTS = {"pending", "requires_action", "succeeded"}
"""Refunds of Stripe's that take money away, or will."""


class Kind(StrEnum):
    """What does not match."""

    OF_NO_ORDER = "payment_of_no_order"
    PAYMENT_DIFFERS = "payment_differs"
    NOT_RECORDED = "not_recorded"
    NOT_CLOSED = "not_closed"
    NOT_AT_STRIPE = "not_at_stripe"
    SESSION_UNKNOWN = "session_unknown"
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


REPORTED_AS = {
    Kind.OF_NO_ORDER: "payment",
    Kind.PAYMENT_DIFFERS: "payment",
    Kind.SESSION_UNKNOWN: "session",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not match.

    Args:
        subject: the id of what it is about, Stripe's or ours.
        values: what its sentence names.
    """

    kind: Kind
    subject: str
    order_id: int | None = None
    values: dict[str, Value] = field(default_factory=dict)

    @property
    def key(self) -> str:
        # A message of Stripe's, or the sweep, may have reported the same before.
        return f"{REPORTED_AS.get(self.kind, self.kind)}:{self.subject}"


def of_sessions(
    ours: Iterable[StripeSession],
    theirs: Iterable[Session],
    refunds: Iterable[StripeRefund],
    *,
    is_live: bool,
) -> Iterator[Difference]:
    """Yield what differs between attempts to pay and Stripe's pages.

    Pages that name no order of ours, or on which nobody paid, are no matter of ours.

    Args:
        theirs: all of them since the first of ours that is open.
        refunds: of Stripe's; a payment that has no order is settled once it is given back.
        is_live: whether our key moves real money.
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
    told = set()
    for their in theirs:
        told.add(their.id)
        known = by_id.get(their.id) or _unanswered(their, by_attempt)
        left_fen = their.amount_fen - given_back[their.payment_intent] if their.paid else 0
        kind = _difference_of_session(known, their, left_fen, is_live=is_live)
        if kind:
            yield Difference(
                kind, their.id, known.order_id if known else None, _values(known, their)
            )
    for our in by_attempt.values():
        if our.status == StripeSession.Status.OPEN and our.session_id not in told:
            values: dict[str, Value] = {"session": our.session_id}
            yield Difference(Kind.SESSION_UNKNOWN, str(our.pk), our.order_id, values)


def _values(our: StripeSession | None, their: Session) -> dict[str, Value]:
    values: dict[str, Value] = {
        "session": their.id,
        "amount_fen": their.amount_fen,
        "currency": their.currency,
        "live": their.live,
    }
    if our is not None:
        values["asked_fen"] = our.amount_fen
    elif their.order_number is not None:
        values["order"] = their.order_number
    return values


def _unanswered(
    their: Session, by_attempt: Mapping[tuple[int, int], StripeSession]
) -> StripeSession | None:
    """Find the attempt whose answer was lost."""
    if their.order_number is None or their.attempt is None:
        return None
    our = by_attempt.get((their.order_number, their.attempt))
    return None if our is None or our.session_id else our


def _difference_of_session(
    our: StripeSession | None, their: Session, left_fen: int, *, is_live: bool
) -> Kind | None:
    if our is None:
        return Kind.OF_NO_ORDER if left_fen > 0 and their.order_number is not None else None
    wanted, came = (our.amount_fen, CNY, is_live), (their.amount_fen, their.currency, their.live)
    if wanted != came:
        return Kind.PAYMENT_DIFFERS if left_fen > 0 else None
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
            values: dict[str, Value] = {
                "refund": their.id,
                "amount_fen": their.amount_fen,
            }
            if our is not None:
                values["asked_fen"] = our.amount_fen
            yield Difference(kind, their.id, order_id, values)
    for our in known:
        if our.idempotency_key not in told and (untold := _untold(our, now)):
            order_id = orders.get(our.payment.payment_intent)
            values = {"payment": our.payment.payment_intent, "amount_fen": our.amount_fen}
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
    if our.refund_id:
        is_over = our.status == Refund.Status.FAILED
        return None if is_over else Kind.REFUND_NOT_AT_STRIPE
    waits = our.status in {Refund.Status.WANTED, Refund.Status.SENT}
    return Kind.REFUND_NOT_SENT if waits and our.send_after <= now else None


def of_disputes(
    theirs: Iterable[Dispute], taken: Set[str], won: Set[str], orders: Mapping[str, int]
) -> Iterator[Difference]:
    """Yield disputes that the books do not know yet, or not that they were won.

    Args:
        taken, won: Stripe's ids of those whose money the books say is gone, or is back.
        orders: as in `of_refunds`.
    """
    for their in theirs:
        order_id = orders.get(their.payment_intent)
        moved_money = not their.status.startswith("warning") and their.status != "prevented"
        if order_id is None or not moved_money:
            continue
        is_known = their.id in taken
        if their.status == "won":
            # Taken and given back before anybody looked, it is as if it had never been.
            is_known = their.id not in taken or their.id in won
        if not is_known:
            values: dict[str, Value] = {"dispute": their.id, "amount_fen": their.amount_fen}
            yield Difference(Kind.DISPUTE_NOT_BOOKED, their.id, order_id, values)
