"""The table of postings: one function a row, and the only names of accounts in the market.

Each function returns what an entry moves; `ledger.actions.post_entry` posts it. They take
plain values, so the table can be read beside `docs/money.md` without knowing a model. Within
an entry inflows come first, because each move is checked against its floor at once.
"""

from __future__ import annotations

from market.postings.accounts import (
    CNY,
    Share,
    bank,
    carrier,
    costs,
    drawer,
    fees,
    fund,
    given,
    household_credit,
    order_money,
    owed_by_order,
    packer,
    qr_code,
    rounding,
    sold,
    spoiled,
    stock,
    stripe,
    stripe_refunds,
    supplied,
    supplier,
)
from market.postings.funds import cover_costs
from market.postings.goods import Goods, correct_receipt, count_stock, receive_goods, spoil
from market.postings.orders import (
    Sale,
    cancel_order,
    give_uncollected,
    hand_out,
    pay_stripe,
    place_order,
    release,
    shorten_line,
)
from market.postings.refunds import (
    credit_refund,
    pay_out_credit,
    payment_fee,
    payout_received,
    refund_stripe,
    return_goods,
    settle_owed,
    take_back,
)
from market.postings.tills import open_till

__all__ = [
    "CNY",
    "Goods",
    "Sale",
    "Share",
    "bank",
    "cancel_order",
    "carrier",
    "correct_receipt",
    "costs",
    "count_stock",
    "cover_costs",
    "credit_refund",
    "drawer",
    "fees",
    "fund",
    "give_uncollected",
    "given",
    "hand_out",
    "household_credit",
    "open_till",
    "order_money",
    "owed_by_order",
    "packer",
    "pay_out_credit",
    "pay_stripe",
    "payment_fee",
    "payout_received",
    "place_order",
    "qr_code",
    "receive_goods",
    "refund_stripe",
    "release",
    "return_goods",
    "rounding",
    "settle_owed",
    "shorten_line",
    "sold",
    "spoil",
    "spoiled",
    "stock",
    "stripe",
    "stripe_refunds",
    "supplied",
    "supplier",
    "take_back",
]
