"""Why an order cannot be placed, changed or handed out. Views find the words."""

from __future__ import annotations

from market.orders.models import Order, OrderLine
from market.produce.models import Listing


class NothingOrdered(Exception):
    """There are no lines."""


class NotAStep(Exception):
    """A quantity that no page of ours offers: nothing, or between two steps."""


class NoHousehold(Exception):
    """The member has not told us where they live."""


class KeyClash(Exception):
    """The key already names another request."""


class NotOnSale(Exception):
    """The listing was withdrawn, is not open yet, has closed, or is of another point."""

    def __init__(self, listing: Listing | None) -> None:
        super().__init__(str(listing))
        self.listing = listing


class SoldOut(Exception):
    """Less is free than wanted."""

    def __init__(self, listing: Listing, *, left: int) -> None:
        super().__init__(f"listing {listing.pk} has {left} left")
        self.listing = listing
        self.left = left


class HouseholdNotConfirmed(Exception):
    """The listing is limited for each household, and staff have not confirmed this one."""

    def __init__(self, listing: Listing) -> None:
        super().__init__(str(listing))
        self.listing = listing


class LimitReached(Exception):
    """The household has bought its share of this month."""

    def __init__(self, listing: Listing, *, left: int) -> None:
        super().__init__(f"listing {listing.pk}: {left} left for the household")
        self.listing = listing
        self.left = left


class PriceChanged(Exception):
    """The total is no longer what the member saw."""

    def __init__(self, *, now_fen: int) -> None:
        super().__init__(f"now {now_fen} fen")
        self.now_fen = now_fen


class OrderClosed(Exception):
    """The order was collected, cancelled or given up; `order` says when and by whom."""

    def __init__(self, order: Order) -> None:
        super().__init__(f"{order} is {order.status}")
        self.order = order


class WrongPoint(Exception):
    """The order waits at another service point."""

    def __init__(self, order: Order) -> None:
        super().__init__(f"{order} waits at {order.service_point}")
        self.order = order


class NothingHandedOut(Exception):
    """Every line was zero: cancel the order instead."""


class TooMuch(Exception):
    """More than ordered: pieces never, weighed goods up to a tenth."""

    def __init__(self, line: OrderLine, *, most: int) -> None:
        super().__init__(f"line {line.pk}: at most {most}")
        self.line = line
        self.most = most


class OnlySoMuchFree(Exception):
    """The scale shows more than was ordered, and the shelf has less than that to spare."""

    def __init__(self, line: OrderLine, *, free: int) -> None:
        super().__init__(f"line {line.pk}: {free} to spare")
        self.line = line
        self.free = free


class NotMissing(Exception):
    """So much cannot be missing: the books hold less of it."""

    def __init__(self, *, held: int) -> None:
        super().__init__(f"the books hold {held}")
        self.held = held


class StockMoved(Exception):
    """Somebody ordered while the orders were cut, so the free stock is another than counted."""


class NotToBePaid(Exception):
    """Nobody can pay this order online: it is paid, closed, or to be paid at the counter."""

    def __init__(self, order: Order) -> None:
        super().__init__(f"{order} is {order.status}")
        self.order = order


class PaymentOnItsWay(Exception):
    """Somebody has paid for it already, and Stripe does not have the money yet."""


class PaymentPageAway(Exception):
    """Stripe gives us no page to pay on just now; nothing was charged."""
