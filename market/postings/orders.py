"""Rows of the table of postings about orders: placed, shortened, cancelled, handed out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ledger.actions.open_account import AccountSpec, open_accounts
from ledger.actions.post_entry import Hold, Move, Operation, Release, Settle
from ledger.models import Account, Transfer
from market.postings.accounts import (
    Share,
    given,
    household_credit,
    opened,
    order_money,
    sold,
    stripe,
    stripe_refunds,
)
from market.postings.goods import Goods


class Sale(NamedTuple):
    """Goods of one line that leave for a resident, and who is paid how many fen for them.

    Args:
        hold: what was reserved for the line.
        held_quantity: how much that is; what leaves on top comes from the free stock.
        payees: accounts of the supplier, the carrier and the packer, with fen.
    """

    goods: Goods
    hold: Transfer | None
    held_quantity: int
    payees: Sequence[Share]


def place_order(
    number: int, goods: Sequence[Goods], *, household: int = 0, credit_fen: int = 0
) -> list[Operation]:
    """Goods are reserved, and the order gets the account that its money will pass through.

    What the household has left over from earlier orders is used first; that move, if there
    is one, comes before the holds.
    """
    sources = [(household_credit(household), credit_fen)] if credit_fen else []
    order = order_money(number)
    accounts = open_accounts(
        [order, *(each for each, _fen in sources), *(sold(each.sku) for each in goods)]
    )
    return [
        *_into(order, sources, accounts),
        *(
            Hold(debit=each.stock, credit=accounts[sold(each.sku).code], amount=each.quantity)
            for each in goods
        ),
    ]


def pay_stripe(number: int, *, paid_fen: int, due_fen: int) -> list[Operation]:
    """Stripe says it was paid: what is due goes to the order, the rest back to who paid it."""
    for_order = min(paid_fen, due_fen)
    order = order_money(number)
    accounts = open_accounts([stripe(), order, stripe_refunds()])
    return [
        *_into(order, [(stripe(), for_order)], accounts),
        *_into(stripe_refunds(), [(stripe(), paid_fen - for_order)], accounts),
    ]


def release(holds: Iterable[Transfer]) -> list[Operation]:
    """`cancel_order` of an order nobody has paid for: its goods are free again."""
    return [Release(hold=hold) for hold in holds]


def cancel_order(
    number: int, holds: Iterable[Transfer], back: Sequence[Share] = ()
) -> list[Operation]:
    """Also `expire_order`: goods are free again, and money goes back to where it came from.

    Args:
        back: accounts it came from, with fen; what came by Stripe goes to `stripe_refunds`.
    """
    return [*release(holds), *_out_of_order(number, back)]


def shorten_line(
    number: int, hold: Transfer, goods: Goods, back: Sequence[Share] = ()
) -> list[Operation]:
    """`shorten_order`: a smaller hold, or none where nothing is left, and the difference back.

    The smaller hold is the second move.
    """
    if not goods.quantity:
        return cancel_order(number, [hold], back)
    smaller = Hold(debit=goods.stock, credit=opened(sold(goods.sku)), amount=goods.quantity)
    return [Release(hold=hold), smaller, *_out_of_order(number, back)]


def hand_out(
    *,
    number: int,
    sales: Sequence[Sale],
    paid_in: Sequence[Share] = (),
    back: Sequence[Share] = (),
) -> list[Operation]:
    """Produce leaves the counter: money in, goods out, everybody paid, the order at zero.

    Args:
        paid_in: the drawer or the shop's QR code, and `rounding` for what was waived of a sum
            in cash (抹零), with fen. What was paid before lies in the order already.
        back: where what was paid too much goes, with fen.
    """
    order = order_money(number)
    out = _added_up([*(share for sale in sales for share in sale.payees), *back])
    accounts = open_accounts(
        [order, *(each for each, _ in paid_in), *out, *(sold(each.goods.sku) for each in sales)]
    )
    return [
        *_into(order, paid_in, accounts),
        *(
            operation
            for sale in sales
            for operation in _goods_out(sale, accounts[sold(sale.goods.sku).code])
        ),
        *_out_of(order, out.items(), accounts),
    ]


def give_uncollected(
    *, number: int, sales: Sequence[Sale], holds: Iterable[Transfer], back: Sequence[Share] = ()
) -> list[Operation]:
    """Nobody came: what was paid for and does not keep is given away, the rest as cancelled.

    Args:
        sales: lines that are given away; everybody is paid for them.
        holds: of the other lines, which are free again.
        back: where the money for those goes, with fen.
    """
    gifts = [(each.goods.sku, each.goods.quantity) for each in sales]
    accounts = open_accounts(spec for sku, _ in gifts for spec in (sold(sku), given(sku)))
    return [
        *release(holds),
        *hand_out(number=number, sales=sales, back=back),
        *(
            Move(debit=accounts[sold(sku).code], credit=accounts[given(sku).code], amount=quantity)
            for sku, quantity in gifts
        ),
    ]


def _out_of_order(number: int, back: Sequence[Share]) -> list[Operation]:
    if not back:
        return []
    order = order_money(number)
    return _out_of(order, back, open_accounts([order, *(payee for payee, _fen in back)]))


def _into(
    payee: AccountSpec, shares: Iterable[Share], accounts: Mapping[str, Account]
) -> list[Operation]:
    return [
        Move(debit=accounts[source.code], credit=accounts[payee.code], amount=fen)
        for source, fen in shares
        if fen
    ]


def _out_of(
    payer: AccountSpec, shares: Iterable[Share], accounts: Mapping[str, Account]
) -> list[Operation]:
    return [
        Move(debit=accounts[payer.code], credit=accounts[payee.code], amount=fen)
        for payee, fen in shares
        if fen
    ]


def _goods_out(sale: Sale, sold_account: Account) -> list[Operation]:
    """Settle what was held, and take what the scale shows on top from the free stock."""
    goods = sale.goods
    from_hold = min(goods.quantity, sale.held_quantity)
    operations: list[Operation] = []
    if sale.hold and from_hold:
        operations.append(Settle(hold=sale.hold, amount=from_hold))
    elif sale.hold:
        operations.append(Release(hold=sale.hold))
    extra = goods.quantity - from_hold
    if extra:
        operations.append(Move(debit=goods.stock, credit=sold_account, amount=extra))
    return operations


def _added_up(shares: Iterable[Share]) -> dict[AccountSpec, int]:
    """One transfer a payee, however many lines it is paid for."""
    fen_by_payee: dict[AccountSpec, int] = {}
    for payee, fen in shares:
        if fen:
            fen_by_payee[payee] = fen_by_payee.get(payee, 0) + fen
    return fen_by_payee
