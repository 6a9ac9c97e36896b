"""insert_rows: what bulk_create does, with a statement that is built once."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from ledger.models import Account, Unit
from ledger.rows import insert_rows, read_moment
from people.models import Community


def test_inserts_rows_in_their_order_with_one_statement(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    units = [Unit(code=code, name=code, scale=2) for code in ("A", "B", "C")]

    with django_assert_num_queries(1):
        returned = insert_rows(units, returning="id, code")

    assert [code for _id, code in returned] == ["A", "B", "C"]
    assert list(
        Unit.objects.filter(code__in="ABC").order_by("pk").values_list("pk", "code", "scale")
    ) == [(pk, code, 2) for pk, code in returned]


def test_leaves_to_the_database_what_it_has_a_default_for(db: None) -> None:
    unit = Unit.objects.get(code="CNY")
    account = Account(code="bank", unit=unit, normal="debit", debits_posted=7)

    ((pk, opened_at),) = insert_rows([account], returning="id, opened_at")

    opened = Account.objects.get(pk=pk)
    assert opened.debits_posted == 0
    assert opened.opened_at == read_moment(opened_at)


def test_a_row_that_is_there_is_an_error(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([Unit(code="CNY", name="yuan")])


def test_or_is_left_out(db: None) -> None:
    # Units refuse it by a trigger on SQLite, so this is told of a table without any.
    from_the_start = Community.objects.create(code="CCHY", name="长城花园社区")
    again = Community(code="CCHY", name="长城花园")
    new = Community(code="XIHU", name="西湖社区")

    returned = insert_rows([again, new], returning="code", or_nothing=True)

    assert returned == [("XIHU",)]
    from_the_start.refresh_from_db()
    assert from_the_start.name == "长城花园社区"


@pytest.mark.parametrize(
    "told",
    [
        "2026-11-21 01:00:00",
        datetime.datetime(2026, 11, 21, 1, 0),  # noqa: DTZ001  # As a driver may give it.
        datetime.datetime(2026, 11, 21, 1, 0, tzinfo=datetime.UTC),
    ],
)
def test_reads_a_moment_however_it_is_told(told: datetime.datetime | str) -> None:
    assert read_moment(told) == datetime.datetime(2026, 11, 21, 1, 0, tzinfo=datetime.UTC)
