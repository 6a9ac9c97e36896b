"""The peer of `place_order`: the same rows and triggers, driven by hand-written SQL.

It holds the same locks, asks what must be known, writes the same rows into the same tables
and commits once. It is what somebody would write who had nothing but the driver: statements
in a fixed form that the driver prepares, values already known instead of objects.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.drivers import Driver
from market.orders.actions.place_order import READY
from market.orders.pickup import CANDIDATES
from people.codes import random_code

LOCK_HOUSEHOLD = "SELECT id FROM people_household WHERE id = %s FOR NO KEY UPDATE"
FIND_KEY = "SELECT id, fingerprint FROM orders_order WHERE key = %s"
LISTINGS = """
    SELECT l.id, l.stock_id, p.sku, p.sold_by_weight, p.unit_g, l.farmer_price,
        l.transport_cost, l.packing_cost, p.supplier_id, l.carrier_id, l.packer_id,
        l.household_limit, s.id
    FROM produce_listing l
    JOIN produce_product p ON p.id = l.product_id
    LEFT JOIN ledger_account s ON s.code = 'goods/' || p.sku || '/sold'
    WHERE l.id IN (%s, %s, %s) AND l.service_point_id = %s AND l.status = 'on_sale'
        AND l.on_sale_from <= %s AND (l.on_sale_until IS NULL OR l.on_sale_until > %s)
    ORDER BY l.stock_id
"""
CODES = ", ".join(["%s"] * CANDIDATES)
TAKEN_CODES = f"""
    SELECT pickup_code FROM orders_order WHERE service_point_id = %s
        AND status IN ('placed', 'confirmed', 'ready') AND pickup_code IN ({CODES})
    UNION SELECT member_no FROM people_member
    WHERE community_id = %s AND member_no IN ({CODES})
"""
INSERT_ORDER = """
    INSERT INTO orders_order (household_id, placed_by_id, service_point_id, pickup_code, status,
        tender, placed_at, ready_at, key, fingerprint)
    VALUES (%s, %s, %s, %s, 'ready', 'cash', %s, %s, %s, %s)
    ON CONFLICT DO NOTHING RETURNING id
"""
INSERT_ACCOUNT = """
    INSERT INTO ledger_account (code, unit_id, normal, purpose, floor)
    VALUES (%s, (SELECT id FROM ledger_unit WHERE code = 'CNY'), 'credit', 'order', 0)
"""
LOCK_ACCOUNTS = """
    SELECT id, credits_posted, debits_posted, debits_pending FROM ledger_account
    WHERE id IN (%s, %s, %s, %s, %s, %s) ORDER BY id FOR NO KEY UPDATE
"""
INSERT_ENTRY = """
    INSERT INTO ledger_entry (kind, reference, idempotency_key, fingerprint, reason,
        happened_at, actor_ref, needs_four_eyes)
    VALUES ('place_order', %s, %s, %s, '', %s, %s, %s) RETURNING id
"""
INSERT_HOLDS = """
    INSERT INTO ledger_transfer (entry_id, line, debit_id, credit_id, amount, phase)
    VALUES (%s, 1, %s, %s, %s, 'hold'), (%s, 2, %s, %s, %s, 'hold'), (%s, 3, %s, %s, %s, 'hold')
    RETURNING id
"""
INSERT_LINES = f"""
    INSERT INTO orders_orderline (order_id, listing_id, ordered_quantity, quantity,
        unit_quantity, farmer_fen, transport_fen, packing_fen, supplier_id, carrier_id,
        packer_id, hold_id)
    VALUES {", ".join([f"({', '.join(['%s'] * 12)})"] * 3)}
"""
EMPTY_BASKET = """
    DELETE FROM orders_basketline WHERE listing_id IN (%s, %s, %s)
        AND basket_id = (SELECT id FROM orders_basket WHERE member_id = %s)
"""
NEW_BASKET_KEY = "UPDATE orders_basket SET key = %s WHERE member_id = %s"
INSERT_CODE = """
    INSERT INTO people_token (code, purpose, subject, owner_id) VALUES (%s, 'order', %s, %s)
"""
INSERT_NOTICE = """
    INSERT INTO people_notice (member_id, key, template, "values", page, subject, created_at)
    VALUES (%s, %s, %s, %s, 'orders:order', %s, %s)
