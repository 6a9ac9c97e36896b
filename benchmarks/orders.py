"""Orders of three lines a second, beside the same rows driven by hand-written SQL."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import by_hand
from benchmarks.clients import Clients, shares_of
from benchmarks.drivers import Driver, connect
from benchmarks.figures import in_turn, middle, table, verdict
from benchmarks.village import Village, fill_baskets, picked
from ledger.actions.open_account import open_accounts
from ledger.checking import wrong_rows
from ledger.clock import database_now
from market import postings
from market.orders.actions.place_order import place_order
from market.orders.models import Tender
from market.produce.models import Listing
from people.models import Member, ServicePoint

GOODS = 40
ORDERS_A_ROUND = 160
WARM_UP = 5
TOTAL_FEN = 3 * 3000
RATIO_LEAST = 0.3
STATEMENTS_MOST = 25
MARKS = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


class Share(NamedTuple):
    member_ids: Sequence[int]
    listing_ids: Sequence[int]
    point_id: int


class Took(NamedTuple):
    """When one client began and ended, and the CPU seconds of its process."""

    began: float
    ended: float
    cpu_seconds: float


class Figure(NamedTuple):
    a_second: float
    cpu_ms: float


def place_by_action(share: Share) -> Took:
    """Order through the action that the view calls."""
    point = ServicePoint.objects.get(pk=share.point_id)
    members = Member.objects.in_bulk(share.member_ids)
    return _timed(
        partial(
            place_order,
            member=members[member_id],
            service_point=point,
            quantities=picked(member_id, share.listing_ids),
            tender=Tender.CASH,
            expected_fen=TOTAL_FEN,
            key=str(uuid.uuid4()),
            placed_at=database_now(),
        )
        for member_id in share.member_ids
    )


def place_by_hand(share: Share) -> Took:
    """Write the same rows with nothing but the driver."""
    point = ServicePoint.objects.get(pk=share.point_id)
    members = Member.objects.in_bulk(share.member_ids)
    database = driver()
    return _timed(
        partial(
            by_hand.place,
            database,
            buyer(members[member_id]),
            by_hand.Point(point.pk, point.name),
            picked(member_id, share.listing_ids),
            TOTAL_FEN,
        )
        for member_id in share.member_ids
    )


def buyer(member: Member) -> by_hand.Buyer:
    assert member.household_id is not None
    return by_hand.Buyer(member.pk, member.household_id, member.community_id, member.books_id)


driver = cache(connect)
"""The bare connection of this process."""


@contextmanager
def fresh_driver() -> Iterator[Driver]:
    """Lend a bare connection that is closed afterwards."""
    driver.cache_clear()
    try:
        yield driver()
    finally:
        driver().connection.close()
        driver.cache_clear()


def _timed(orders: Iterator[Callable[[], object]]) -> Took:
    """Place the first few to warm up, and time the rest."""
    listed = list(orders)
    for place in listed[:WARM_UP]:
        place()
    began, cpu = time.monotonic(), time.process_time()
    for place in listed[WARM_UP:]:
        place()
    return Took(began, time.monotonic(), time.process_time() - cpu)


class Round:
    """One round of orders with filled baskets, whoever places them."""

    def __init__(self, village: Village, clients: Clients) -> None:
        self.clients = clients
        self.point = village.shop
        self.members = village.households(ORDERS_A_ROUND)
        self.listings = list(Listing.objects.order_by("pk"))

    def take(self, work: Callable[[Share], Took]) -> Figure:
        fill_baskets(self.members, self.listings)
        member_ids = [each.pk for each in self.members]
        listing_ids = [each.pk for each in self.listings]
        shares = [
            Share(ids, listing_ids, self.point.pk)
            for ids in shares_of(member_ids, self.clients.count)
        ]
        took = self.clients.all_do(work, shares)
        seconds = max(each.ended for each in took) - min(each.began for each in took)
        timed = sum(len(share.member_ids) - WARM_UP for share in shares)
        cpu_ms = 1000 * sum(each.cpu_seconds for each in took) / timed
        return Figure(timed / seconds, cpu_ms)


def statements(village: Village) -> list[str]:
    """Return the statements of one order of three lines, marks of transactions left out."""
    (member,) = village.households(1)
    listings = list(Listing.objects.order_by("pk"))
    fill_baskets([member], listings)
    with CaptureQueriesContext(connection) as queries:
        place_order(
            member=member,
            service_point=village.shop,
            quantities=picked(member.pk, [each.pk for each in listings]),
            tender=Tender.CASH,
            expected_fen=TOTAL_FEN,
            key=str(uuid.uuid4()),
            placed_at=database_now(),
        )
    asked = [query["sql"] for query in queries]
    return [sql for sql in asked if not sql.startswith(MARKS)]


def main() -> None:
    village = Village()
    listings = [village.listing(number) for number in range(GOODS)]
    # All goods have been ordered before, so that both find the accounts they reserve for.
    open_accounts(postings.sold(listing.product.sku) for listing in listings)
    statements(village)  # The first order of all looks at the triggers.
    count = len(statements(village)) - 1  # The clock is read by the view.
    rows = list(itertools.chain.from_iterable(_rows(village, count) for count in (1, 4)))
    engine = connection.display_name
    table(
        f"Orders of three lines: {engine}",
        ["", "orders a second", "CPU ms an order", "of by hand", "bar"],
        rows,
    )
    wrong = len(list(wrong_rows()))
    print(
        f"\n{count} statements an order (at most {STATEMENTS_MOST}: "
        f"{verdict(holds=count <= STATEMENTS_MOST)}); {wrong} wrong rows in the books "
        f"({verdict(holds=not wrong)})."
    )


def _rows(village: Village, count: int) -> Iterator[list[object]]:
    with Clients(count) as clients:
        a_round = Round(village, clients)
        taken = in_turn(
            {
                "by hand": partial(a_round.take, place_by_hand),
                "place_order": partial(a_round.take, place_by_action),
            }
        )
    peer = middle([figure.a_second for figure in taken["by hand"]])
    for name, figures in taken.items():
        a_second = middle([figure.a_second for figure in figures])
        cpu_ms = middle([figure.cpu_ms for figure in figures])
        is_ours = name == "place_order"
        bar = verdict(holds=a_second >= RATIO_LEAST * peer) if is_ours else ""
        yield [f"{name}, {count} at once", a_second, cpu_ms, a_second / peer, bar]


if __name__ == "__main__":
    main()
