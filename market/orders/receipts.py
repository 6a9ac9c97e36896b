"""Questions about receipts: what was paid for an order, what went back, who got it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Prefetch

from ledger.models import Account
from market import postings
from market.orders.models import Order, Payment, Refund
from market.orders.queries import added_up, orders_with_lines
from market.orders.receipt_codes import receipt_code
from market.produce.pricing import CostLines


class Receipt(NamedTuple):
    """An order as paper shows it; nothing in it says whose it was.

    Args:
        costs: what its lines cost together, by who gets it.
        refunds: what went back or is on its way, but not what failed.
        owed_fen: what is still to be paid, because money went back outside our books.
    """

    order: Order
    code: str
    costs: CostLines
    payments: list[Payment]
    refunds: list[Refund]
    owed_fen: int

    @property
    def is_paid(self) -> bool:
        """Whether any money came in: without it, it is no receipt."""
        return bool(self.payments or self.order.credit_fen)


def receipt_of(number: int) -> Receipt | None:
    """Return the receipt of an order, in a constant number of queries."""
    refunds = Refund.objects.exclude(status=Refund.Status.FAILED).order_by("pk")
    payments = Payment.objects.order_by("pk").prefetch_related(Prefetch("refunds", refunds))
    orders = Order.objects.filter(pk=number).prefetch_related(Prefetch("payments", payments))
    order = orders_with_lines(orders).first()
    if order is None:
        return None
    return Receipt(
        order=order,
        code=receipt_code(order.pk),
        costs=added_up(line.costs for line in order.lines.all()),
        payments=list(order.payments.all()),
        refunds=[refund for payment in order.payments.all() for refund in payment.refunds.all()],
        owed_fen=owed_fen(order.pk),
    )


def owed_fen(number: int) -> int:
    """Return what is owed for an order that was handed out already."""
    account = Account.objects.filter(code=postings.owed_by_order(number).code).first()
    return account.balance if account else 0
