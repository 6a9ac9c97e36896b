"""Ask about a row of one's own money (我有疑问)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from market.open_ledger.models import Question
from market.open_ledger.refusals import TooManyQuestions
from market.orders.models import Order
from people.models import Member

__all__ = ["TooManyQuestions", "ask_question"]

QUESTIONS_A_DAY = 5
"""More than that one calls about: staff read each of them (`docs/money.md`)."""


@transaction.atomic
def ask_question(
    *, member: Member, order: Order | None, row: str, text: str, key: UUID, asked_at: datetime
) -> Question:
    """Write down a question for staff; this function will return the first one at a second press.

    Args:
        order: an order the member may see, or none for a question about all their money.
        row: what of it is asked about (`market.open_ledger.queries.rows_about`).

    Raises:
        TooManyQuestions: five within a day.
    """
    # So that two windows do not both ask the fifth.
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    asked = Question.objects.filter(member=member)
    if made := asked.filter(key=key).first():
        return made
    if asked.filter(asked_at__gt=asked_at - timedelta(days=1)).count() >= QUESTIONS_A_DAY:
        raise TooManyQuestions
    return Question.objects.create(
        member=member, order=order, row=row, text=text, key=key, asked_at=asked_at
    )
