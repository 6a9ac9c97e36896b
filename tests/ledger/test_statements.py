"""Balances, statements and trial balances of the past, with and without closed days."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Max
from django.test.utils import CaptureQueriesContext

from benchmarks.history import write_history
from ledger import triggers
from ledger.actions.close_days import close_days
from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account, ClosedDay, DayTotal, Entry, Transfer
from ledger.statements import (
    A_DAY,
    StatementPage,
    balance_at,
    statement_of_days,
    sums_by_unit,
    totals_at,
    trial_balance,
)
from ledger.sums import Totals, day_of, midnight
from tests.ledger.journal import Journal, account

DAYS = 5


@pytest.fixture
def today(db: None) -> datetime.date:
    """Books of five days, with nothing posted on one of them; the day after the last."""
    write_history(400, accounts=20, a_day=150)
    write_history(150, accounts=20, a_day=150)
    move_back(Entry.objects.filter(pk__lte=250), days=2)
    return day_of(database_now())


def move_back(entries: Any, *, days: int) -> None:
    """Let entries be posted days before they were: nobody but a test can."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        triggers.drop(connection)
        for entry in entries:
            moment = entry.posted_at - datetime.timedelta(days=days)
            Entry.objects.filter(pk=entry.pk).update(posted_at=moment)
        triggers.install(connection)


def days_posted() -> list[datetime.date]:
    return sorted({day_of(moment) for moment in Entry.objects.values_list("posted_at", flat=True)})


def named(code: str) -> Account:
    found: Account = Account.objects.get(code=code)
    return found


def added_up(of: Account, before: datetime.datetime) -> Totals:
    """Add up by hand what was posted in an account before a moment."""
    totals = [0, 0, 0, 0]
    rows = Transfer.objects.filter(entry__posted_at__lt=before)
    columns = ("amount", "phase", "hold__amount", "debit", "credit")
    for amount, phase, held, debit, credit in [
        *rows.filter(debit=of).values_list(*columns),
        *rows.filter(credit=of).values_list(*columns),
    ]:
        assert debit != credit
        side = 0 if debit == of.pk else 1
        totals[side] += amount if phase in {"single", "post"} else 0
        totals[side + 2] += amount if phase == "hold" else -(held or 0)
    return Totals(*totals)


@pytest.fixture(params=["no day closed", "some days closed", "all days closed", "night by night"])
def closed(request: pytest.FixtureRequest, today: datetime.date) -> str:
    """Every answer is the same, however many days are closed."""
    middle = days_posted()[1] + A_DAY
    match request.param:
        case "some days closed":
            close_days(now=midnight(middle + A_DAY))
        case "all days closed":
            close_days(now=midnight(today + 3 * A_DAY))
        case "night by night":
            day = days_posted()[0]
            while day <= today:
                close_days(now=midnight(day) + datetime.timedelta(hours=3))
                day += A_DAY
    return str(request.param)


def some_accounts() -> list[Account]:
    """The busiest, one with holds, one of each unit, the last of each day, and an unused one."""
    busy = list(Account.objects.select_related("unit").order_by("-last_transfer")[:3])
    held = Account.objects.filter(debit_transfers__phase="hold").distinct()[:2]
    last_of_day = [
        Transfer.objects.filter(entry__posted_at__lt=midnight(day + A_DAY)).latest("pk").credit
        for day in days_posted()
    ]
    named = Account.objects.filter(code__in=["points/issued", "supplier/BENCH", "drawer/bench"])
    return [*busy, *held, *last_of_day, *named, account("unused")]


