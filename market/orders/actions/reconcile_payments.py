"""Compare everything Stripe says with what we have, repair what can be, tell staff the rest.

A message of Stripe's may be lost, and a process may be killed between a call and writing its
answer down. Every repair is an action that a message would have caused, so it may come second,
or twice; what no action can repair is a `PaymentProblem` until it is gone.
"""

from __future__ import annotations

import datetime
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Min, Q

from ledger.models import Account, Entry
from market import postings
from market.orders import stripe
from market.orders.actions.book_movement import book_movement
from market.orders.actions.book_payout import FAILED, book_payout, held
from market.orders.actions.receive_dispute import receive_dispute
from market.orders.actions.receive_refund import receive_refund
from market.orders.actions.record_payment import record_payment
from market.orders.actions.report_problem import report_problem
from market.orders.actions.send_refund import send_refund
from market.orders.differences import (
    Difference,
    Kind,
    of_disputes,
    of_refunds,
    of_sessions,
)
from market.orders.exchange import inexact_fen
from market.orders.models import (
    Order,
    Payment,
    PaymentProblem,
    Refund,
    StripeMovement,
    StripePayout,
    StripeSession,
)
from market.orders.stripe_answers import Dispute, Movement, Payout, Session, StripeRefund

logger = logging.getLogger(__name__)

A_DAY = datetime.timedelta(days=1)
SESSIONS_SINCE = 3 * A_DAY
"""A page is open for a day at most; one that waits longer for us is asked for all the same."""
REFUNDS_SINCE = 30 * A_DAY
"""A bank may send a refund back weeks later (docs.stripe.com/refunds#failed-refunds)."""
DISPUTES_SINCE = 120 * A_DAY
"""A cardholder may take that long (docs.stripe.com/disputes/how-disputes-work)."""
ROUNDS = 5
"""A payment that comes too late is recorded in the first, given back in the second."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What Stripe says."""

    sessions: Sequence[Session]
    refunds: Sequence[StripeRefund]
    disputes: Sequence[Dispute]


@dataclass(slots=True)
class Reconciled:
    """What a run has done and found."""

    repaired: Counter[str] = field(default_factory=Counter)
    booked: int = 0
    problems: list[Difference] = field(default_factory=list)
    gone: int = 0

    @property
    def is_clean(self) -> bool:
        """Nothing is left to do for anybody."""
        return not self.problems

    @property
    def found_nothing(self) -> bool:
        """Nothing was to be done either."""
        return self.is_clean and not self.repaired and not self.booked and not self.gone


def reconcile_payments(*, now: datetime.datetime) -> Reconciled:
    """Bring orders, refunds and books to what Stripe says; this function will tell what it did.

    Not to be called inside a transaction. Run again it finds nothing new.

    Raises:
        StripeAway: it does not answer now; what was repaired stays so.
    """
    done = Reconciled()
    if not stripe.is_offered():
        return done
    left: list[Difference] = []
    for _round in range(ROUNDS):
        theirs = _ask(now)
        left = list(_differences(theirs, now))
        repaired = [each for each in left if _repair(each, theirs, now)]
        done.repaired.update(str(each.kind) for each in repaired)
        if not repaired:
            break
    done.booked = _book(now)
    done.problems = [*left, *_of_books()]
    done.gone = _keep(done.problems, now)
    return done


# --- Asking ---------------------------------------------------------------------------


def _ask(now: datetime.datetime) -> Theirs:
    """Ask for everything since the oldest of what still waits for an answer."""
    waiting = StripeSession.objects.filter(
        status__in=[StripeSession.Status.WANTED, StripeSession.Status.OPEN]
    )
    unsettled = Refund.objects.filter(status__in=[Refund.Status.WANTED, Refund.Status.SENT])
    problems = PaymentProblem.objects.filter(gone_at=None)
    oldest_session = waiting.aggregate(at=Min("created_at"))["at"] or now
    oldest_refund = unsettled.aggregate(at=Min("wanted_at"))["at"] or now
    oldest_problem = problems.aggregate(at=Min("found_at"))["at"] or now
    sessions_since = min(now - SESSIONS_SINCE, oldest_session, oldest_problem - SESSIONS_SINCE)
    refunds_since = min(now - REFUNDS_SINCE, oldest_refund, oldest_problem - REFUNDS_SINCE)
    # Their clock may be behind ours.
    return Theirs(
        sessions=list(stripe.sessions_since(sessions_since - A_DAY)),
        refunds=list(stripe.refunds_since(refunds_since - A_DAY)),
        disputes=list(stripe.disputes_since(now - DISPUTES_SINCE)),
    )


def _differences(theirs: Theirs, now: datetime.datetime) -> Iterator[Difference]:
    session_ids = [each.id for each in theirs.sessions]
    waits = Q(status__in=[StripeSession.Status.WANTED, StripeSession.Status.OPEN])
    sessions = StripeSession.objects.filter(
        Q(session_id__in=session_ids) | Q(session_id="", created_at__gte=now - A_DAY) | waits
    )
    yield from of_sessions(sessions, theirs.sessions, theirs.refunds, is_live=stripe.is_live())
    refund_ids = [each.id for each in theirs.refunds]
    refunds = Refund.objects.select_related("payment")
    known = refunds.filter(refund_id__in=refund_ids)
    waiting = refunds.filter(status__in=[Refund.Status.WANTED, Refund.Status.SENT])
    recent = refunds.filter(wanted_at__gte=now - REFUNDS_SINCE)
    ours = {each.pk: each for each in [*known, *waiting, *recent]}
    intents = {each.payment_intent for each in theirs.refunds}
    intents |= {each.payment_intent for each in theirs.disputes}
    intents |= {each.payment.payment_intent for each in ours.values()}
    orders = dict(
        Payment.objects.filter(payment_intent__in=intents - {""}).values_list(
            "payment_intent", "order_id"
        )
    )
    yield from of_refunds(ours.values(), theirs.refunds, orders, now)
    disputes = [each.id for each in theirs.disputes]
    yield from of_disputes(
        theirs.disputes, _posted("take_back", disputes), _posted("settle_owed", disputes), orders
    )


