"""Place an order: reserve the goods, all or nothing, and give it a pickup code."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from ledger.actions.post_entry import post_entry
from ledger.models import Account
from ledger.questions import Blank, Question, blanks, numbered
from ledger.refusals import NotEnough
from ledger.rows import insert_rows
from market import postings
from market.orders.models import PAY_MINUTES, Order, OrderLine, Tender
from market.orders.pickup import draw_pickup_code
from market.orders.queries import quantity_bought_this_month
from market.orders.refusals import (
    HouseholdNotConfirmed,
    KeyClash,
    LimitReached,
    NoHousehold,
    NotAStep,
    NothingOrdered,
    NotOnSale,
    PriceChanged,
    SoldOut,
)
from market.produce.models import Listing
from people.actions.issue_token import issue_token
from people.actions.write_notice import write_notice
from people.models import Household, Member, ServicePoint

READY = gettext_noop("Order %(number)s is ready at %(point)s. Say %(code)s to collect it.")
UNPAID = gettext_noop(
    "Order %(number)s is kept for you for %(minutes)s minutes. It is ready once it is paid."
)
SIZES_KEPT = 32
"""Questions for two listings and for three differ; so many sizes are remembered."""
HOUSEHOLD = Question(lambda: Household.objects.lock().filter(pk=Blank("household")))
ORDER = Question(lambda: Order.objects.filter(key=Blank("key")))
CREDIT = Question(lambda: Account.objects.filter(code=Blank("code")))
CODE_DRAWS = 5
"""How often a code is drawn anew when somebody else took it at the same moment."""


@transaction.atomic
def place_order(
    *,
    member: Member,
    service_point: ServicePoint,
    quantities: Mapping[int, int],
    tender: str,
    expected_fen: int,
    key: str,
    placed_at: datetime,
) -> Order:
    """Order goods for collection; this function will return the first order at a second press.

    All-year goods lie on the shelf, so the order is ready at once; one that will be paid online
    waits for the money, for `PAY_MINUTES`. Credit of the household is used first.

    Args:
        quantities: grams or pieces of each listing, by its id.
        tender: how it will be paid, a `Tender`.
        expected_fen: the total the member saw; another total is refused.
        key: the same for every press of one button.

    Raises:
        NothingOrdered: there are no lines.
        NotAStep: nothing of a listing is wanted, or less than a step of it.
        NoHousehold: the member has no address with us yet.
        NotOnSale: a listing was withdrawn, has closed, or belongs to another point.
        HouseholdNotConfirmed, LimitReached: a listing is limited for each household.
        PriceChanged: the total is no longer what the member saw.
        SoldOut: less is free than wanted.
        KeyClash: the key already names an order of other goods.
    """
    if not quantities:
        raise NothingOrdered
    fingerprint = _fingerprint(member, service_point, quantities, tender)
    households = HOUSEHOLD.ask(household=member.household_id) if member.household_id else []
    if not households:
        # None was ever named, or another window of theirs just left it.
        raise NoHousehold
    (household,) = households
    for placed in ORDER.ask(key=key):
        if placed.fingerprint != fingerprint:
            raise KeyClash
        return placed

    lines = _priced_lines(service_point, quantities, placed_at)
    total_fen = sum(line.costs.total_fen for line in lines)
    if total_fen != expected_fen:
        raise PriceChanged(now_fen=total_fen)
    _refuse_beyond_limits(lines, household, member, placed_at)

    credit_fen = min(_credit_of(household), total_fen)
    order = _insert_order(
        Order(
            household=household,
            placed_by=member,
            service_point=service_point,
            tender=tender,
            placed_at=placed_at,
            key=key,
            fingerprint=fingerprint,
            credit_fen=credit_fen,
            **_begins(tender, total_fen - credit_fen, placed_at),
        )
    )
    if credit_fen:
        # Left to the database when it was inserted, since it has a default there.
        Order.objects.filter(pk=order.pk).update(credit_fen=credit_fen)
    _reserve(order, lines, member)
    _empty_basket(member, quantities)
    _tell(order)
    return order


def _credit_of(household: Household) -> int:
    """Return what a locked household has left over from earlier orders, in fen."""
    code = postings.household_credit(household.pk).code
    return sum(account.available for account in CREDIT.ask(code=code))


def _begins(tender: str, due_fen: int, placed_at: datetime) -> dict[str, Any]:
    """Return how far an order is at its first moment."""
    if tender == Tender.STRIPE and due_fen:
        pay_until = placed_at + timedelta(minutes=PAY_MINUTES)
        return {"status": Order.Status.PLACED, "pay_until": pay_until}
    return {"status": Order.Status.READY, "ready_at": placed_at}


def _tell(order: Order) -> None:
    """Give the member the code: to scan on the order's page, and to say from the notice."""
    issue_token(purpose="order", subject=str(order.pk), owner=order.placed_by)
    if order.status == Order.Status.PLACED:
        _tell_unpaid(order)
        return
    write_notice(
        member=order.placed_by,
        key=f"order-ready:{order.pk}",
        template=READY,
        values={
            "number": order.number,
            "point": order.service_point.name,
            "code": order.pickup_code,
        },
        page="orders:order",
        subject=str(order.pk),
        at=order.placed_at,
    )


