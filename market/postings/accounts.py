"""The chart of accounts: the only names of accounts in the market (`docs/money.md`)."""

from __future__ import annotations

from ledger.actions.open_account import AccountSpec, open_account
from ledger.models import Account

CNY = "CNY"

Share = tuple[AccountSpec, int]
"""So many fen for one account, or from it."""


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
    over_short = AccountSpec("over_short", CNY, normal="debit", floor=None)
    return [fees("payment"), fees("disputes"), fees("exchange"), rounding(), over_short]


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


def household_credit(household: int) -> AccountSpec:
    """Small differences of prepaid orders, kept for a household (家庭零钱)."""
    return AccountSpec(f"household/{household}/credit", CNY)


def stripe() -> AccountSpec:
    """What Stripe holds for us until it pays out."""
    return AccountSpec("stripe/clearing", CNY, normal="debit", floor=None)


def stripe_refunds() -> AccountSpec:
    """What Stripe has still to give back to those who paid."""
    return AccountSpec("refunds/stripe", CNY)


def owed_by_order(number: int) -> AccountSpec:
    """What went back outside our books after the order had paid everybody."""
    return AccountSpec(f"owed/order/{number}", CNY, normal="debit", floor=None)


def fees(name: str) -> AccountSpec:
    """What payments cost: `payment`, `disputes` or `exchange`."""
    return AccountSpec(f"fees/{name}", CNY, normal="debit", floor=None)


def given(sku: str) -> AccountSpec:
    """Goods that nobody pays for any more, and somebody got."""
    return AccountSpec(f"goods/{sku}/given", sku)


def opened(spec: AccountSpec) -> Account:
    return open_account(**spec._asdict())
