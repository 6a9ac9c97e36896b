"""What does not match about money, and what to do about it, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from market.orders.differences import Kind
from market.orders.models import PaymentProblem
from market.produce.templatetags.produce import yuan

WHAT = {
    Kind.OF_NO_ORDER: _("Stripe took %(amount)s (%(name)s) for an order that we do not have."),
    Kind.PAYMENT_DIFFERS: _(
        "Stripe took %(amount)s %(currency)s where we asked for %(asked)s (%(name)s)."
    ),
    Kind.NOT_RECORDED: _("Stripe took %(amount)s (%(name)s), and it could not be written down."),
    Kind.NOT_CLOSED: _("Stripe closed a page to pay on (%(name)s), and here it is still open."),
    Kind.NOT_AT_STRIPE: _("Here %(asked)s are paid, and Stripe says they are not (%(name)s)."),
    Kind.SESSION_UNKNOWN: _("Stripe does not know a page to pay on (%(name)s)."),
    Kind.REFUND_NOT_BOOKED: _(
        "Stripe gave %(amount)s back (%(name)s), and it could not be written down."
    ),
    Kind.REFUND_NOT_SENT: _("%(amount)s should go back, and it could not be sent (%(name)s)."),
    Kind.REFUND_NOT_SETTLED: _(
        "What came of a refund of %(amount)s (%(name)s) could not be written down."
    ),
    Kind.REFUND_DIFFERS: _("%(asked)s should go back, and Stripe gave %(amount)s (%(name)s)."),
    Kind.REFUND_NOT_AT_STRIPE: _(
        "Here %(amount)s were given back, and Stripe does not know of it (%(name)s)."
    ),
    Kind.REFUND_FAILED: _("Stripe could not give %(amount)s back (%(name)s)."),
    Kind.DISPUTE_NOT_BOOKED: _(
        "A bank took %(amount)s back (%(name)s), and it could not be written down."
    ),
    Kind.ORDER_OWES: _(
        "%(amount)s were given back in Stripe's dashboard or taken back by a bank, and everybody "
        "had been paid already."
    ),
    Kind.PAYOUT_FAILED: _("Our bank sent a payout of Stripe's back."),
    Kind.HELD_DIFFERS: _("By our books Stripe holds %(asked)s, by its own %(amount)s."),
}
CALL_SUPPORT = _("Call whoever runs the site: the log of the last hour says why.")
LOOK_IT_UP = _("Look it up in Stripe's dashboard, and call whoever runs the site.")
WHAT_TO_DO = {
    Kind.OF_NO_ORDER: _("Give it back in Stripe's dashboard."),
    Kind.PAYMENT_DIFFERS: _("Give it back in Stripe's dashboard, and let them pay again."),
    Kind.NOT_AT_STRIPE: LOOK_IT_UP,
    Kind.SESSION_UNKNOWN: _(
        "See whether the key of Stripe was changed; else the member can try again."
    ),
    Kind.REFUND_DIFFERS: LOOK_IT_UP,
    Kind.REFUND_NOT_AT_STRIPE: LOOK_IT_UP,
    Kind.REFUND_FAILED: _("Call the member, and give it back in Stripe's dashboard or in cash."),
    Kind.ORDER_OWES: _("Collect it at the counter, or let the community's fund bear it."),
    Kind.PAYOUT_FAILED: _("See in Stripe's dashboard whether our bank account is right."),
    Kind.HELD_DIFFERS: LOOK_IT_UP,
}
NAMES = ("session", "refund", "dispute", "payment")


def what(problem: PaymentProblem) -> str:
    """Say what does not match."""
    sentence = WHAT.get(Kind(problem.kind)) if problem.kind in list(Kind) else None
    if sentence is None:
        return problem.key
    values = problem.values
    return str(sentence) % {
        "amount": yuan(values.get("amount_fen", 0)),
        "asked": yuan(values.get("asked_fen", 0)),
        "currency": str(values.get("currency", "")).upper(),
        "name": next((values[name] for name in NAMES if values.get(name)), problem.key),
    }


def what_to_do(problem: PaymentProblem) -> str:
    """Say what helps."""
    if problem.gone_at:
        return ""
    kind = Kind(problem.kind) if problem.kind in list(Kind) else None
    return str(WHAT_TO_DO.get(kind, CALL_SUPPORT) if kind else CALL_SUPPORT)