"""


class Buyer(NamedTuple):
    """What is known of a member before they press the button."""

    member_id: int
    household_id: int
    community_id: int
    books_id: uuid.UUID


class Point(NamedTuple):
    pk: int
    name: str


class Line(NamedTuple):
    listing_id: int
    stock_id: int
    sku: str
    by_weight: bool
    unit_g: int
    farmer: Any
    transport: Any
    packing: Any
    supplier_id: int
    carrier_id: int
    packer_id: int
    household_limit: int | None
    sold_id: int


def place(
    database: Driver,
    buyer: Buyer,
    point: Point,
    quantities: Mapping[int, int],
    expected_fen: int,
) -> int:
    """Order three goods, and return the id of the order."""
    run = database.run
    key = str(uuid.uuid4())
    now = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M:%S.%f}"
    if database.tells_time_zones:
        now += "+00:00"
    asked_for = f"{buyer.member_id} {point.pk} cash {sorted(quantities.items())}"
    fingerprint = hashlib.sha256(asked_for.encode()).hexdigest()
    database.begin()
    run(LOCK_HOUSEHOLD, buyer.household_id)
    if run(FIND_KEY, key):
        raise LookupError(key)
    lines = [Line(*row) for row in run(LISTINGS, *quantities, point.pk, now, now)]
    costs = [_costs(line, quantities[line.listing_id]) for line in lines]
    if sum(map(sum, costs)) != expected_fen:
        raise ValueError("the price has changed")
    order_id, code = _insert_order(database, buyer, point, now=now, key=key, body=fingerprint)
    holds = _hold(database, order_id, lines, quantities, books_id=buyer.books_id, now=now)
    database.finish(
        [
            (INSERT_LINES, _order_lines(order_id, lines, quantities, holds)),
            (EMPTY_BASKET, [*quantities, buyer.member_id]),
            (NEW_BASKET_KEY, [uuid.uuid4().hex, buyer.member_id]),
            (INSERT_CODE, [random_code(), str(order_id), buyer.member_id]),
            (INSERT_NOTICE, _notice(buyer, point, order_id, code, now)),
        ]
    )
    return order_id


def _insert_order(
    database: Driver, buyer: Buyer, point: Point, *, now: str, key: str, body: str
) -> tuple[int, str]:
    """Insert the order under a free code; draw anew when somebody else was as quick."""
    run = database.run
    while True:
        codes = [f"{secrets.randbelow(10_000):04d}" for _draw in range(CANDIDATES)]
        taken = {code for (code,) in run(TAKEN_CODES, point.pk, *codes, buyer.community_id, *codes)}
        code = next(code for code in codes if code not in taken)
        inserted = run(
            INSERT_ORDER, buyer.household_id, buyer.member_id, point.pk, code, now, now, key, body
        )
        if inserted:
            return int(inserted[0][0]), code


def _hold(
    database: Driver,
    order_id: int,
    lines: Sequence[Line],
    quantities: Mapping[int, int],
    *,
    books_id: uuid.UUID,
    now: str,
) -> list[int]:
    """Open the order's account, lock those of the goods, and reserve them in one entry."""
    run = database.run
    run(INSERT_ACCOUNT, f"order/{order_id}/cny")
    accounts = sorted({line.stock_id for line in lines} | {line.sold_id for line in lines})
    free = {pk: came - went - held for pk, came, went, held in run(LOCK_ACCOUNTS, *accounts)}
    if any(free[line.stock_id] < quantities[line.listing_id] for line in lines):
        raise ValueError("sold out")
    moves = [(line.stock_id, line.sold_id, quantities[line.listing_id]) for line in lines]
    fingerprint = hashlib.sha256(repr(moves).encode()).hexdigest()
    ((entry_id,),) = run(
        INSERT_ENTRY, f"order:{order_id}", f"place_order:{order_id}", fingerprint, now,
        books_id.hex, database.false,
    )  # fmt: skip
    values = [value for move in moves for value in (entry_id, *move)]
    return [pk for (pk,) in run(INSERT_HOLDS, *values)]


def _costs(line: Line, quantity: int) -> tuple[int, int, int]:
    """Return fen for the farmer, the carrier and the packer; the goods here are whole units."""
    units = quantity // line.unit_g if line.by_weight else quantity
    return (
        round(line.farmer * 100) * units,
        round(line.transport * 100) * units,
        round(line.packing * 100) * units,
    )


def _order_lines(
    order_id: int, lines: Sequence[Line], quantities: Mapping[int, int], holds: Sequence[int]
) -> list[object]:
    return [
        value
        for line, hold in zip(lines, holds, strict=True)
        for value in (
            order_id,
            line.listing_id,
            quantities[line.listing_id],
            quantities[line.listing_id],
            line.unit_g if line.by_weight else 1,
            *_costs(line, line.unit_g if line.by_weight else 1),
            line.supplier_id,
            line.carrier_id,
            line.packer_id,
            hold,
        )
    ]


def _notice(buyer: Buyer, point: Point, order_id: int, code: str, now: str) -> list[object]:
    said = {"number": f"HL-{order_id:04d}", "point": point.name, "code": code}
    key = f"order-ready:{order_id}"
    return [buyer.member_id, key, READY, json.dumps(said), str(order_id), now]
