"""Questions at the counter: what waits here, and whose it is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from ledger.models import Account
from market import postings
from market.orders.models import Order, Payment, Tender
from market.orders.queries import (
    open_orders_of_member,
    orders_waiting,
    orders_with_code,
    orders_with_code_elsewhere,
    orders_with_lines,
)
from market.till.codes import Typed
from market.till.models import Till, TillSession
from people.models import Member, ServicePoint
from people.queries import token_in_force


class Found(NamedTuple):
    """What a look-up brought to light. Nothing is ever chosen among several.

    Args:
        waiting: orders that can be handed out here.
        closed: the order that the code was used for, if it waits no more.
        elsewhere: orders that wait at other service points.
        is_member: whether somebody has this number; they may have nothing here.
    """

    waiting: list[Order]
    closed: Order | None = None
    elsewhere: tuple[Order, ...] = ()
    is_member: bool = False


NOTHING = Found([])


class Confirmation(NamedTuple):
    """A payment that a cashier saw arrive on the shop's phone.

    Args:
        owed_fen: what its order still owes since it was taken back.
    """

    payment: Payment
    owed_fen: int


class Confirmations(NamedTuple):
    """What arrived by the QR code of a point on one day, to compare with its phone."""

    rows: list[Confirmation]

    @property
    def standing(self) -> list[Payment]:
        """Those that nobody has taken back."""
        return [row.payment for row in self.rows if not row.payment.withdrawn_at]

    @property
    def total_fen(self) -> int:
        return sum(payment.amount_fen for payment in self.standing)


def open_session(till: Till) -> TillSession | None:
    """Return the turn that is on at a till, or nothing while its drawer is not open."""
    sessions = TillSession.objects.filter(till=till, closed_at=None)
    return sessions.select_related("opened_by").first()


def look_up(point: ServicePoint, typed: Typed, *, at: datetime.datetime) -> Found:
    """Find what somebody at the counter of a point came for."""
    if typed.token:
        token = token_in_force(typed.token, at=at)
        if token is None or token.purpose != "order":
            return NOTHING
        return _by_number(point, int(token.subject))
    if typed.order_number:
        return _by_number(point, typed.order_number)
    if typed.digits:
        return _by_digits(point, typed)
    return _by_name(point, typed.name) if typed.name else NOTHING


def confirmations_of(point: ServicePoint, day: datetime.date) -> Confirmations:
    """Return what was confirmed at a point on a day, latest first, in two queries."""
    begins = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    payments = list(
        Payment.objects.filter(
            tender=Tender.QR_CODE,
            order__service_point=point,
            paid_at__gte=begins,
            paid_at__lt=begins + datetime.timedelta(days=1),
        )
        .select_related("order__placed_by", "order__on_behalf_of", "confirmed_by", "withdrawn_by")
        .order_by("-paid_at", "-pk")
    )
    codes = {
        postings.owed_by_order(payment.order_id).code: payment.order_id
        for payment in payments
        if payment.withdrawn_at
    }
    owed = {codes[each.code]: each.balance for each in Account.objects.filter(code__in=codes)}
    return Confirmations([Confirmation(each, owed.get(each.order_id, 0)) for each in payments])


def others_waiting(order: Order) -> QuerySet[Order]:
    """Return what else waits at the same point for the same member."""
    return open_orders_of_member(order.service_point, order.collector).exclude(pk=order.pk)


def _by_number(point: ServicePoint, number: int) -> Found:
    order = orders_with_lines(Order.objects.filter(pk=number)).first()
    if order is None:
        return NOTHING
    if not order.is_open:
        return Found([], closed=order)
    if order.service_point_id != point.pk:
        return Found([], elsewhere=(order,))
    return Found([order])


def _by_digits(point: ServicePoint, typed: Typed) -> Found:
    """Look for a pickup code and a member number alike, and only then for an order."""
    coded = orders_with_code(point, typed.digits) if typed.is_pickup_code else []
    is_theirs = _collected_by(member_no=typed.digits)
    waiting = {order.pk: order for order in coded if order.is_open}
    waiting |= {order.pk: order for order in orders_waiting(point).filter(is_theirs)}
    if waiting:
        return Found(list(waiting.values()))

    numbers = Member.objects.filter(community=point.community_id, member_no=typed.digits)
    is_member = numbers.exists()
    by_number = NOTHING if coded or is_member else _by_number(point, int(typed.digits))
    elsewhere = [*by_number.elsewhere, *_elsewhere(point, typed)]
    closed = coded[0] if coded else by_number.closed
    return Found(by_number.waiting, closed, tuple(elsewhere), is_member)


def _elsewhere(point: ServicePoint, typed: Typed) -> Iterable[Order]:
    """Return what waits at other points under a code, or for a member by their number."""
    if typed.is_pickup_code:
        yield from orders_with_code_elsewhere(point, typed.digits)
    theirs = Order.objects.open().filter(_collected_by(member_no=typed.digits))
    yield from theirs.exclude(service_point=point).select_related("service_point").order_by("pk")


def _by_name(point: ServicePoint, name: str) -> Found:
    """Look for people by whatever part of their name was typed, among those who wait."""
    is_theirs = _collected_by(full_name__icontains=name)
    return Found(list(orders_waiting(point).filter(is_theirs)))


def _collected_by(**member: str) -> Q:
    """Keep orders that are for such a member, whoever placed them."""
    placed = Q(**{f"placed_by__{field}": value for field, value in member.items()})
    helped = Q(**{f"on_behalf_of__{field}": value for field, value in member.items()})
    return placed & Q(on_behalf_of=None) | helped