def _posted(kind: str, ids: Sequence[str]) -> set[str]:
    """Return for which of Stripe's ids an entry of a kind was posted."""
    keys = Entry.objects.filter(idempotency_key__in=[f"{kind}:{each}" for each in ids])
    return {key.removeprefix(f"{kind}:") for key in keys.values_list("idempotency_key", flat=True)}


# --- Repairing ------------------------------------------------------------------------


def _repair(difference: Difference, theirs: Theirs, now: datetime.datetime) -> bool:
    """Do what the lost message or answer would have caused; tell whether that helped."""
    try:
        return _act(difference, theirs, now)
    except stripe.StripeAway:
        raise
    except Exception:
        # One thing that cannot be repaired does not keep the others from it: staff see it.
        logger.exception("cannot repair %s", difference.key)
        return False


def _act(difference: Difference, theirs: Theirs, now: datetime.datetime) -> bool:
    subject = difference.subject
    match difference.kind:
        case Kind.NOT_RECORDED | Kind.NOT_CLOSED:
            session = next(each for each in theirs.sessions if each.id == subject)
            return record_payment(told=session, recorded_at=now) != "none"
        case Kind.REFUND_NOT_BOOKED | Kind.REFUND_NOT_SETTLED:
            refund = next(each for each in theirs.refunds if each.id == subject)
            return receive_refund(told=refund, received_at=now) != "none"
        case Kind.REFUND_NOT_SENT:
            wanted = Refund.objects.get(idempotency_key=subject)
            return send_refund(refund=wanted, now=now).status != wanted.status
        case Kind.DISPUTE_NOT_BOOKED:
            dispute = next(each for each in theirs.disputes if each.id == subject)
            return receive_dispute(told=dispute, received_at=now) != "none"
    return False


# --- Fees and payouts -----------------------------------------------------------------


def _book(now: datetime.datetime) -> int:
    """Book movements and payouts, the first of them first; return how many were new."""
    latest = StripeMovement.objects.order_by("-created_at").first()
    first = StripeSession.objects.order_by("created_at").first()
    since = latest.created_at if latest else first.created_at if first else now
    movements: list[Movement] = list(stripe.movements_since(since - A_DAY))
    known = set(
        StripeMovement.objects.filter(pk__in=[each.id for each in movements]).values_list(
            "pk", flat=True
        )
    )
    booked = sum(
        book_movement(movement=each, booked_at=now)
        for each in reversed(movements)
        if each.id not in known
    )
    payouts: list[Payout] = list(stripe.payouts_since(min(since, now - REFUNDS_SINCE)))
    return booked + sum(book_payout(payout=each, booked_at=now) for each in reversed(payouts))


def _of_books() -> Iterator[Difference]:
    """Yield what staff have to see to by the books alone."""
    owing = Account.objects.filter(
        code__startswith="owed/order/", debits_posted__gt=F("credits_posted")
    )
    for account in owing:
        number = account.code.removeprefix("owed/order/")
        yield Difference(Kind.ORDER_OWES, number, int(number), {"amount_fen": account.balance})
    failed = Refund.objects.filter(status=Refund.Status.FAILED).select_related("payment")
    for refund in failed:
        yield Difference(
            Kind.REFUND_FAILED,
            refund.idempotency_key,
            refund.payment.order_id,
            {"refund": refund.refund_id, "amount_fen": refund.amount_fen},
        )
    last = StripePayout.objects.order_by("-arrives_on", "-pk").first()
    if last and last.status in FAILED:
        yield Difference(
            Kind.PAYOUT_FAILED, last.pk, None, {"amount": last.amount, "currency": last.currency}
        )
    yield from _of_what_stripe_holds()


def _of_what_stripe_holds() -> Iterator[Difference]:
    """Compare our account of what Stripe holds with its movements."""
    account = Account.objects.filter(code=postings.stripe().code).first()
    ours_fen, theirs_fen = account.balance if account else 0, held().fen
    rates = StripeMovement.objects.order_by("exchange_rate")
    least = rates.filter(exchange_rate__isnull=False).first()
    off_fen = inexact_fen(least.exchange_rate) * rates.count() if least else 0
    if abs(ours_fen - theirs_fen) > off_fen:
        values: dict[str, str | int | bool] = {"asked_fen": ours_fen, "amount_fen": theirs_fen}
        yield Difference(Kind.HELD_DIFFERS, "balance", None, values)


# --- Telling --------------------------------------------------------------------------


def _keep(problems: Sequence[Difference], now: datetime.datetime) -> int:
    """Write down what is left for staff, and that what is left no more is gone."""
    for each in problems:
        problem = report_problem(
            key=each.key,
            kind=each.kind,
            order=Order.objects.get(pk=each.order_id) if each.order_id else None,
            values=each.values,
            found_at=now,
        )
        if problem.values != each.values:
            PaymentProblem.objects.filter(pk=problem.pk).update(values=each.values)
    over = PaymentProblem.objects.filter(gone_at=None, kind__in=list(Kind))
    return over.exclude(key__in=[each.key for each in problems]).update(gone_at=now)
