"""Open accounts. An account is there once it is needed, and its policy never changes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from ledger.models import Account, Unit
from ledger.refusals import AccountDiffers


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
    accounts = _accounts(wanted)
    # In one order, so that two who open the same accounts never wait for each other.
    missing = [wanted[code] for code in sorted(wanted.keys() - accounts.keys())]
    if missing:
        accounts |= _open(missing)
    for code, spec in wanted.items():
        _refuse_another_policy(accounts[code], spec)
    return {code: accounts[code] for code in wanted}


def _accounts(codes: Iterable[str]) -> dict[str, Account]:
    found = Account.objects.filter(code__in=list(codes)).select_related("unit")
    return {account.code: account for account in found}


def _open(specs: list[AccountSpec]) -> dict[str, Account]:
    units = {unit.code: unit for unit in Unit.objects.filter(code__in={s.unit for s in specs})}
    for spec in specs:
        if spec.unit not in units:
            raise Unit.DoesNotExist(f"there is no unit {spec.unit}; open_unit opens it")
    try:
        with transaction.atomic():
            opened = Account.objects.bulk_create(
                [Account(**spec._asdict() | {"unit": units[spec.unit]}) for spec in specs]
            )
    except IntegrityError:
        # Somebody else opened one of them at the same moment.
        opened = list(_accounts(spec.code for spec in specs).values())
        if len(opened) < len(specs):
            return open_accounts(specs)
    return {account.code: account for account in opened}


def _refuse_another_policy(account: Account, spec: AccountSpec) -> None:
    if account.unit.code != spec.unit:
        raise AccountDiffers(code=account.code, field="unit")
    for field in ("normal", "floor", "purpose", "owner_ref", "expires_on"):
        if getattr(account, field) != getattr(spec, field):
            raise AccountDiffers(code=account.code, field=field)
