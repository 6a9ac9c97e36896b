"""Answer what a member does not understand about their money."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from market.open_ledger.models import Question
from market.open_ledger.refusals import AlreadyAnswered, OwnQuestion
from people.actions.write_notice import write_notice
from people.models import Member

__all__ = ["AlreadyAnswered", "OwnQuestion", "answer_question"]

ABOUT_AN_ORDER = gettext_noop("Your question about order %(number)s was answered: %(answer)s")
ABOUT_MONEY = gettext_noop("Your question about the ledger was answered: %(answer)s")


@transaction.atomic
def answer_question(
    *, question: Question, answer: str, answered_by: Member, answered_at: datetime
) -> None:
    """Write the answer down, and into the inbox of whoever asked.

    Raises:
        AlreadyAnswered: a colleague was faster.
        OwnQuestion: who asked does not answer too.
    """
    asked = Question.objects.select_for_update(no_key=True).get(pk=question.pk)
    if asked.answered_at is not None:
        raise AlreadyAnswered
    if asked.member_id == answered_by.pk:
        raise OwnQuestion
    Question.objects.filter(pk=asked.pk).update(
        answer=answer, answered_by=answered_by, answered_at=answered_at
    )
    write_notice(
        member=asked.member,
        key=f"question:{asked.pk}",
        template=ABOUT_AN_ORDER if asked.order else ABOUT_MONEY,
        values={"answer": answer} | ({"number": asked.order.number} if asked.order else {}),
        page="open_ledger:questions",
        at=answered_at,
    )
