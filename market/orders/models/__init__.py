"""What residents want, order, pay for and take home."""

from market.orders.models.baskets import (
    Basket,
    BasketLine,
)
from market.orders.models.codes import PaymentCode
from market.orders.models.orders import (
    KEEP_DAYS,
    PAY_MINUTES,
    Handout,
    Order,
    OrderLine,
    OrderQuerySet,
    Tender,
)
from market.orders.models.payments import (
    Payment,
    PaymentProblem,
    Refund,
    StripeEvent,
    StripeMovement,
    StripePayout,
    StripeSession,
)

__all__ = [
    "KEEP_DAYS",
    "PAY_MINUTES",
    "Basket",
    "BasketLine",
    "Handout",
    "Order",
    "OrderLine",
    "OrderQuerySet",
    "Payment",
    "PaymentCode",
    "PaymentProblem",
    "Refund",
    "StripeEvent",
    "StripeMovement",
    "StripePayout",
    "StripeSession",
    "Tender",
]
