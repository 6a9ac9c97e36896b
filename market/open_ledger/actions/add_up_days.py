"""Write down what moved on each closed day, so that a month is shown without reading it all."""

from __future__ import annotations

from django.db import transaction

from ledger.models import ClosedDay
from ledger.rows import insert_rows
from market.open_ledger.models import DayFlow
from market.open_ledger.queries import A_DAY, flows_read


@transaction.atomic
def add_up_days() -> int:
    """Add up every day that the ledger has closed since the last one written down.

    What is written follows from the transfers; without it the page is the same, only slower.
    Again does nothing, and a second one at the same time leaves out what is there.

    Returns: how many rows were written.
    """
    known = DayFlow.objects.order_by("-day").values_list("day", flat=True).first()
    closed = ClosedDay.objects.order_by("day").values_list("day", flat=True)
    first, last = closed.first(), closed.last()
    if first is None or last is None:
        return 0
    begin = max(first, known + A_DAY) if known else first
    if begin > last:
        return 0
    rows = [DayFlow(**flow._asdict()) for flow in flows_read(begin, last)]
    return len(insert_rows(rows, or_nothing=True))
