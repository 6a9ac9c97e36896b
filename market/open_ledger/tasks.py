"""What the clock does for the open ledger. Each task may run twice, or late."""

from __future__ import annotations

import datetime

from celery import shared_task

from ledger.clock import database_now
from ledger.sums import day_of
from market.open_ledger.actions import cover_costs as covering


@shared_task
def cover_costs() -> bool:
    """Cover what last month has cost; every night, so that no lost message skips a month."""
    now = database_now()
    last_month = day_of(now).replace(day=1) - datetime.timedelta(days=1)
    return covering.cover_costs(month=last_month, covered_at=now) is not None
