"""Write down something about money that does not match, for staff to look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from market.orders.models import Order, PaymentProblem


def report_problem(
    *,
    key: str,
    kind: str,
    order: Order | None,
    values: Mapping[str, str | int | bool],
    found_at: datetime,
) -> PaymentProblem:
    """Keep a problem once for each key; found again after it was gone, it is open again.

    Args:
        kind: which of the sentences of the staff page it gets, such as "payment_differs".
        values: what goes into the sentence.
    """
    problem, created = PaymentProblem.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "order": order, "values": dict(values), "found_at": found_at},
    )
    if not created and problem.gone_at:
        problem.gone_at, problem.looked_at_by = None, None
        problem.values = dict(values)
        problem.save(update_fields=["gone_at", "looked_at_by", "values"])
    return problem