def test_totals_at_any_moment(closed: str) -> None:
    moments = list(Entry.objects.order_by("posted_at").values_list("posted_at", flat=True))
    picked = moments[3 :: len(moments) // 8]
    nights = [midnight(day + A_DAY) for day in days_posted()]
    ends = [night - datetime.timedelta(microseconds=1) for night in nights]
    for moment in [*picked, *nights, *ends, moments[0], database_now() + 3 * A_DAY]:
        for each in some_accounts():
            assert totals_at(each, moment) == added_up(each, moment)


def test_the_balance_of_the_future_is_that_of_now(closed: str) -> None:
    for each in some_accounts():
        totals = totals_at(each, database_now() + A_DAY)

        assert totals.balance(each.normal) == each.balance
        assert each.balance - totals.held(each.normal) == each.available
        assert balance_at(each, database_now() + A_DAY) == each.balance


def pages(*asked: Any, rows: int) -> list[StatementPage]:
    """Leaf through a statement."""
    found = [statement_of_days(*asked, rows=rows)]
    while found[-1].older:
        found.append(statement_of_days(*asked, before=found[-1].older, rows=rows))
    return found


def test_a_statement_leads_from_its_opening_to_its_closing(closed: str) -> None:
    days = days_posted()
    for first, last in [(days[0], days[-1]), (days[1], days[1]), (days[1], days[2] + A_DAY)]:
        for each in some_accounts():
            read = pages(each, first, last, rows=7)

            rows = [row for page in read for row in page.rows]
            assert [row.pk for row in rows] == newest_first(each, first, last)
            opening = added_up(each, midnight(first)).balance(each.normal)
            balances = [opening]
            for row in reversed(rows):
                balances.append(balances[-1] + row.change)
                assert row.balance_after == balances[-1]
            assert {page.opening.balance(each.normal) for page in read} == {opening}
            assert {page.closing.balance(each.normal) for page in read} == {balances[-1]}
            assert all(len(page.rows) == 7 for page in read[:-1])


def newest_first(of: Account, first: datetime.date, last: datetime.date) -> list[int]:
    rows = Transfer.objects.filter(
        entry__posted_at__gte=midnight(first), entry__posted_at__lt=midnight(last + A_DAY)
    )
    ids = [*rows.filter(debit=of), *rows.filter(credit=of)]
    return sorted((row.pk for row in ids), reverse=True)


def test_a_page_that_ends_with_the_days_is_the_last(today: datetime.date) -> None:
    each = named("supplier/BENCH")
    count = len(newest_first(each, today - DAYS * A_DAY, today))

    page = statement_of_days(each, today - DAYS * A_DAY, today, rows=count)

    assert (len(page.rows), page.older) == (count, None)


def test_what_was_posted_before_the_days_counts_whatever_its_id(journal: Journal) -> None:
    """A clock that was set back leaves a higher id on an earlier day."""
    journal.post("issued > li 10")
    late = journal.post("issued > li 5")
    move_back(Entry.objects.filter(pk=late.pk), days=3)
    today = day_of(database_now())

    page = statement_of_days(account("li"), today, today)

    assert (page.opening.posted, page.closing.posted) == (-5, -15)
    assert [(row.change, row.balance_after) for row in page.rows] == [(10, 15)]


def test_a_trial_balance_has_what_each_account_held(closed: str) -> None:
    for day in [days_posted()[0] - A_DAY, *days_posted(), days_posted()[-1] + A_DAY]:
        rows = trial_balance(day)

        held = {row.account_id: row.debit - row.credit for row in rows}
        for each in Account.objects.all():
            assert held.get(each.pk, 0) == added_up(each, midnight(day + A_DAY)).posted
        for _unit, debits, credits_ in sums_by_unit(rows):
            assert debits == credits_


def test_a_trial_balance_of_some_accounts(closed: str) -> None:
    day = days_posted()[-1]

    everything, points = trial_balance(day), trial_balance(day, prefix="points/")

    assert points == [row for row in everything if row.title.startswith("points/")]
    assert 1 < len(points) < len(everything)
    assert trial_balance(day, prefix="%") == []


def test_answers_cost_the_same_number_of_queries(closed: str) -> None:
    issued, nobody = named("points/issued"), account("unused")
    day, now = days_posted()[-1], database_now()

    def cost(ask: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as queries:
            ask()
        return len(queries)

    assert cost(lambda: totals_at(issued, now)) <= 3
    assert cost(lambda: statement_of_days(issued, day - DAYS * A_DAY, day)) <= 12
    assert cost(lambda: statement_of_days(nobody, day - DAYS * A_DAY, day)) <= 12
    assert cost(lambda: trial_balance(day)) == 3


def test_a_closed_day_is_read_from_what_is_written_down(today: datetime.date) -> None:
    """Or closing would be for nothing."""
    close_days(now=midnight(today + A_DAY))
    DayTotal.objects.update(debits_posted=1, credits_posted=0)

    assert totals_at(named("points/issued"), midnight(today - A_DAY)).posted == 1


# --- Closing --------------------------------------------------------------------------


def test_days_are_closed_once_and_an_hour_after_they_ended(today: datetime.date) -> None:
    first = days_posted()[0]
    night = midnight(first + 2 * A_DAY)

    assert close_days(now=night + datetime.timedelta(minutes=59)) == 1
    assert close_days(now=night + datetime.timedelta(minutes=61)) == 1
    assert close_days(now=night + datetime.timedelta(minutes=62)) == 0
    closed = list(ClosedDay.objects.order_by("day").values_list("day", flat=True))
    assert closed == [first, first + A_DAY]


def test_a_day_is_written_down_only_for_accounts_that_moved(closed: str) -> None:
    moved = {
        (account_id, day_of(posted_at))
        for side in ("debit", "credit")
        for account_id, posted_at in Transfer.objects.values_list(side, "entry__posted_at")
    }
    last = ClosedDay.objects.aggregate(Max("day"))["day__max"] or datetime.date.min

    assert set(DayTotal.objects.values_list("account", "day")) == {
        (account_id, day) for account_id, day in moved if day <= last
    }


def test_what_is_written_down_can_be_written_anew(today: datetime.date) -> None:
    close_days(now=midnight(today))
    before = list(
        DayTotal.objects.order_by("day", "account").values_list("account", "credits_posted")
    )
    DayTotal.objects.filter(day=days_posted()[1]).delete()

    close_days(now=midnight(today), anew=True)

    after = DayTotal.objects.order_by("day", "account").values_list("account", "credits_posted")
    assert list(after) == before


def test_empty_books_have_no_day_to_close(db: None) -> None:
    assert close_days(now=database_now()) == 0


def wrong() -> list[str]:
    return [row.row for row in wrong_rows() if row.invariant.name == "I11"]


def test_the_check_finds_a_wrong_total(closed: str) -> None:
    assert wrong() == []
    row = DayTotal.objects.order_by("pk").last()
    if row is None:
        return

    DayTotal.objects.filter(pk=row.pk).update(debits_pending=row.debits_pending + 1)
    (found,) = wrong()
    assert row.account.code in found
    DayTotal.objects.filter(pk=row.pk).delete()
    assert len(wrong()) == 1


@pytest.mark.parametrize("bound", [{"last_until": 1}, {"first_after": 10**9}])
def test_the_check_finds_a_wrong_bound(today: datetime.date, bound: dict[str, int]) -> None:
    close_days(now=midnight(today))
    ClosedDay.objects.filter(day=days_posted()[0]).update(**bound)

    (found,) = wrong()
    assert str(days_posted()[0]) in found


def test_the_check_finds_what_was_posted_on_a_closed_day(today: datetime.date) -> None:
    """A clock that is set back by days does it; `close_days --anew` puts it right."""
    close_days(now=midnight(today))
    assert wrong() == []
    entry = Journal().post("issued > li 3", idempotency_key="late")
    move_back(Entry.objects.filter(pk=entry.pk), days=3)

    assert any("issued" in row for row in wrong())
    close_days(now=midnight(today), anew=True)
    assert wrong() == []
    assert balance_at(account("li"), midnight(today)) == 3
