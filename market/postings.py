"""The table of postings: one function a row, and the only names of accounts in the market.

Each function returns what an entry moves; `ledger.actions.post_entry` posts it. They take
plain values, so the table can be read beside `docs/money.md` without knowing a model. Within
an entry inflows come first, because each move is checked against its floor at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.actions.open_account import AccountSpec, open_account, open_accounts
from ledger.actions.post_entry import Hold, Move, Operation, Release, Settle
from ledger.models import Account, Transfer

CNY = "CNY"


class Goods(NamedTuple):
    """So much of one listing's stock, in grams or pieces."""

    sku: str
    stock: Account
    quantity: int


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
    payees: Sequence[tuple[AccountSpec, int]]


# --- Accounts -------------------------------------------------------------------------


def bank() -> AccountSpec:
    return AccountSpec("bank", CNY, normal="debit", floor=None)


def rounding() -> AccountSpec:
    return AccountSpec("rounding", CNY, normal="debit", floor=None)


def drawer(till: str) -> AccountSpec:
    return AccountSpec(f"drawer/{till}", CNY, normal="debit", floor=0)


def qr_code(point: int) -> AccountSpec:
    """The shop's own payment code (收款码) of one service point."""
    return AccountSpec(f"qr/{point}", CNY, normal="debit", floor=None)


def fund(name: str) -> AccountSpec:
    """Money for everybody (公益金): `general`, `redemption` or `campaign/<c>`."""
    return AccountSpec(f"fund/{name}", CNY)


def costs() -> list[AccountSpec]:
    """What no price contains and the general fund bears."""
    codes = ("fees/payment", "fees/disputes", "fees/exchange", "rounding", "over_short")
    return [AccountSpec(code, CNY, normal="debit", floor=None) for code in codes]


def supplier(code: str) -> AccountSpec:
    return AccountSpec(f"supplier/{code}", CNY)


def carrier(code: str) -> AccountSpec:
    return AccountSpec(f"carrier/{code}", CNY)


def packer(code: str) -> AccountSpec:
    return AccountSpec(f"packing/{code}", CNY)


def order_money(number: int) -> AccountSpec:
    """The order's own account: what came in for it equals what went out of it."""
    return AccountSpec(f"order/{number}/cny", CNY, purpose="order")


def stock(sku: str, listing: str) -> Account:
    """Open the stock of a listing and return it: a listing points at its account."""
    return open_account(code=f"goods/{sku}/stock/{listing}", unit=sku, purpose="stock")


def supplied(sku: str) -> AccountSpec:
    return AccountSpec(f"goods/{sku}/supplied", sku, normal="debit", floor=None)


def sold(sku: str) -> AccountSpec:
    return AccountSpec(f"goods/{sku}/sold", sku)


def spoiled(sku: str) -> AccountSpec:
    return AccountSpec(f"goods/{sku}/spoiled", sku, floor=None)


# --- Goods ----------------------------------------------------------------------------


def receive_goods(*, sku: str, stock: Account, quantity: int) -> list[Operation]:
    """A lot arrives."""
    return [Move(debit=_open(supplied(sku)), credit=stock, amount=quantity)]


def correct_receipt(*, sku: str, stock: Account, quantity: int) -> list[Operation]:
    """It was less than was written down."""
    return [Move(debit=stock, credit=_open(supplied(sku)), amount=quantity)]


def count_stock(*, sku: str, stock: Account, change: int) -> list[Operation]:
    """The shelf held more or less than the books."""
    if change > 0:
        return receive_goods(sku=sku, stock=stock, quantity=change)
    return spoil(sku=sku, stock=stock, quantity=-change)


def spoil(*, sku: str, stock: Account, quantity: int) -> list[Operation]:
    """Goods are written off."""
    return [Move(debit=stock, credit=_open(spoiled(sku)), amount=quantity)]


# --- Orders ---------------------------------------------------------------------------


def place_order(number: int, goods: Sequence[Goods]) -> list[Operation]:
    """Goods are reserved, and the order gets the account that its money will pass through."""
    accounts = open_accounts([order_money(number), *(sold(each.sku) for each in goods)])
    return [
        Hold(debit=each.stock, credit=accounts[sold(each.sku).code], amount=each.quantity)
        for each in goods
    ]


def release(holds: Iterable[Transfer]) -> list[Operation]:
    """`cancel_order` of an order nobody has paid for: its goods are free again."""
    return [Release(hold=hold) for hold in holds]


def shorten_line(hold: Transfer, goods: Goods) -> list[Operation]:
    """`shorten_order`: a smaller hold, or none where nothing is left."""
    if not goods.quantity:
        return [Release(hold=hold)]
    smaller = Hold(debit=goods.stock, credit=_open(sold(goods.sku)), amount=goods.quantity)
    return [Release(hold=hold), smaller]


def hand_out(
    *,
    number: int,
    paid_into: AccountSpec,
    paid_fen: int,
    rounded_off_fen: int,
    sales: Sequence[Sale],
) -> list[Operation]:
    """Produce leaves the counter: money in, goods out, everybody paid, the order at zero.

    Args:
        paid_into: the drawer, or the shop's QR code.
        rounded_off_fen: what was waived of a sum in cash (抹零).
    """
    order = order_money(number)
    fen_by_payee = _added_up(sales)
    accounts = open_accounts(
        [order, paid_into, rounding(), *fen_by_payee, *(sold(each.goods.sku) for each in sales)]
    )
    paid_in = [(paid_into, paid_fen), (rounding(), rounded_off_fen)]
    return [
        *(
            Move(debit=accounts[source.code], credit=accounts[order.code], amount=amount)
            for source, amount in paid_in
            if amount
        ),
        *(
            operation
            for sale in sales
            for operation in _goods_out(sale, accounts[sold(sale.goods.sku).code])
        ),
        *(
            Move(debit=accounts[order.code], credit=accounts[payee.code], amount=amount)
            for payee, amount in fen_by_payee.items()
        ),
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


def _added_up(sales: Iterable[Sale]) -> dict[AccountSpec, int]:
    """One transfer a payee, however many lines it is paid for."""
    fen_by_payee: dict[AccountSpec, int] = {}
    for sale in sales:
        for payee, amount_fen in sale.payees:
            if amount_fen:
                fen_by_payee[payee] = fen_by_payee.get(payee, 0) + amount_fen
    return fen_by_payee


# --- Till -----------------------------------------------------------------------------


def open_till(*, till: str, float_fen: int) -> list[Operation]:
    """Change is brought from the bank."""
    accounts = open_accounts([drawer(till), bank()])
    return [Move(debit=accounts[drawer(till).code], credit=accounts[bank().code], amount=float_fen)]


# --- Funds ----------------------------------------------------------------------------


def cover_costs(
    fund: Account, owed: Iterable[tuple[Account, int]], gained: Iterable[tuple[Account, int]]
) -> list[Operation]:
    """At a month's end the general fund makes up for costs, as far as it goes.

    Args:
        owed: accounts of costs, with fen to make up for.
        gained: those that have too much, such as of what tills had over, with fen.
    """
    moves: list[Operation] = []
    left = fund.available
    for account, amount in gained:
        moves.append(Move(debit=account, credit=fund, amount=amount))
        left += amount
    for account, amount in owed:
        if left > 0:
            moves.append(Move(debit=fund, credit=account, amount=min(amount, left)))
            left -= min(amount, left)
    return moves


def _open(spec: AccountSpec) -> Account:
    return open_account(**spec._asdict())
