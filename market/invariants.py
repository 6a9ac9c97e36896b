"""What must be true of the market's books, beside what `ledger.invariants` says of all books.

M1 each order is at zero once it is closed, and what left it went to somebody it may go to.
M2 what came in of a product was sold, given, was spoiled or is still there, to the gram.
M5 whatever was paid online is an order or a refund.
M6 there is no place in the books where a margin could lie.
I8 what is to go back has not been waiting for long: for staff to look at.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import F

from ledger.checking import Invariant, rows_of
from ledger.clock import database_now
from ledger.models import Account
from market.orders.models import Refund

CLOSED = "('collected', 'cancelled', 'expired', 'uncollected')"
PAYEES = ["supplier/%", "carrier/%", "packing/%", "refunds/%", "household/%/credit",
          "drawer/%", "qr/%", "fund/%"]  # fmt: skip
"""Whom money of an order may go to: those it is for, or back to whom it came from."""
MONEY = ["bank", "rounding", "over_short", "stripe/clearing", "order/%/cny", "owed/%", "pledged/%",
         "fees/%", *PAYEES]  # fmt: skip
"""Every account of money there is (`docs/money.md`): none of them is the community's gain."""
CAME_IN = "('single', 'post')"
"""Phases of transfers that moved something."""
REFUND_DAYS, DEBT_DAYS = 7, 90
"""After so many days somebody should ask why it has not gone back, or come."""


def _like_none_of(column: str, patterns: list[str]) -> str:
    return " AND ".join(f"{column} NOT LIKE '{pattern}'" for pattern in patterns)


def _refunds_that_wait() -> Iterator[str]:
    before = database_now() - datetime.timedelta(days=REFUND_DAYS)
    waiting = Refund.objects.exclude(status=Refund.Status.SUCCEEDED).filter(wanted_at__lt=before)
    for refund in waiting.select_related("payment"):
        yield f"refund {refund.pk} of order {refund.payment.order_id}, {refund.amount_fen} fen"


