"""400 orders at once for a listing of which 50 are left: all of it is sold, and no more.

The control takes out the one constraint that forbids an overdraft, and must oversell; else
the figures above it would prove nothing.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from benchmarks.clients import Clients, shares_of
from benchmarks.figures import ROUNDS, middle, table, verdict
from benchmarks.village import Village
from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account
from market.orders.actions.place_order import place_order
from market.orders.models import OrderLine, Tender
from market.orders.refusals import SoldOut
from market.produce.models import Listing
from people.models import Member

CLIENTS = 16
ORDERS = 400
LEFT = 50
PRICE_FEN = 3000
FLOOR = "account_is_not_overdrawn"


class Share(NamedTuple):
    """What one client orders: one bag for each of these members."""

    listing_id: int
    member_ids: Sequence[int]


class Outcome(NamedTuple):
    sold: int
    answers: Counter[str]
    seconds: float
    wrong_rows: int


def order_all(share: Share) -> Counter[str]:
    """Order one bag a member through the action that the view calls, and count the answers."""
    listing = Listing.objects.select_related("service_point").get(pk=share.listing_id)
    members = Member.objects.in_bulk(share.member_ids)
    answers: Counter[str] = Counter()
    for member_id in share.member_ids:
        try:
            place_order(
                member=members[member_id],
                service_point=listing.service_point,
                quantities={listing.pk: 1},
                tender=Tender.CASH,
                expected_fen=PRICE_FEN,
                key=str(uuid.uuid4()),
                placed_at=database_now(),
            )
        except SoldOut:
            answers["refused"] += 1
        except Exception as error:  # noqa: BLE001  # Whatever else happens is what is counted.
            deadlock = getattr(error.__cause__, "sqlstate", "") == "40P01"
            answers["deadlock" if deadlock else f"{type(error).__name__}: {error}"[:60]] += 1
        else:
            answers["sold"] += 1
    return answers


def rush(clients: Clients, listing: Listing, member_ids: Sequence[int]) -> Outcome:
    """Let all clients loose on one listing, and look at the books afterwards."""
    shares = [Share(listing.pk, ids) for ids in shares_of(member_ids, clients.count)]
    begun = time.monotonic()
    answers = sum(clients.all_do(order_all, shares), Counter())
    seconds = time.monotonic() - begun
    sold = OrderLine.objects.filter(listing=listing).count()
    return Outcome(sold, answers, seconds, len(list(wrong_rows())))


def take_the_floor_out() -> None:
    """Drop the constraint that forbids an overdraft: the books guard themselves no more."""
    constraint = next(each for each in Account._meta.constraints if each.name == FLOOR)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Account, constraint)


def main() -> None:
    village = Village()
    members = [member.pk for member in village.households(ORDERS)]
    listings = [village.listing(number, quantity=LEFT) for number in range(ROUNDS + 1)]
    with Clients(CLIENTS) as clients:
        clients.all_do(order_all, [Share(listings[0].pk, [])] * CLIENTS)  # Until all are up.
        outcomes = [rush(clients, listing, members) for listing in listings[:ROUNDS]]
        controls = []
        if connection.vendor == "postgresql":
            take_the_floor_out()
            controls = [rush(clients, listings[ROUNDS], members)]
    show(outcomes, controls)


def show(outcomes: Sequence[Outcome], controls: Sequence[Outcome]) -> None:
    engine = connection.display_name
    rows = [
        _row(str(number), outcome, holds=_holds(outcome))
        for number, outcome in enumerate(outcomes, start=1)
    ]
    rows += [_row("control: floor out", outcome, holds=outcome.sold > LEFT) for outcome in controls]
    rate = ORDERS / middle([outcome.seconds for outcome in outcomes])
    table(
        f"{ORDERS} orders from {CLIENTS} clients, {LEFT} left: {engine} "
        f"({rate:.0f} answers a second)",
        ["round", "sold", "refused", "deadlocks", "errors", "wrong rows", "seconds", "bar"],
        rows,
    )


def _holds(outcome: Outcome) -> bool:
    wanted = Counter(sold=LEFT, refused=ORDERS - LEFT)
    return outcome.sold == LEFT and outcome.answers == wanted and not outcome.wrong_rows


def _row(name: str, outcome: Outcome, *, holds: bool) -> list[object]:
    known = {"sold", "refused", "deadlock"}
    errors = {answer: count for answer, count in outcome.answers.items() if answer not in known}
    return [
        name,
        outcome.sold,
        outcome.answers["refused"],
        outcome.answers["deadlock"],
        errors or 0,
        outcome.wrong_rows,
        outcome.seconds,
        verdict(holds=holds),
    ]


if __name__ == "__main__":
    main()
