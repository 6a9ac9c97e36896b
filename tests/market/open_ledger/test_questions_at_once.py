"""Several windows ask, several colleagues answer: the limit holds, and one answer is sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from ledger.clock import database_now
from market.open_ledger.actions.answer_question import AlreadyAnswered, answer_question
from market.open_ledger.actions.ask_question import (
    QUESTIONS_A_DAY,
    TooManyQuestions,
    ask_question,
)
from market.open_ledger.models import Question
from people.models import Member, Notice

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 8


def at_once(act: Callable[[int], object], refusal: type[Exception]) -> int:
    """Do it in all windows at the same moment, and count how often it was refused."""
    everybody = Barrier(WINDOWS)

    def refused(number: int) -> bool:
        try:
            database_now()
            everybody.wait(10)
            act(number)
        except refusal:
            return True
        else:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(WINDOWS) as pool:
        return sum(pool.map(refused, range(WINDOWS)))


def ask(member: Member) -> Question:
    return ask_question(
        member=member,
        order=None,
        row="ledger",
        text="这笔是什么？",
        key=uuid.uuid4(),
        asked_at=database_now(),
    )


def test_five_windows_ask_and_no_sixth(ma: Member) -> None:
    refused = at_once(lambda _number: ask(ma), TooManyQuestions)

    assert refused == WINDOWS - QUESTIONS_A_DAY
    assert Question.objects.count() == QUESTIONS_A_DAY


def test_one_colleague_answers(ma: Member, gu: Member) -> None:
    question = ask(ma)

    def answer(number: int) -> None:
        answer_question(
            question=question,
            answer=f"第{number}个回复",
            answered_by=gu,
            answered_at=database_now(),
        )

    refused = at_once(answer, AlreadyAnswered)

    assert refused == WINDOWS - 1
    (notice,) = Notice.objects.filter(key=f"question:{question.pk}")
    assert notice.values["answer"] == Question.objects.get().answer
