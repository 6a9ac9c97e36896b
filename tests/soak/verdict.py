"""What must be true when the dust has settled, told from what Stripe itself says."""

from __future__ import annotations

from collections import defaultdict

from ledger.checking import wrong_rows
from market.orders.actions.reconcile_payments import Reconciled
from market.orders.models import Order, Payment, Refund, Tender
from tests.soak.weather import Weather
from tests.stripe_stand_in import Stripe

SMALL_FEN = 500
OPEN_OR_TAKEN = (Order.Status.READY, Order.Status.COLLECTED)


def verdict(stripe: Stripe, weather: Weather, again: Reconciled) -> list[str]:
    """Return everything that is wrong, in words."""
    return [
        *_lost(stripe),
        *_doubled(stripe),
        *(f"unbalanced: {row}" for row in wrong_rows()),
        *(f"reconciliation: {each.key} {each.values}" for each in again.problems),
        *(f"reconciliation: still repairs {each}" for each in again.repaired),
        *(
            f"message {event} was acted on {times} times"
            for event, times in weather.acted_on.items()
            if times > 1
        ),
        *(["a forged message was believed"] if weather.seen["believed"] else []),
        *(f"{weather.seen['refused']} messages failed" for _ in [1] if weather.seen["refused"]),
    ]


def _lost(stripe: Stripe) -> list[str]:
    """Money that Stripe took and no order of ours knows, and orders that never end."""
    known = set(Payment.objects.values_list("payment_intent", flat=True))
    return [
        f"lost: {each['amount_received']} fen of {each['id']}"
        for each in stripe.desk.objects.values()
        if each["object"] == "payment_intent"
        and each["amount_received"]
        and each["id"] not in known
    ] + [
        f"lost: order {order.pk} still waits for money"
        for order in Order.objects.filter(status=Order.Status.PLACED)
    ]


def _doubled(stripe: Stripe) -> list[str]:
    """Orders for which Stripe kept more or less than they cost, by what went back from here."""
    kept = defaultdict[int, int](int)
    for payment in Payment.objects.filter(tender=Tender.STRIPE):
        intent = stripe.desk.objects[payment.payment_intent]
        in_dashboard = sum(
            refund.amount_fen
            for refund in payment.refunds.filter(reason=Refund.Reason.IN_DASHBOARD)
        )
        kept[payment.order_id] += intent["amount_received"] - intent["refunded"] + in_dashboard
    wrong = []
    for order in Order.objects.prefetch_related("lines__listing__product"):
        due = _due(order) if order.status in OPEN_OR_TAKEN else 0
        most = due + SMALL_FEN if order.status == Order.Status.COLLECTED else due
        if not due <= kept[order.pk] <= most:
            wrong.append(f"doubled: {order} ({order.status}) costs {due}, kept {kept[order.pk]}")
    return wrong


def _due(order: Order) -> int:
    total = sum(line.costs.total_fen for line in order.lines.all())
    return max(total - order.credit_fen, 0)
