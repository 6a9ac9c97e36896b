"""The table of postings: one function a row, and the only names of accounts in the market.

Each function returns what an entry moves; `ledger.actions.post_entry` posts it. They take
plain values, so that this table can be read beside `docs/money.md` without knowing a model.
Within an entry inflows come first, because each move is checked against its floor at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.actions.open_account import open_account
from ledger.actions.post_entry import Hold, Move, Operation, Release, Settle
from ledger.models import Account, Transfer

CNY = "CNY"


class Sale(NamedTuple):
    """Goods of one line that leave for a resident, and who is paid how much for them.

    Args:
        hold: what was reserved, or none for goods taken straight from the shelf.
        quantity: grams or pieces that really leave.
        costs: account and fen, in the order they are paid.
    """

    sku: str
    stock: Account
    hold: Transfer | None
    held_quantity: int
    quantity: int
    costs: Sequence[tuple[Account, int]]


# --- Accounts -------------------------------------------------------------------------


def bank() -> Account:
    return open_account(code="bank", unit=CNY, normal="debit", floor=None)


def rounding() -> Account:
    return open_account(code="rounding", unit=CNY, normal="debit", floor=None)


def drawer(till: str) -> Account:
    return open_account(code=f"drawer/{till}", unit=CNY, normal="debit", floor=0)


def qr_code(point: int) -> Account:
    """The shop's own payment code (收款码) of one service point."""
    return open_account(code=f"qr/{point}", unit=CNY, normal="debit", floor=None)


def supplier(code: str) -> Account:
    return open_account(code=f"supplier/{code}", unit=CNY)


def carrier(code: str) -> Account:
    return open_account(code=f"carrier/{code}", unit=CNY)


def packer(code: str) -> Account:
    return open_account(code=f"packing/{code}", unit=CNY)


def order_money(number: int) -> Account:
    """The order's own account: what came in for it equals what went out of it."""
    return open_account(code=f"order/{number}/cny", unit=CNY, purpose="order")


def supplied(sku: str) -> Account:
    return open_account(code=f"goods/{sku}/supplied", unit=sku, normal="debit", floor=None)


def stock(sku: str, listing: str) -> Account:
    return open_account(code=f"goods/{sku}/stock/{listing}", unit=sku, purpose="stock")


def sold(sku: str) -> Account:
    return open_account(code=f"goods/{sku}/sold", unit=sku)


def spoiled(sku: str) -> Account:
    return open_account(code=f"goods/{sku}/spoiled", unit=sku, floor=None)


# --- Goods ----------------------------------------------------------------------------


def receive_goods(*, sku: str, stock: Account, quantity: int) -> list[Operation]:
    """A lot arrives."""
    return [Move(debit=supplied(sku), credit=stock, amount=quantity)]


def correct_receipt(*, sku: str, stock: Account, quantity: int) -> list[Operation]:
    """It was less than was written down."""
    return [Move(debit=stock, credit=supplied(sku), amount=quantity)]


def count_stock(*, sku: str, stock: Account, change: int) -> list[Operation]:
    """The shelf held another figure than the books."""
    if change > 0:
        return [Move(debit=supplied(sku), credit=stock, amount=change)]
    return [Move(debit=stock, credit=spoiled(sku), amount=-change)]


def spoil(*, sku: str, stock: Account, quantity: int) -> list[Operation]:
    """Goods are written off."""
    return [Move(debit=stock, credit=spoiled(sku), amount=quantity)]


# --- Orders ---------------------------------------------------------------------------


def place_order(goods: Iterable[tuple[str, Account, int]]) -> list[Operation]:
    """Goods are reserved: sku, stock account and quantity of each line."""
    return [Hold(debit=stock, credit=sold(sku), amount=quantity) for sku, stock, quantity in goods]


def release(holds: Iterable[Transfer]) -> list[Operation]:
    """`cancel_order` and `expire_order` of an order nobody has paid for."""
    return [Release(hold=hold) for hold in holds]


def shorten_order(
    *, sku: str, stock: Account, hold: Transfer, quantity: int
) -> list[Operation]:
    """A line is cut to what is there; nothing is held where nothing is left."""
    operations: list[Operation] = [Release(hold=hold)]
    if quantity:
        operations.append(Hold(debit=stock, credit=sold(sku), amount=quantity))
    return operations


def hand_out(
    *,
    order: Account,
    paid_into: Account,
    paid_fen: int,
    rounded_off_fen: int,
    sales: Iterable[Sale],
) -> list[Operation]:
    """Produce leaves the counter: money in, goods out, everybody paid, the order at zero.

    Args:
        paid_into: the drawer, or the account of the shop's QR code.
        rounded_off_fen: what was waived of a sum in cash (抹零).
    """
    operations: list[Operation] = []
    if paid_fen:
        operations.append(Move(debit=paid_into, credit=order, amount=paid_fen))
    if rounded_off_fen:
        operations.append(Move(debit=rounding(), credit=order, amount=rounded_off_fen))
    sales = list(sales)
    for sale in sales:
        operations += _goods_out(sale)
    operations += [
        Move(debit=order, credit=payee, amount=amount_fen)
        for payee, amount_fen in _added_up(sales)
    ]
    return operations


def _goods_out(sale: Sale) -> list[Operation]:
    """Settle what was held, and take from the free stock what the scale shows on top."""
    operations: list[Operation] = []
    from_hold = min(sale.quantity, sale.held_quantity)
    if sale.hold and from_hold:
        operations.append(Settle(hold=sale.hold, amount=from_hold))
    elif sale.hold:
        operations.append(Release(hold=sale.hold))
    extra = sale.quantity - from_hold
    if extra:
        operations.append(Move(debit=sale.stock, credit=sold(sale.sku), amount=extra))
    return operations


def _added_up(sales: Iterable[Sale]) -> list[tuple[Account, int]]:
    """One transfer a payee, however many lines it is paid for."""
    fen_by_payee: dict[Account, int] = {}
    for sale in sales:
        for payee, amount_fen in sale.costs:
            fen_by_payee[payee] = fen_by_payee.get(payee, 0) + amount_fen
    return [(payee, amount_fen) for payee, amount_fen in fen_by_payee.items() if amount_fen]


# --- Till -----------------------------------------------------------------------------


def open_till(*, till: str, float_fen: int) -> list[Operation]:
    """Change is brought from the bank."""
    return [Move(debit=drawer(till), credit=bank(), amount=float_fen)]
