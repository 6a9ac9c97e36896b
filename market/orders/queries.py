"""Questions about baskets and orders."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from ledger.models import Account
from market import postings
from market.orders.models import KEEP_DAYS, Basket, Order, OrderLine, Refund, StripeSession
from market.produce.models import Listing, Supplier
from market.produce.photos import CARD_PHOTO, photo_urls
from market.produce.pricing import CostLines, cost_lines
from market.produce.quantities import typed_quantity
from people.models import Household, Member, ServicePoint, Token

COUNTS_FOR_LIMITS = (*Order.OPEN, Order.Status.COLLECTED)


class BasketRow(NamedTuple):
    """One listing in a basket, as it can be ordered now.

    Args:
        wanted: grams or pieces that were picked.
        quantity: what is really to be had of them: less where less is left, 0 where none.
        trouble: "" or why it is not all: reduced, sold_out, closed, withdrawn.
    """

    listing: Listing
    photo_url: str
    wanted: int
    quantity: int
    trouble: str
    costs: CostLines

    @property
    def step(self) -> str:
        """What the quantity is stepped by as it is typed."""
        return "0.5" if self.listing.product.sold_by_weight else "1"

    @property
    def typed(self) -> str:
        """The quantity as it would be typed."""
        by_weight = self.listing.product.sold_by_weight
        return typed_quantity(self.quantity, by_weight=by_weight)

    @property
    def field_id(self) -> str:
        return f"id_quantity_{self.listing.pk}"


class BasketGroup(NamedTuple):
    """What is collected at one service point, and so is one order."""

    service_point: ServicePoint
    rows: list[BasketRow]

    @property
    def costs(self) -> CostLines:
        return added_up(row.costs for row in self.rows)

    @property
    def quantities(self) -> dict[int, int]:
        """What an order of the group would hold, by id of the listing."""
        return {row.listing.pk: row.quantity for row in self.rows if row.quantity}

    @property
    def is_weighed(self) -> bool:
        """Whether the scale has the last word on what it costs."""
        return any(row.listing.product.sold_by_weight for row in self.rows if row.quantity)


def added_up(costs: Iterable[CostLines]) -> CostLines:
    """Add cost lines up, part by part."""
    listed = list(costs)
    return CostLines(
        sum(each.farmer_fen for each in listed),
        sum(each.transport_fen for each in listed),
        sum(each.packing_fen for each in listed),
    )


# --- Baskets --------------------------------------------------------------------------


def basket_key(member: Member, point: ServicePoint) -> UUID:
    """Return the key of the next order from this basket at a point: alike in every tab."""
    return uuid5(Basket.objects.get(member=member).key, str(point.pk))


def basket_groups(quantities: Mapping[int, int], *, now: datetime.datetime) -> list[BasketGroup]:
    """Sort a basket by service point, and say of each line what can be had of it now."""
    listings = Listing.objects.filter(pk__in=quantities).select_related(
        "product__supplier", "service_point", "stock"
    )
    by_id = {listing.pk: listing for listing in listings}
    photo_ids = (listing.product.photo_id for listing in by_id.values())
    photos = photo_urls((photo_id for photo_id in photo_ids if photo_id), CARD_PHOTO)
    groups: dict[int, BasketGroup] = {}
    for listing_id, wanted in quantities.items():
        listing = by_id.get(listing_id)
        if listing:
            group = groups.setdefault(
                listing.service_point_id, BasketGroup(listing.service_point, [])
            )
            photo_url = photos.get(listing.product.photo_id or 0, "")
            group.rows.append(_basket_row(listing, photo_url, wanted, now))
    return list(groups.values())


def _basket_row(listing: Listing, photo_url: str, wanted: int, now: datetime.datetime) -> BasketRow:
    step = listing.product.step_quantity
    free = max(listing.stock.available, 0) // step * step
    if listing.status != Listing.Status.ON_SALE:
        quantity, trouble = 0, "withdrawn"
    elif not listing.is_on_sale(now):
        quantity, trouble = 0, "closed"
    elif free == 0:
        quantity, trouble = 0, "sold_out"
    else:
        quantity = min(wanted, free)
        trouble = "reduced" if quantity < wanted else ""
    costs = cost_lines(
        listing.cost_fen, quantity=quantity, unit_quantity=listing.product.unit_quantity
    )
    return BasketRow(listing, photo_url, wanted, quantity, trouble, costs)


# --- Orders ---------------------------------------------------------------------------


def orders_of(member: Member) -> QuerySet[Order]:
    """Return the orders a member may see: their own, and those made for them."""
    return Order.objects.filter(Q(placed_by=member) | Q(on_behalf_of=member))


def orders_with_lines(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Fetch with orders what their pages show, in a constant number of queries."""
    lines = OrderLine.objects.select_related("listing__product", "listing__stock").order_by("pk")
    return orders.select_related(
        "service_point", "household__building", "placed_by", "on_behalf_of", "closed_by"
    ).prefetch_related(Prefetch("lines", lines), "payments")


