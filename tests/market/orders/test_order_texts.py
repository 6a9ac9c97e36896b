"""Which notices of orders go out by text message, and the one on the last day."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from ledger.clock import database_now
from market.orders import tasks
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.cut_orders import cut_orders
from market.orders.actions.remind_of_last_day import remind_of_last_day
from market.orders.actions.send_refund import send_refund
from market.orders.models import Order, Refund, Tender
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member, Notice, TextMessage
from tests.market.orders.test_record_payment import begun, expire, record
from tests.stories import hand_out, order
from tests.stripe_stand_in import Stripe, stripe

__all__ = ["stripe"]


@pytest.fixture(autouse=True)
def texts_go_out(settings: Any) -> None:
    settings.SMS_BACKEND = "people.sms.console.send"


def texts() -> list[str]:
    return [text.notice.kind for text in TextMessage.objects.order_by("pk")]


def noon(days_ago: int = 0) -> datetime.datetime:
    """Noon in Yinchuan, so many days ago."""
    today = timezone.localtime(database_now()).replace(hour=12, minute=0)
    return today - datetime.timedelta(days=days_ago)


# --- What goes out --------------------------------------------------------------------


def test_what_is_on_the_page_in_front_of_them_does_not_go_out(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    hand_out(order(ma, {millet: 1}), by=chai)
    order(ma, {millet: 1}, tender=Tender.STRIPE)
    cancel_order(order=order(ma, {millet: 2}), cancelled_by=ma, cancelled_at=database_now())

    assert texts() == []


def test_what_the_shop_changes_goes_out(ma: Member, gu: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 3})
    cut_orders(
        listing=millet, missing=8, reason="spoiled", key="cut", cut_by=gu, cut_at=database_now()
    )
    cancel_order(order=placed, cancelled_by=gu, cancelled_at=database_now())

    assert texts() == ["order-cut", "order-cancelled"]


def test_money_that_came_goes_out_once(ma: Member, millet: Listing, stripe: Stripe) -> None:
    session = begun(order(ma, {millet: 1}, tender=Tender.STRIPE))
    stripe.desk.pay(session.session_id)

    record(session)
    record(session)

    assert texts() == ["order-ready"]


def test_money_that_goes_back_goes_out(ma: Member, millet: Listing, stripe: Stripe) -> None:
    placed = order(ma, {millet: 1}, tender=Tender.STRIPE)
    session = begun(placed)
    cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now())
    stripe.desk.pay(session.session_id)
    record(session)

    send_refund(refund=Refund.objects.get(), now=database_now())

    assert texts() == ["order-paid-in-vain", "order-refunded"]


def test_an_order_that_lapsed_stays_in_the_inbox(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    expire(order(ma, {millet: 1}, tender=Tender.STRIPE))

    assert texts() == []
    assert Notice.objects.filter(key__startswith="order-expired").exists()


# --- The last day ---------------------------------------------------------------------


def test_the_clock_reminds_once_of_what_is_on_its_last_day(ma: Member, millet: Listing) -> None:
    for days_ago in (4, 3, 2):
        order(ma, {millet: 1}, at=noon(days_ago))
    last = Order.objects.order_by("pk")[1]

    tasks.remind_of_last_day()
    tasks.remind_of_last_day()

    notice = Notice.objects.get(key__startswith="order-last-day")
    assert notice.key == f"order-last-day:{last.pk}:{timezone.localdate(noon()):%Y-%m-%d}"
    for words in (last.number, last.pickup_code, last.service_point.name):
        assert words in notice.text
    assert texts() == ["order-last-day"]


def test_what_was_collected_meanwhile_is_not_reminded_of(ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 1}, at=noon(3))
    cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now())

    assert not remind_of_last_day(order=placed, reminded_at=noon())
    assert not Notice.objects.filter(key__startswith="order-last-day").exists()


@pytest.mark.parametrize("days_ago", [2, 4])
def test_the_day_before_and_the_day_after_are_not_the_last(
    ma: Member, millet: Listing, days_ago: int
) -> None:
    placed = order(ma, {millet: 1}, at=noon(days_ago))

    assert not remind_of_last_day(order=placed, reminded_at=noon())
