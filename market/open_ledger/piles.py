"""Into which pile of money each account belongs, and what brought money there: in SQL.

Every transfer of money is read twice, once for the account of its debit and once for that of
its credit, and each account is in exactly one pile. So over all piles debits equal credits
because they do so in the books, and not because a page makes them.
"""

from __future__ import annotations

from ledger.sums import day_posted

PILES = {
    "bank": "bank",
    "drawer/": "drawers",
    "qr/": "qr",
    "stripe/": "stripe",
    "pledged/": "pledged",
    "owed/": "owed",
    "fees/": "fees",
    "rounding": "rounding",
    "over_short": "over_short",
    "supplier/": "farmers",
    "carrier/": "transport",
    "packing/": "packing",
    "order/": "orders",
    "household/": "credit",
    "fund/": "funds",
    "refunds/": "refunds",
}
"""Piles by code, or by how codes begin (`docs/money.md`, chart of accounts)."""

MARKUP = "markup"
"""Whatever is none of these would be the community's gain: there is no such account."""

SOURCES = {
    "back": (
        "cancel_order",
        "expire_order",
        "shorten_order",
        "give_uncollected",
        "refund_stripe",
        "return_goods",
        "pay_out_credit",
    ),
    "undone": ("take_back",),
    "sponsors": ("pledge", "sponsor_pays", "drop_pledge", "close_campaign"),
    "fees": ("payment_fee", "payout_received"),
    "till": ("open_till", "close_till"),
    "paid_out": ("pay_supplier", "pay_carrier", "pay_packer"),
}
"""Why money moved, by kind of entry; a reversal belongs to what it reverses."""

SALES = "sales"
"""Every other kind: residents buy."""

PAID_OUT = "paid_out"
"""What farmers got they got when a resident took the goods; a transfer to their own bank moves
only where it lies. So this is no part of the bars."""


def pile_of(account: str) -> str:
    """Return the SQL of the pile of an account. Signs of per cent are doubled, for `execute`."""
    cases = " ".join(
        f"WHEN {account}.code {'LIKE' if code.endswith('/') else '='} "
        f"'{code}{'%%' if code.endswith('/') else ''}' THEN '{pile}'"
        for code, pile in PILES.items()
    )
    return (
        f"CASE WHEN {account}.purpose LIKE '%%margin%%' THEN '{MARKUP}' {cases} ELSE '{MARKUP}' END"
    )


def source_of(kind: str) -> str:
    """Return the SQL of why an entry of a kind moved money."""
    cases = " ".join(
        f"WHEN {kind} IN ({', '.join(repr(each) for each in kinds)}) THEN '{source}'"
        for source, kinds in SOURCES.items()
    )
    return f"CASE {cases} ELSE '{SALES}' END"


def flows(condition: str, *, day: str = "") -> str:
    """Select day, source, pile, debits and credits of the money transfers that meet a condition.

    What a reversal moves is taken off what it reverses, so that a mistake leaves no trace here.

    Args:
        condition: of a transfer `t` and its entry `e`; its values come twice.
        day: the SQL of the day, where all are of one: to work it out for each is most of the work.
    """
    as_it_is = "CASE WHEN r.id IS NULL THEN t.amount ELSE 0 END"
    taken_off = "CASE WHEN r.id IS NULL THEN 0 ELSE -t.amount END"
    sides = " UNION ALL ".join(
        f"""
        SELECT {day or day_posted()} AS day, {source_of("coalesce(r.kind, e.kind)")} AS source,
            {pile_of("a")} AS pile, {amounts}
        FROM ledger_transfer t JOIN ledger_entry e ON e.id = t.entry_id
        LEFT JOIN ledger_entry r ON r.id = e.reverses_id
        JOIN ledger_account a ON a.id = t.{side}_id
        JOIN ledger_unit u ON u.id = a.unit_id AND u.code = 'CNY'
        WHERE t.phase IN ('single', 'post') AND {condition}
        """  # noqa: S608  # Only constants of ours are put in.
        for side, amounts in (
            ("debit", f"{as_it_is} AS debit_fen, {taken_off} AS credit_fen"),
            ("credit", f"{taken_off}, {as_it_is}"),
        )
    )
    return f"""
        SELECT day, source, pile, sum(debit_fen) AS debit_fen, sum(credit_fen) AS credit_fen
        FROM ({sides}) AS sides WHERE source <> '{PAID_OUT}'
        GROUP BY day, source, pile
    """  # noqa: S608  # Only constants of ours are put in.


HELD = f"""
    SELECT pile, sum(debits_posted), sum(credits_posted) FROM (
        SELECT {pile_of("a")} AS pile, a.debits_posted, a.credits_posted
        FROM ledger_account a JOIN ledger_unit u ON u.id = a.unit_id AND u.code = %s
    ) AS piles GROUP BY pile
"""  # noqa: S608  # Only constants of ours are put in.