def _debts_that_last() -> Iterator[str]:
    before = database_now() - datetime.timedelta(days=DEBT_DAYS)
    owing = Account.objects.filter(
        code__startswith="owed/order/",
        debits_posted__gt=F("credits_posted"),
        debit_transfers__entry__posted_at__lt=before,
    )
    for account in owing.distinct():
        yield f"{account.code} is owed {account.balance} fen"


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
            SELECT orders_order.id, COALESCE(came.total, 0) AS came_in,
                COALESCE(paid.total, 0) AS paid
            FROM orders_order
            LEFT JOIN (
                SELECT CASE WHEN payee.code LIKE 'owed/%' THEN SUBSTR(payee.code, 6) || '/cny'
                    ELSE payee.code END AS code, SUM(transfer.amount) AS total
                FROM ledger_transfer AS transfer
                JOIN ledger_account AS payer ON payer.id = transfer.debit_id
                JOIN ledger_account AS payee ON payee.id = transfer.credit_id
                JOIN ledger_entry AS entry ON entry.id = transfer.entry_id
                WHERE entry.kind <> 'reversal' AND (
                    payee.code LIKE 'order/%/cny' AND payer.code NOT LIKE 'household/%/credit'
                    OR payee.code LIKE 'owed/order/%' AND (payer.code LIKE 'drawer/%'
                        OR payer.code LIKE 'qr/%' OR payer.code = 'rounding')
                )
                GROUP BY 1
            ) AS came ON came.code = 'order/' || orders_order.id || '/cny'
            LEFT JOIN (
                SELECT payment.order_id,
                    SUM(payment.amount_fen + payment.rounded_off_fen
                        - COALESCE(in_vain.total, 0)) AS total
                FROM orders_payment AS payment
                LEFT JOIN (
                    SELECT entry.idempotency_key, SUM(transfer.amount) AS total
                    FROM ledger_entry AS entry
                    JOIN ledger_transfer AS transfer ON transfer.entry_id = entry.id
                    JOIN ledger_account AS payee ON payee.id = transfer.credit_id
                    WHERE entry.kind = 'pay_stripe' AND payee.code = 'refunds/stripe'
                    GROUP BY entry.idempotency_key
                ) AS in_vain
                ON in_vain.idempotency_key = 'pay_stripe:' || payment.session_id
                GROUP BY payment.order_id
            ) AS paid ON paid.order_id = orders_order.id
            WHERE COALESCE(came.total, 0) <> COALESCE(paid.total, 0)
            """,
            "order/{id}/cny took in {came_in} fen, and payments say {paid}",
        ),
    ),
    Invariant(
        "M1",
        "an order uses the household credit it says",
        rows_of(
            f"""
            SELECT orders_order.id, orders_order.credit_fen, transfer.amount AS used
            FROM orders_order
            LEFT JOIN ledger_account AS account
            ON account.code = 'order/' || orders_order.id || '/cny'
            LEFT JOIN (
                SELECT moved.credit_id, moved.amount FROM ledger_transfer AS moved
                JOIN ledger_account AS payer ON payer.id = moved.debit_id
                WHERE payer.code LIKE 'household/%/credit' AND moved.phase IN {CAME_IN}
            ) AS transfer ON transfer.credit_id = account.id
            WHERE COALESCE(transfer.amount, 0) <> orders_order.credit_fen
            """,  # noqa: S608  # Constants of this file.
            "order {id} says {credit_fen} fen, and used {used}",
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
        "goods lie in the stock of a listing, or were supplied, sold, given or spoiled",
        rows_of(
            """
            SELECT account.code FROM ledger_account AS account
            JOIN ledger_unit AS unit ON unit.id = account.unit_id
            WHERE unit.code NOT IN ('CNY', 'POINT')
            AND account.code NOT IN (
                'goods/' || unit.code || '/supplied', 'goods/' || unit.code || '/sold',
                'goods/' || unit.code || '/spoiled', 'goods/' || unit.code || '/given'
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
            SELECT product.sku, account.credits_posted AS sold,
                COALESCE(handed_out.total, 0) AS handed_out
            FROM produce_product AS product
            JOIN ledger_account AS account ON account.code = 'goods/' || product.sku || '/sold'
            LEFT JOIN (
                SELECT listing.product_id, SUM(line.handed_out_quantity) AS total
                FROM orders_orderline AS line
                JOIN produce_listing AS listing ON listing.id = line.listing_id
                GROUP BY listing.product_id
            ) AS handed_out ON handed_out.product_id = product.id
            WHERE account.credits_posted <> COALESCE(handed_out.total, 0)
            """,
            "{sku}: {sold} were sold and {handed_out} handed out",
        ),
    ),
    Invariant(
        "M2",
        "what was given away of a product is what nobody collected",
        rows_of(
            """
            SELECT product.sku, account.credits_posted AS given,
                COALESCE(left_over.total, 0) AS uncollected
            FROM produce_product AS product
            JOIN ledger_account AS account ON account.code = 'goods/' || product.sku || '/given'
            LEFT JOIN (
                SELECT listing.product_id, SUM(line.handed_out_quantity) AS total
                FROM orders_orderline AS line
                JOIN produce_listing AS listing ON listing.id = line.listing_id
                JOIN orders_order ON orders_order.id = line.order_id
                WHERE orders_order.status = 'uncollected'
                GROUP BY listing.product_id
            ) AS left_over ON left_over.product_id = product.id
            WHERE account.credits_posted <> COALESCE(left_over.total, 0)
            """,
            "{sku}: {given} were given away and {uncollected} not collected",
        ),
    ),
    Invariant(
        "M5",
        "every online payment that was made is in the books, once",
        rows_of(
            """
            SELECT session.id, session.order_id, session.amount_fen, payment.amount_fen AS paid,
                COALESCE(booked.total, 0) AS booked
            FROM orders_stripesession AS session
            LEFT JOIN orders_payment AS payment ON payment.session_id = session.id
            LEFT JOIN (
                SELECT entry.idempotency_key, SUM(transfer.amount) AS total
                FROM ledger_entry AS entry
                JOIN ledger_transfer AS transfer ON transfer.entry_id = entry.id
                WHERE entry.kind = 'pay_stripe' GROUP BY entry.idempotency_key
            ) AS booked ON booked.idempotency_key = 'pay_stripe:' || session.id
            WHERE (session.status = 'paid' OR payment.id IS NOT NULL)
            AND (payment.id IS NULL OR payment.amount_fen <> COALESCE(booked.total, 0))
            """,
            "payment {id} of order {order_id} came to {paid} fen, and the books have {booked}",
        ),
    ),
    Invariant(
        "M5",
        "what was paid online for an order that is off goes back, and never more than was paid",
        rows_of(
            """
            SELECT payment.id, payment.order_id, payment.amount_fen,
                COALESCE(back.total, 0) AS back
            FROM orders_payment AS payment
            JOIN orders_order ON orders_order.id = payment.order_id
            LEFT JOIN (
                SELECT payment_id, SUM(amount_fen) AS total
                FROM orders_refund GROUP BY payment_id
            ) AS back ON back.payment_id = payment.id
            WHERE payment.tender = 'stripe'
            AND (
                COALESCE(back.total, 0) > payment.amount_fen
                OR orders_order.status IN ('cancelled', 'expired')
                AND COALESCE(back.total, 0) < payment.amount_fen
            )
            """,
            "payment {id} of order {order_id}: of {amount_fen} fen, {back} go back",
        ),
    ),
    Invariant(
        "M5",
        "what Stripe has still to give back is what the refunds say",
        rows_of(
            """
            SELECT held.fen AS held, wanted.fen AS wanted FROM (
                SELECT COALESCE(SUM(credits_posted - debits_posted), 0) AS fen
                FROM ledger_account WHERE code = 'refunds/stripe'
            ) AS held, (
                SELECT COALESCE(SUM(amount_fen), 0) AS fen FROM orders_refund
                WHERE status <> 'succeeded' AND reason <> 'in_dashboard'
            ) AS wanted WHERE held.fen <> wanted.fen
            """,
            "refunds/stripe holds {held} fen, and refunds say {wanted}",
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
    Invariant(
        "I8",
        f"no refund waits for more than {REFUND_DAYS} days",
        _refunds_that_wait,
        is_warning=True,
    ),
    Invariant(
        "I8",
        f"no order owes anything for more than {DEBT_DAYS} days",
        _debts_that_last,
        is_warning=True,
    ),
]
