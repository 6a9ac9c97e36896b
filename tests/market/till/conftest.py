"""Who stands at the counter, and what they press."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account
from market.orders.models import Order, OrderLine
from market.produce.models import Listing
from market.till.actions.add_till import add_till
from market.till.models import Till
from people.actions.register_member import register_member
from people.models import Building, Member, ServicePoint
from tests.stories import PIN, order, sell

TILL = "/till/"


@pytest.fixture
def till(supermarket: ServicePoint) -> Till:
    """The supermarket's till, its drawer not opened yet."""
    return add_till(code="cchy-1", name="爱心超市收银台", service_point=supermarket)


@pytest.fixture
def placed(ma: Member, radishes: Listing, millet: Listing) -> Order:
    """Four jin of radishes, ¥3.60, and a bag of millet, ¥30.00, to be paid in cash."""
    return order(ma, {radishes: 2000, millet: 1})


@pytest.fixture
def radishes_in_xihu(radishes: Listing, xihu_point: ServicePoint, gu: Member) -> Listing:
    """The same radishes, waiting at the help-farmer point of the next community."""
    return sell(
        radishes.product,
        at=xihu_point,
        farmer="0.90",
        points=2,
        quantity=50_000,
        by=gu,
        now=database_now(),
    )


@pytest.fixture
def ding(building_2: Building) -> Member:
    """丁守田, next door to 马小禾."""
    return register_member(
        full_name="丁守田", phone="19900000003", pin=PIN, building=building_2, unit="3", door="101"
    )


def page_of(order: Order) -> str:
    return f"{TILL}orders/{order.pk}/"


def line_of(order: Order, listing: Listing) -> OrderLine:
    return OrderLine.objects.get(order=order, listing=listing)


def typed(order: Order, weights: Mapping[Listing, str], **more: Any) -> dict[str, Any]:
    """What the scale's form carries."""
    fields = {f"line_{line_of(order, listing).pk}": text for listing, text in weights.items()}
    return {"nonce": "6f4b1f0e-2f0c-4a4c-9f0f-0d8f6f1b2c3d", **fields, **more}


def work_out(cashier: Client, order: Order, weights: Mapping[Listing, str], **more: Any) -> Any:
    return cashier.post(page_of(order), typed(order, weights, **more))


def press(
    cashier: Client,
    order: Order,
    weights: Mapping[Listing, str],
    *,
    fen: int | str,
    tender: str = "cash",
    **more: Any,
) -> Any:
    """Press one of the two buttons that name what happens."""
    return cashier.post(
        page_of(order), typed(order, weights, tender=tender, expected_fen=fen, **more)
    )


def look_for(cashier: Client, text: str, *, path: str = TILL) -> Any:
    return cashier.post(path, {"looked_for": text})


def text_of(response: Any) -> str:
    """The words of a page without its tags, runs of white space made one."""
    main = response.text.partition('<main id="main"')[2]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def balance(code: str) -> int:
    return Account.objects.get(code=code).balance


def assert_settled(order: Order) -> None:
    """The order is at zero, its goods are free or sold, and nothing else is wrong."""
    order.refresh_from_db()
    assert order.status == Order.Status.COLLECTED
    assert balance(f"order/{order.pk}/cny") == 0
    assert not order.lines.filter(hold__isnull=False, hold__resolved_by=None).exists()
    assert list(wrong_rows()) == []


def assert_nothing_happened(order: Order) -> None:
    order.refresh_from_db()
    assert order.status == Order.Status.READY
    assert order.payments.count() == 0
    assert not order.lines.filter(hold__resolved_by__isnull=False).exists()
