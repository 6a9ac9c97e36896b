"""Rows of the table of postings about money that goes back, and about what Stripe keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.actions.open_account import AccountSpec, open_accounts
from ledger.actions.post_entry import Move, Operation
from ledger.models import Account
from market.postings.accounts import (
    Share,
    bank,
    drawer,
    fees,
    household_credit,
    order_money,
    owed_by_order,
    sold,
    stripe,
    stripe_refunds,
)


def refund_stripe(fen: int) -> list[Operation]:
    """Stripe has given it back. Should that fail afterwards, the entry is reversed."""
    return _moves([(stripe_refunds(), stripe(), fen)])


def credit_refund(household: int, fen: int) -> list[Operation]:
    """Stripe cannot give it back, so the household has it with us, and is paid out by us."""
    return _moves([(stripe_refunds(), household_credit(household), fen)])


def take_back(
    number: int, *, from_order_fen: int, owed_fen: int, gone_from: AccountSpec
) -> list[Operation]:
    """Money went back outside our books: refunded in Stripe's dashboard, disputed, never there.

    Args:
        from_order_fen: what still lies in the order and goes first.
        owed_fen: what it has paid on already, and now owes.
        gone_from: `stripe`, or the point's QR code.
    """
    order, refunds = order_money(number), stripe_refunds()
    if gone_from == stripe():
        passed = [(order, refunds, from_order_fen), (refunds, gone_from, from_order_fen)]
    else:
        passed = [(order, gone_from, from_order_fen)]
    return _moves([*passed, (owed_by_order(number), gone_from, owed_fen)])


def settle_owed(number: int, paid_by: Iterable[Share]) -> list[Operation]:
    """What an order owes is paid: at the counter, by the general fund, by a dispute we won."""
    return _moves([(payer, owed_by_order(number), fen) for payer, fen in paid_by])


def return_goods(
    *,
    tender: AccountSpec,
    borne_by: Sequence[Share],
    sku: str,
    goods_to: Account,
    quantity: int,
) -> list[Operation]:
    """Goods come back, or are complained about, after the hand-out.

    Args:
        tender: where the money goes: a drawer, the QR code or `stripe_refunds`.
        borne_by: the supplier, the general fund or what the order owes, with fen.
        goods_to: the stock they go back to, or `spoiled`; nothing moves for a quantity of 0.
    """
    money = _moves([(payer, tender, fen) for payer, fen in borne_by])
    if not quantity:
        return money
    sold_goods = open_accounts([sold(sku)])[sold(sku).code]
    return [*money, Move(debit=sold_goods, credit=goods_to, amount=quantity)]


def pay_out_credit(household: int, *, till: str, fen: int) -> list[Operation]:
    """What a household has left over is paid out in cash."""
    return _moves([(household_credit(household), drawer(till), fen)])


# --- What Stripe keeps ----------------------------------------------------------------


def payment_fee(fen: int, *, name: str = "payment") -> list[Operation]:
    """Stripe keeps a fee; less than nothing: it gives one back.

    Args:
        name: `payment` or `disputes`.
    """
    if fen < 0:
        return _moves([(stripe(), fees(name), -fen)])
    return _moves([(fees(name), stripe(), fen)])


def payout_received(*, arrived_fen: int, lost_fen: int = 0) -> list[Operation]:
    """Stripe has paid out to the bank.

    Args:
        lost_fen: what exchanging the money cost; less than nothing: it brought something.
    """
    exchange = [(fees("exchange"), stripe(), lost_fen), (stripe(), fees("exchange"), -lost_fen)]
    return _moves([*exchange, (bank(), stripe(), arrived_fen)])


def _moves(wanted: Sequence[tuple[AccountSpec, AccountSpec, int]]) -> list[Operation]:
    """Debit, credit, fen: what is above zero of it."""
    real = [each for each in wanted if each[2] > 0]
    accounts = open_accounts(spec for debit, credit, _ in real for spec in (debit, credit))
    return [
        Move(debit=accounts[debit.code], credit=accounts[credit.code], amount=fen)
        for debit, credit, fen in real
    ]