def pickup_token(order: Order) -> Token:
    """Return what the order's QR code says."""
    return Token.objects.get(purpose="order", subject=str(order.pk))


def last_order_of(member: Member) -> Order | None:
    """Return the latest order a member could have again."""
    return orders_of(member).order_by("-pk").first()


def quantity_bought_this_month(
    household: Household, product_ids: Sequence[int], at: datetime.datetime
) -> dict[int, int]:
    """Count grams or pieces of products that a household took or reserved this month.

    The calendar month of Yinchuan; over all orders of the household, at every point.
    """
    first_day = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    lines = OrderLine.objects.filter(
        order__household=household,
        order__placed_at__gte=first_day,
        order__status__in=COUNTS_FOR_LIMITS,
        listing__product__in=product_ids,
    )
    bought = lines.values("listing__product").annotate(
        total=Sum(Coalesce("handed_out_quantity", "quantity"))
    )
    return {row["listing__product"]: row["total"] for row in bought}


def orders_past_their_time(now: datetime.datetime) -> QuerySet[Order]:
    """Return unpaid orders whose last day at the counter is over, oldest first."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ready_before = today - datetime.timedelta(days=KEEP_DAYS)
    return Order.objects.filter(status=Order.Status.READY, ready_at__lt=ready_before).order_by("pk")


def orders_to_collect(community: int) -> QuerySet[Order]:
    """Return what is ready at a community's service points."""
    return Order.objects.filter(status=Order.Status.READY, service_point__community=community)


def orders_on_their_last_day(community: int, now: datetime.datetime) -> QuerySet[Order]:
    """Return what is ready for the last day, or longer: after it the order is given up."""
    return orders_to_collect(community).filter(ready_at__lt=_last_day_if_before(now))


def orders_to_remind_of(now: datetime.datetime) -> QuerySet[Order]:
    """Return what is ready for the last day, in all communities."""
    return Order.objects.filter(
        status=Order.Status.READY, ready_at__lt=_last_day_if_before(now)
    ).order_by("pk")


def _last_day_if_before(now: datetime.datetime) -> datetime.datetime:
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - datetime.timedelta(days=KEEP_DAYS - 1)


def orders_given_up(community: int, now: datetime.datetime) -> QuerySet[Order]:
    """Return what nobody collected, for as many days as it had been kept: somebody may ask."""
    since = now - datetime.timedelta(days=KEEP_DAYS)
    return Order.objects.filter(
        status=Order.Status.UNCOLLECTED, service_point__community=community, closed_at__gte=since
    )


def reserved_listings() -> QuerySet[Listing]:
    """Return listings that open orders have reserved some of, with `reserved`, most first."""
    is_open = Q(order_lines__order__status__in=Order.OPEN)
    listings: QuerySet[Listing] = (
        Listing.objects.annotate(reserved=Sum("order_lines__quantity", filter=is_open))
        .filter(reserved__gt=0)
        .select_related("product", "service_point", "stock")
        .order_by("-reserved", "pk")
    )
    return listings


# --- What came of it ------------------------------------------------------------------


class Bought(NamedTuple):
    """What residents bought of a supplier, as the books say: grams, and fen it got for that."""

    grams: int
    fen: int


def bought_from(supplier: Supplier) -> Bought:
    """Return what left the counter of a supplier's produce so far, in three queries at most."""
    weights = {
        postings.sold(product.sku).code: 1 if product.sold_by_weight else product.unit_g or 0
        for product in supplier.products.all()
    }
    paid = postings.supplier(supplier.code).code
    grams = fen = 0
    for account in Account.objects.filter(code__in=[*weights, paid]):
        if account.code == paid:
            fen = account.credits_posted
        else:
            grams += account.balance * weights[account.code]
    return Bought(grams, fen)