def _tell_unpaid(order: Order) -> None:
    write_notice(
        member=order.placed_by,
        key=f"order-placed:{order.pk}",
        template=UNPAID,
        values={"number": order.number, "minutes": PAY_MINUTES},
        page="orders:order",
        subject=str(order.pk),
        at=order.placed_at,
    )


def _empty_basket(member: Member, quantities: Mapping[int, int]) -> None:
    """Take out what was ordered; the next order from the basket has another key."""
    marks = ", ".join(["%s"] * len(quantities))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            DELETE FROM orders_basketline WHERE listing_id IN ({marks})
                AND basket_id = (SELECT id FROM orders_basket WHERE member_id = %s)
            """,  # noqa: S608  # Only placeholders are put in.
            [*quantities, member.pk],
        )
        cursor.execute(
            "UPDATE orders_basket SET key = %s WHERE member_id = %s", [uuid4().hex, member.pk]
        )


def _fingerprint(
    member: Member, point: ServicePoint, quantities: Mapping[int, int], tender: str
) -> str:
    """Tell two requests under one key apart."""
    body = f"{member.pk} {point.pk} {tender} {sorted(quantities.items())}"
    return hashlib.sha256(body.encode()).hexdigest()


def _priced_lines(
    point: ServicePoint, quantities: Mapping[int, int], placed_at: datetime
) -> list[OrderLine]:
    """Copy today's cost lines onto order lines, in the order of the stock accounts."""
    listings = _listings(len(quantities)).ask(**numbered("listing", quantities))
    by_id = {listing.pk: listing for listing in listings}
    lines = []
    for listing_id, quantity in quantities.items():
        listing = by_id.get(listing_id)
        if listing is None or listing.service_point_id != point.pk:
            raise NotOnSale(listing)
        if not listing.is_on_sale(placed_at):
            raise NotOnSale(listing)
        # A few grams would be free: they round to nothing, and cash waives the last fen.
        if quantity < 1 or quantity % listing.product.step_quantity:
            raise NotAStep
        lines.append(OrderLine.of(listing, quantity))
    return sorted(lines, key=lambda line: line.listing.stock_id)


@lru_cache(maxsize=SIZES_KEPT)
def _listings(count: int) -> Question[Listing]:
    listings = Listing.objects.seen().filter(pk__in=blanks("listing", count))
    return Question(lambda: listings.select_related("product", "stock"))


def _refuse_beyond_limits(
    lines: Sequence[OrderLine], household: Household, member: Member, placed_at: datetime
) -> None:
    """Count over all orders of the household in the calendar month, under its lock."""
    limited = [line for line in lines if line.listing.household_limit]
    if not limited:
        return
    if not member.is_household_confirmed:
        raise HouseholdNotConfirmed(limited[0].listing)
    bought = quantity_bought_this_month(
        household, [line.listing.product_id for line in limited], placed_at
    )
    for line in limited:
        left = line.listing.limit_quantity - bought.get(line.listing.product_id, 0)
        if line.quantity > left:
            raise LimitReached(line.listing, left=max(left, 0))


def _insert_order(order: Order) -> Order:
    """Insert the order under a code that no other open order of the point has."""
    for _draw in range(CODE_DRAWS):
        order.pickup_code = draw_pickup_code(order.service_point)
        inserted = insert_rows([order], or_nothing=True)
        if inserted:
            ((order.pk,),) = inserted
            return order
        # Another household has the key, or somebody drew the same code just now.
        if ORDER.ask(key=order.key):
            raise KeyClash
    raise RuntimeError(f"no free pickup code at {order.service_point}")


def _reserve(order: Order, lines: Sequence[OrderLine], member: Member) -> None:
    """Hold the goods in the books, and write the lines with their holds."""
    try:
        entry = post_entry(
            kind="place_order",
            reference=f"order:{order.pk}",
            idempotency_key=f"place_order:{order.pk}",
            happened_at=order.placed_at,
            moves=postings.place_order(
                order.pk,
                [line.goods(line.quantity) for line in lines],
                household=order.household_id,
                credit_fen=order.credit_fen,
            ),
            actor_ref=member.books_id,
        )
    except NotEnough as short:
        line = next(line for line in lines if line.listing.stock_id == short.account_id)
        raise SoldOut(line.listing, left=short.available) from short
    holds = entry.made_transfers[-len(lines) :]
    for line, hold in zip(lines, holds, strict=True):
        line.order, line.hold = order, hold
    insert_rows(lines)
