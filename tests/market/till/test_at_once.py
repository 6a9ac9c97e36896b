"""The counter, when two people press at the same moment."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from ledger.checking import wrong_rows
from ledger.clock import database_now
from market.orders.models import Handout, Order, Tender
from market.orders.refusals import OrderClosed
from market.produce.models import Listing
from market.till.actions.hand_out_at_till import hand_out_at_till
from market.till.actions.open_till import TillIsOpen, open_till
from market.till.models import Till, TillSession
from people.models import Member
from tests.market.till.conftest import assert_settled, balance
from tests.stories import order

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(people: Iterable[Callable[[], object]]) -> Counter[str]:
    """Let everybody press at the same moment, and count what came of it."""
    hands = list(people)
    start = threading.Barrier(len(hands))

    def press(do: Callable[[], object]) -> str:
        try:
            start.wait(10)
            do()
        except (OrderClosed, TillIsOpen) as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(hands)) as pool:
        return Counter(pool.map(press, hands))


def handing_out(
    placed: Order, till: Till, cashier: Member, *, tender: str = Tender.CASH, nonce: str = ""
) -> Callable[[], object]:
    line = placed.lines.get()
    return lambda: hand_out_at_till(
        till=till,
        order=placed,
        quantities={line.pk: line.quantity},
        tender=tender,
        expected_fen=line.costs.total_fen,
        nonce=nonce or str(uuid.uuid4()),
        handed_out_by=cashier,
        handed_out_at=database_now(),
    )


def test_two_cashiers_hand_one_order_out_once(
    ma: Member, chai: Member, gu: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 2})

    outcome = at_once(
        [
            *(handing_out(placed, open_drawer, chai) for _press in range(3)),
            *(handing_out(placed, open_drawer, gu, tender="qr_code") for _press in range(3)),
        ]
    )

    assert outcome == {"done": 1, "OrderClosed": 5}
    assert Handout.objects.count() == 1
    assert_settled(placed)
    drawer = balance("drawer/cchy-1") - 10_000
    assert drawer in {0, 6000}


def test_one_press_that_arrives_four_times_hands_out_once(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})

    outcome = at_once([handing_out(placed, open_drawer, chai, nonce="one")] * 4)

    assert outcome == {"done": 4}
    assert_settled(placed)
    assert balance("drawer/cchy-1") == 13_000


def test_orders_of_one_drawer_do_not_wait_for_each_other(
    ma: Member, bai: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    orders = [order(member, {millet: 1}) for member in (ma, bai) * 3]

    outcome = at_once([handing_out(placed, open_drawer, chai) for placed in orders])

    assert outcome == {"done": 6}
    assert balance("drawer/cchy-1") == 10_000 + 6 * 3000
    assert list(wrong_rows()) == []


def test_a_drawer_is_opened_once(till: Till, chai: Member, gu: Member) -> None:
    def opening(cashier: Member) -> Callable[[], object]:
        return lambda: open_till(
            till=till,
            float_fen=10_000,
            opened_by=cashier,
            opened_at=database_now(),
            key=str(uuid.uuid4()),
        )

    outcome = at_once([opening(cashier) for cashier in (chai, gu) * 3])

    assert outcome == {"done": 1, "TillIsOpen": 5}
    assert TillSession.objects.count() == 1
    assert balance("drawer/cchy-1") == 10_000


def test_one_press_opens_once_however_often_it_arrives(till: Till, chai: Member) -> None:
    def opening() -> object:
        return open_till(
            till=till, float_fen=10_000, opened_by=chai, opened_at=database_now(), key="one"
        )

    assert at_once([opening] * 5) == {"done": 5}
    assert balance("drawer/cchy-1") == 10_000