class DayFigures(NamedTuple):
    """What was handed out at a service point on one day."""

    grams: int
    fen: int
    households: int


def figures_of_day(point: ServicePoint, day: datetime.date) -> DayFigures:
    """Return what left the counter of a point on a day, by what the scale said."""
    begins = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    lines = OrderLine.objects.filter(
        order__service_point=point,
        order__handout__handed_out_at__gte=begins,
        order__handout__handed_out_at__lt=begins + datetime.timedelta(days=1),
    ).select_related("order", "listing__product")
    grams = fen = 0
    households = set()
    for line in lines:
        product = line.listing.product
        weight = 1 if product.sold_by_weight else product.unit_g or 0
        grams += line.final_quantity * weight
        fen += line.costs.total_fen
        households.add(line.order.household_id)
    return DayFigures(grams, fen, len(households))


# --- The counter ----------------------------------------------------------------------


def orders_with_code(point: ServicePoint, code: str) -> list[Order]:
    """Return the open order with this pickup code, else the latest closed one."""
    orders = Order.objects.filter(service_point=point, pickup_code=code)
    is_open = Q(status__in=Order.OPEN)
    return list(orders_with_lines(orders.filter(is_open))) or list(
        orders_with_lines(orders.order_by("-pk"))[:1]
    )


def orders_with_code_elsewhere(point: ServicePoint, code: str) -> QuerySet[Order]:
    """Return open orders with this code that wait at other service points."""
    elsewhere = Order.objects.open().filter(pickup_code=code).exclude(service_point=point)
    return elsewhere.select_related("service_point")


def open_orders_of_member(point: ServicePoint, member: Member) -> QuerySet[Order]:
    """Return what waits at a point for a member, whoever ordered it."""
    mine = Q(placed_by=member, on_behalf_of=None) | Q(on_behalf_of=member)
    return orders_with_lines(Order.objects.open().filter(mine, service_point=point)).order_by("pk")


def orders_waiting(point: ServicePoint) -> QuerySet[Order]:
    """Return everything that waits at a point, the oldest first."""
    return orders_with_lines(Order.objects.open().filter(service_point=point)).order_by("pk")


# --- Paying online --------------------------------------------------------------------


def due_fen(order: Order) -> int:
    """Return what is still to be paid for an order, by what it holds now."""
    total = sum(line.costs.total_fen for line in order.lines.all())
    paid = order.payments.filter(withdrawn_at=None).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return max(total - order.credit_fen - paid, 0)


def waiting_session(order: Order) -> StripeSession | None:
    """Return the attempt to pay that has not ended; there is one at most."""
    waiting = (StripeSession.Status.WANTED, StripeSession.Status.OPEN)
    return order.sessions.filter(status__in=waiting).first()


def latest_session(order: Order) -> StripeSession | None:
    """Return the last attempt to pay an order, whatever came of it."""
    return order.sessions.order_by("-attempt").first()


def refunds_of(order: Order) -> QuerySet[Refund]:
    """Return what went back, or will, of what was paid online for an order."""
    return Refund.objects.filter(payment__order=order).order_by("pk")


def unpaid_orders(now: datetime.datetime) -> QuerySet[Order]:
    """Return orders whose time to pay is over, oldest first."""
    return Order.objects.filter(status=Order.Status.PLACED, pay_until__lte=now).order_by("pk")


def sessions_to_check(now: datetime.datetime) -> QuerySet[StripeSession]:
    """Return attempts to pay of which Stripe is asked: nobody said for a minute how they are."""
    before = now - datetime.timedelta(minutes=1)
    waiting = (StripeSession.Status.WANTED, StripeSession.Status.OPEN)
    return StripeSession.objects.filter(
        Q(checked_at=None) | Q(checked_at__lt=before), status__in=waiting, created_at__lt=before
    ).order_by("pk")


def refunds_to_send(now: datetime.datetime) -> QuerySet[Refund]:
    """Return refunds that are due and that Stripe has not answered, oldest first."""
    waiting = (Refund.Status.WANTED, Refund.Status.SENT)
    return Refund.objects.filter(status__in=waiting, refund_id="", send_after__lte=now).order_by(
        "pk"
    )
