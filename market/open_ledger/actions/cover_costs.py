"""Let the community's fund bear what nobody pays for: fees, rounding, what drawers lack."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db import transaction

from ledger.actions.open_account import open_account
from ledger.actions.post_entry import post_entry
from ledger.models import Account, Entry
from ledger.queries import entry_with_key
from ledger.statements import balance_at
from ledger.sums import midnight
from market import postings


class MonthIsNotOver(Exception):
    """Its costs are covered once they are all known."""


class Costs(NamedTuple):
    """What accounts of costs had come to at the end of a month and still hold, in fen."""

    owed: list[tuple[Account, int]]
    gained: list[tuple[Account, int]]


@transaction.atomic
def cover_costs(*, month: datetime.date, covered_at: datetime.datetime) -> Entry | None:
    """Move what a month has cost from the general fund, as far as that goes, once a month.

    This function will return the entry, the first one when asked again, or nothing if there was
    nothing to cover or nothing to cover it with; then it may be asked again.

    Args:
        month: any day of it.

    Raises:
        MonthIsNotOver: it is not, at `covered_at`.
    """
    ended_at = midnight((month.replace(day=1) + datetime.timedelta(days=31)).replace(day=1))
    if covered_at < ended_at:
        raise MonthIsNotOver
    key = f"cover_costs:{month:%Y-%m}"
    fund = open_account(**postings.fund("general")._asdict())
    codes = [spec.code for spec in postings.costs()]
    accounts = {
        account.code: account
        for account in Account.objects.filter(code__in=[fund.code, *codes]).lock()
    }
    if posted := entry_with_key(key):
        return posted
    fund = accounts.pop(fund.code)
    moves = postings.cover_costs(fund, *_costs([*accounts.values()], ended_at))
    if not moves:
        return None
    return post_entry(
        kind="cover_costs",
        reference=f"month:{month:%Y-%m}",
        idempotency_key=key,
        happened_at=covered_at,
        moves=moves,
    )


def _costs(accounts: list[Account], ended_at: datetime.datetime) -> Costs:
    """Leave out what came later: it belongs to the next month."""
    now = [(account, account.balance, balance_at(account, ended_at)) for account in accounts]
    return Costs(
        owed=[(each, min(held, then)) for each, held, then in now if min(held, then) > 0],
        gained=[(each, -max(held, then)) for each, held, then in now if max(held, then) < 0],
    )
