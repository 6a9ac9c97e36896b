"""Open accounts. An account is there once it is needed, and its policy never changes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from ledger.models import Account, Unit
from ledger.questions import Question, blanks, numbered
from ledger.refusals import AccountDiffers, broken_rule
from ledger.rows import insert_rows, read_moment

SIZES_KEPT = 32
"""Questions for one account and for two differ; so many sizes are remembered."""
IS_THERE = {"ledger_account_code", "books_are_append_only"}
"""What refuses a code that is taken, on PostgreSQL and on SQLite."""


class AccountSpec(NamedTuple):
    """An account to open.

    Args:
        code: its unique path; `docs/money.md` lists the paths there are.
        unit: the code of its unit.
        normal: the side on which it grows.
        floor: what must stay in it, in minor units; 0: no overdraft; none: no limit.
        owner_ref: the books id of a person, never anything a person is known by.
        expires_on: the day on which what is left in it lapses.
    """

    code: str
    unit: str
    normal: str = Account.Normal.CREDIT
    floor: int | None = 0
    purpose: str = ""
    owner_ref: UUID | None = None
    expires_on: datetime.date | None = None


def open_account(
    *,
    code: str,
    unit: str,
    normal: str = Account.Normal.CREDIT,
    floor: int | None = 0,
    purpose: str = "",
    owner_ref: UUID | None = None,
    expires_on: datetime.date | None = None,
) -> Account:
    """Open an account with a balance of zero, or return the one with this code.

    Args: as `AccountSpec`.

    Raises:
        AccountDiffers: the code already names an account with another policy.
        Unit.DoesNotExist: there is no such unit.
    """
    spec = AccountSpec(code, unit, normal, floor, purpose, owner_ref, expires_on)
    return open_accounts([spec])[code]


def open_accounts(specs: Iterable[AccountSpec]) -> dict[str, Account]:
    """Open what is missing of these accounts and return all of them, by code.

    However many there are, this asks the database once for what is there, and at most once
    each for the units and the opening of what is not.

    Raises:
        AccountDiffers: a code already names an account with another policy.
        Unit.DoesNotExist: there is no such unit.
    """
    wanted = {spec.code: spec for spec in specs}
    if not wanted:
        return {}
    accounts = _accounts(wanted)
    # In one order, so that two who open the same accounts never wait for each other.
    missing = [wanted[code] for code in sorted(wanted.keys() - accounts.keys())]
    if missing:
        accounts |= _open(missing)
    for code, spec in wanted.items():
        _refuse_another_policy(accounts[code], spec)
    return {code: accounts[code] for code in wanted}


def _accounts(codes: Iterable[str]) -> dict[str, Account]:
    asked_for = numbered("code", codes)
    found = _accounts_with_codes(len(asked_for)).ask(**asked_for)
    return {account.code: account for account in found}


def _units(codes: Iterable[str]) -> dict[str, Unit]:
    asked_for = numbered("code", codes)
    found = _units_with_codes(len(asked_for)).ask(**asked_for)
    return {unit.code: unit for unit in found}


@lru_cache(maxsize=SIZES_KEPT)
def _accounts_with_codes(count: int) -> Question[Account]:
    codes = blanks("code", count)
    return Question(lambda: Account.objects.filter(code__in=codes).select_related("unit"))


@lru_cache(maxsize=SIZES_KEPT)
def _units_with_codes(count: int) -> Question[Unit]:
    codes = blanks("code", count)
    return Question(lambda: Unit.objects.filter(code__in=codes))


def _open(specs: list[AccountSpec]) -> dict[str, Account]:
    units = _units({spec.unit for spec in specs})
    for spec in specs:
        if spec.unit not in units:
            raise Unit.DoesNotExist(f"there is no unit {spec.unit}; open_unit opens it")
    opened = [Account(**spec._asdict() | {"unit": units[spec.unit]}) for spec in specs]
    try:
        with transaction.atomic():
            added = insert_rows(opened, returning="code, id, opened_at")
    except IntegrityError as error:
        if broken_rule(error) not in IS_THERE:
            raise
        # Somebody else opened one of them at the same moment.
        opened = list(_accounts(spec.code for spec in specs).values())
        if len(opened) < len(specs):
            return open_accounts(specs)
    else:
        by_code = {account.code: account for account in opened}
        for code, account_id, opened_at in added:
            by_code[code].pk, by_code[code].opened_at = account_id, read_moment(opened_at)
    return {account.code: account for account in opened}


def _refuse_another_policy(account: Account, spec: AccountSpec) -> None:
    if account.unit.code != spec.unit:
        raise AccountDiffers(code=account.code, field="unit")
    for field in ("normal", "floor", "purpose", "owner_ref", "expires_on"):
        if getattr(account, field) != getattr(spec, field):
            raise AccountDiffers(code=account.code, field=field)
