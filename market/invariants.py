"""What must be true of the market's books, beside what `ledger.invariants` says of all books.

M1 each order is at zero once it is closed, and what left it went to somebody it may go to.
M2 what came in of a product was sold, was spoiled or is still there, to the gram.
M6 there is no place in the books where a margin could lie.
"""

from __future__ import annotations

from ledger.checking import Invariant, rows_of

CLOSED = "('collected', 'cancelled', 'expired', 'uncollected')"
PAYEES = ["supplier/%", "carrier/%", "packing/%", "refunds/%", "household/%/credit",
          "drawer/%", "qr/%", "fund/%"]  # fmt: skip
"""Whom money of an order may go to: those it is for, or back to whom it came from."""
MONEY = ["bank", "rounding", "over_short", "stripe/clearing", "order/%/cny", "owed/%", "pledged/%",
         "fees/%", *PAYEES]  # fmt: skip
"""Every account of money there is (`docs/money.md`): none of them is the community's gain."""


def _like_none_of(column: str, patterns: list[str]) -> str:
    return " AND ".join(f"{column} NOT LIKE '{pattern}'" for pattern in patterns)


INVARIANTS = [
    Invariant(
        "M1",
        "the account of a closed order is at zero",
        rows_of(
            f"""
            SELECT account.code,
                account.credits_posted AS paid_in, account.debits_posted AS paid_out
            FROM orders_order JOIN ledger_account AS account
            ON account.code = 'order/' || orders_order.id || '/cny'
            WHERE orders_order.status IN {CLOSED}
            AND account.credits_posted <> account.debits_posted
            """,  # noqa: S608  # Constants of this file.
            "{code} took in {paid_in} fen and gave out {paid_out}",
        ),
    ),
    Invariant(
        "M1",
        "every order has an account",
        rows_of(
            """
            SELECT orders_order.id FROM orders_order LEFT JOIN ledger_account AS account
            ON account.code = 'order/' || orders_order.id || '/cny'
            WHERE account.id IS NULL
            """,
            "order {id} has none",
        ),
    ),
    Invariant(
        "M1",
        "what came in for an order is what its payments say",
        rows_of(
            """
            SELECT account.code, account.credits_posted AS came_in,
                COALESCE(SUM(payment.amount_fen + payment.rounded_off_fen), 0) AS paid
            FROM orders_order JOIN ledger_account AS account
            ON account.code = 'order/' || orders_order.id || '/cny'
            LEFT JOIN orders_payment AS payment ON payment.order_id = orders_order.id
            GROUP BY account.code, account.credits_posted
            HAVING account.credits_posted
                <> COALESCE(SUM(payment.amount_fen + payment.rounded_off_fen), 0)
            """,
            "{code} took in {came_in} fen, and payments say {paid}",
        ),
    ),
    Invariant(
        "M1",
        "money of an order goes to those it is for, or back to whom it came from",
        rows_of(
            f"""
            SELECT payer.code, payee.code AS payee, transfer.amount
            FROM ledger_transfer AS transfer
            JOIN ledger_account AS payer ON payer.id = transfer.debit_id
            JOIN ledger_account AS payee ON payee.id = transfer.credit_id
            WHERE payer.code LIKE 'order/%/cny' AND {_like_none_of("payee.code", PAYEES)}
            """,  # noqa: S608  # Constants of this file.
            "{code} gave {amount} fen to {payee}",
        ),
    ),
    Invariant(
        "M1",
        "a closed order holds no goods",
        rows_of(
            f"""
            SELECT line.order_id, line.id FROM orders_orderline AS line
            JOIN orders_order ON orders_order.id = line.order_id
            LEFT JOIN ledger_transfer AS resolution ON resolution.hold_id = line.hold_id
            WHERE orders_order.status IN {CLOSED}
            AND line.hold_id IS NOT NULL AND resolution.id IS NULL
            """,  # noqa: S608  # Constants of this file.
            "order {order_id} still holds the goods of line {id}",
        ),
    ),
    Invariant(
        "M2",
        "goods lie in the stock of a listing, or were supplied, sold or spoiled",
        rows_of(
            """
            SELECT account.code FROM ledger_account AS account
            JOIN ledger_unit AS unit ON unit.id = account.unit_id
            WHERE unit.code NOT IN ('CNY', 'POINT')
            AND account.code NOT IN (
                'goods/' || unit.code || '/supplied', 'goods/' || unit.code || '/sold',
                'goods/' || unit.code || '/spoiled'
            )
            AND account.code NOT LIKE 'goods/' || unit.code || '/stock/%'
            """,
            "{code} is none of these",
        ),
    ),
    Invariant(
        "M2",
        "what was sold of a product is what was handed out of it",
        rows_of(
            """
            SELECT product.sku, account.credits_posted - account.debits_posted AS sold,
                COALESCE(handed_out.total, 0) AS handed_out
            FROM produce_product AS product
            JOIN ledger_account AS account ON account.code = 'goods/' || product.sku || '/sold'
            LEFT JOIN (
                SELECT listing.product_id, SUM(line.handed_out_quantity) AS total
                FROM orders_orderline AS line
                JOIN produce_listing AS listing ON listing.id = line.listing_id
                GROUP BY listing.product_id
            ) AS handed_out ON handed_out.product_id = product.id
            WHERE account.credits_posted - account.debits_posted <> COALESCE(handed_out.total, 0)
            """,
            "{sku}: {sold} were sold and {handed_out} handed out",
        ),
    ),
    Invariant(
        "M6",
        "no account of money is a margin",
        rows_of(
            f"""
            SELECT account.code, account.purpose FROM ledger_account AS account
            JOIN ledger_unit AS unit ON unit.id = account.unit_id
            WHERE unit.code = 'CNY'
            AND (({_like_none_of("account.code", MONEY)}) OR account.purpose LIKE '%margin%')
            """,  # noqa: S608  # Constants of this file.
            "{code} is not in the chart of accounts",
        ),
    ),
]
