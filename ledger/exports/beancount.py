"""The books in the language of beancount, whose `bean-check` then gives a second opinion.

Debits are above zero and credits below, as everywhere in beancount. What is on hold has not
moved, so it stands beside the accounts, under `OnHold`: a hold moves there, its settlement or
release moves back. `docs/money.md` walks from an order to its lines in such a file.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache

from django.conf import settings

from ledger.exports.books import (
    AccountRow,
    Books,
    EntryRow,
    TransferRow,
    inner_accounts,
)
from ledger.models import Account, Unit
from ledger.sums import day_of

ON_HOLD = "OnHold"
"""No code is written with two capitals and small letters, so no account is named like it."""
OPENING = "Equity:OpeningBalances"
A_DAY = datetime.timedelta(days=1)
NAMES_REMEMBERED = 20_000

SMALL = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
CAPITAL = re.compile(r"(?=[^A-Z]*[A-Z][^A-Z]*[A-Z]|[0-9].*[A-Z])[A-Z0-9]+([-_][A-Z0-9]+)*")
COMMODITY = re.compile(r"(?!X\.|(TRUE|FALSE|NULL)$)[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]")


def write(books: Books) -> Iterator[str]:
    """Yield the lines of a file."""
    names = Names()
    yield from _head(books)
    yield from _openings(books, names)
    for entry in books.entries():
        yield from _transaction(entry, names)
    yield from _closings(books, names, (books.period.last or day_of(books.read_at)) + A_DAY)


class Names:
    """How accounts and units are called in the file, one name for one code."""

    def __init__(self) -> None:
        self._inner = inner_accounts()
        self.of = lru_cache(maxsize=NAMES_REMEMBERED)(self._name)

    def on_hold(self, account_id: int, code: str, normal: str) -> str:
        root, _, rest = self.of(account_id, code, normal).partition(":")
        return f"{root}:{ON_HOLD}:{rest}"

    def _name(self, account_id: int, code: str, normal: str) -> str:
        parts = [_component(part) for part in code.split("/")]
        # A balance of beancount's is that of an account and of all below it.
        if not all(parts) or account_id in self._inner:
            parts = [f"AccountNo-{account_id}"]
        return ":".join([root_of(code, normal), *map(str, parts)])


def root_of(code: str, normal: str) -> str:
    """Return the heading of an account: what we have, what is kept for others, or neither."""
    for root, patterns in settings.BOOKS_ROOTS.items():
        if any(fnmatchcase(code, pattern) for pattern in patterns):
            return str(root)
    return "Assets" if normal == Account.Normal.DEBIT else "Liabilities"


def commodity_of(unit: Unit) -> str:
    """Return the code of a unit, or a name in its place if beancount could not read it."""
    return unit.code if COMMODITY.fullmatch(unit.code) else f"X.{unit.pk}"


def _component(part: str) -> str | None:
    """Write a part of a code with a capital, so that no two parts are written alike."""
    if SMALL.fullmatch(part):
        return (part[0].upper() + part[1:]).replace("_", "--")
    if CAPITAL.fullmatch(part):
        return part.replace("_", "--")
    return None


def _head(books: Books) -> Iterator[str]:
    period = books.period
    yield "; The books. Debits are above zero, credits below; people are called p-… in this file."
    yield f"; From {period.first or 'the first day'} to {period.last or 'the last'}."
    yield 'option "title" "Huilin"'
    yield 'option "operating_currency" "CNY"'
    # Not a fen may be missing; left alone, beancount forgives one.
    yield 'option "tolerance_multiplier" "0"'
    yield ""
    for unit in books.units.values():
        yield f"1970-01-01 commodity {commodity_of(unit)}"
        yield f"  code: {_text(unit.code)}"
        yield f"  name: {_text(unit.name)}"
        yield f"  scale: {unit.scale}"


def _openings(books: Books, names: Names) -> Iterator[str]:
    """Open the accounts, and bring in what was in them before the period."""
    first = books.period.first
    if first:
        yield f"{first - A_DAY} open {OPENING}"
    for account in books.opening():
        yield from _open(account, names)
        if first and (account.totals.posted or account.totals.pending):
            yield from _opening_balance(account, names, first - A_DAY)
    if first:
        for unit in books.units.values():
            # All that was in the books comes to nothing, for debits equal credits.
            yield f"{first} balance {OPENING}  {_amount(0, unit)}"


def _open(account: AccountRow, names: Names) -> Iterator[str]:
    day = day_of(account.opened_at)
    name = names.of(account.id, account.code, account.normal)
    commodity = commodity_of(account.unit)
    facts: dict[str, object] = {
        "code": account.code,
        "owner": account.owner,
        "purpose": account.purpose,
        "floor": "" if account.floor is None else account.unit.written(account.floor),
        "expires": account.expires_on or "",
    }
    yield ""
    yield f"{day} open {name} {commodity}"
    for key, fact in facts.items():
        if fact != "":
            yield f"  {key}: {_text(str(fact))}"
    if account.has_holds:
        yield f"{day} open {names.on_hold(account.id, account.code, account.normal)} {commodity}"
    if account.closed_at:
        yield f"{day_of(account.closed_at)} close {name}"


def _opening_balance(account: AccountRow, names: Names, day: datetime.date) -> Iterator[str]:
    yield f'{day} * "opening balance"'
    for name, amount in _balances(account, names):
        if amount:
            yield f"  {name}  {_amount(amount, account.unit)}"
            yield f"  {OPENING}  {_amount(-amount, account.unit)}"


def _transaction(entry: EntryRow, names: Names) -> Iterator[str]:
    flag = "*" if any(transfer.posted for transfer in entry.transfers) else "!"
    facts: dict[str, object] = {
        "kind": entry.kind,
        "reference": entry.reference,
        "reason": entry.reason,
        "actor": entry.actor,
        "approver": entry.approver,
        "happened-at": entry.happened_at.isoformat(),
        "posted-at": entry.posted_at.isoformat(),
    }
    yield ""
    yield f"{entry.day} {flag} {_text(f'{entry.kind} {entry.reference}')}"
    yield f"  entry: {entry.id}"
    if entry.reverses:
        yield f"  reverses: {entry.reverses}"
    for key, fact in facts.items():
        if fact:
            yield f"  {key}: {_text(str(fact))}"
    for transfer in entry.transfers:
        yield from _postings(transfer, names)


def _postings(transfer: TransferRow, names: Names) -> Iterator[str]:
    debit = transfer.debit_id, transfer.debit, transfer.debit_normal
    credit = transfer.credit_id, transfer.credit, transfer.credit_normal
    facts = [f"    transfer: {transfer.id}"]
    if transfer.resolves:
        facts.append(f"    resolves: {transfer.resolves}")
    for amount, name_of in ((transfer.posted, names.of), (transfer.pending, names.on_hold)):
        if amount:
            yield f"  {name_of(*debit)}  {_amount(amount, transfer.unit)}"
            yield from facts
            yield f"  {name_of(*credit)}  {_amount(-amount, transfer.unit)}"


def _closings(books: Books, names: Names, day: datetime.date) -> Iterator[str]:
    """Say what is in each account at the end, for whoever adds the entries up."""
    yield ""
    for account in books.closing():
        for name, amount in _balances(account, names):
            yield f"{day} balance {name}  {_amount(amount, account.unit)}"


def _balances(account: AccountRow, names: Names) -> Iterable[tuple[str, int]]:
    key = account.id, account.code, account.normal
    yield names.of(*key), account.totals.posted
    if account.has_holds:
        yield names.on_hold(*key), account.totals.pending


def _amount(amount: int, unit: Unit) -> str:
    return f"{_decimal(amount, unit.scale)} {commodity_of(unit)}"


def _decimal(amount: int, scale: int) -> str:
    """Write an amount with as many decimal places as its unit has.

    >>> _decimal(-5, 2), _decimal(1200, 2), _decimal(7, 0)
    ('-0.05', '12.00', '7')
    """
    digits = f"{abs(amount):0{scale + 1}d}"
    sign = "-" if amount < 0 else ""
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else f"{sign}{digits}"


def _text(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{" ".join(escaped.split())}"'
