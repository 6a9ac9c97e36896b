"""Question: a queryset that is built once and asked often."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import DateTimeField, QuerySet
from pytest_django import DjangoAssertNumQueries

from ledger.questions import Blank, Question
from people.models import Community, Member


def by_number() -> QuerySet[Member]:
    number = Member.objects.filter(member_no=Blank("number"), community=Blank("community"))
    return number.select_related("community")


def test_answers_as_the_queryset_would(ma: Member, bai: Member) -> None:
    question = Question(by_number)

    for member in (ma, bai, ma):
        found = question.ask(number=member.member_no, community=member.community_id)
        assert found == [member]
    assert question.ask(number="9999", community=ma.community_id) == []


def test_follows_what_it_was_built_with(
    ma: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    question = Question(by_number)

    with django_assert_num_queries(1):
        (found,) = question.ask(number=ma.member_no, community=ma.community_id)
        assert found.community.name == "长城花园社区"


def test_is_built_once(ma: Member) -> None:
    built = []

    def build() -> QuerySet[Member]:
        built.append(1)
        return by_number()

    question = Question(build)
    for _time in range(3):
        question.ask(number=ma.member_no, community=ma.community_id)

    assert built == [1]


@pytest.mark.parametrize(("later", "found"), [(0, 1), (1, 0)])
def test_writes_a_value_as_its_field_does(ma: Member, later: int, found: int) -> None:
    question = Question(
        lambda: (
            Member.objects.filter(household_confirmed_at__gte=Blank("since", DateTimeField()))
            .order_by("pk")
            .values_list("household_confirmed_at")
        )
    )

    confirmed_at = ma.household_confirmed_at
    assert confirmed_at is not None
    rows = question.ask(since=confirmed_at + datetime.timedelta(seconds=later))

    assert rows == [(confirmed_at,)] * found


def test_fills_a_list_of_blanks(ma: Member, bai: Member) -> None:
    two: Any = [Blank("first"), Blank("second")]
    question = Question(lambda: Member.objects.filter(pk__in=two).order_by("-pk"))

    assert question.ask(first=ma.pk, second=bai.pk) == [bai, ma]


def test_a_value_that_is_missing_is_a_mistake(ma: Member) -> None:
    with pytest.raises(KeyError):
        Question(by_number).ask(number=ma.member_no)


def test_a_hostile_value_stays_a_value(ma: Member) -> None:
    hostile = "1' OR '1'='1"

    assert Question(by_number).ask(number=hostile, community=ma.community_id) == []


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection() -> None:
    Community.objects.create(code="CCHY", name="长城花园社区")
    question = Question(lambda: Community.objects.filter(code=Blank("code")))
    question.ask(code="CCHY")
    answers: list[int] = []

    def ask() -> None:
        answers.append(len(question.ask(code="CCHY")))
        connection.close()

    together(ask, ask)

    assert answers == [1, 1]


def together(*works: Callable[[], None]) -> None:
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
