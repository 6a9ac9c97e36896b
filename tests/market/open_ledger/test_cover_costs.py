"""At a month's end the fund bears fees and rounding: as far as it goes, and once."""

from __future__ import annotations

import datetime
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from ledger.clock import database_now
from ledger.models import Account, Entry
from ledger.refusals import NotEnough
from ledger.sums import day_of
from ledger.testing import assert_books_balance
from market import postings
from market.open_ledger.actions.cover_costs import MonthIsNotOver, cover_costs
from market.open_ledger.queries import A_DAY
from market.open_ledger.tasks import cover_costs as task
from tests.ledger.test_statements import move_back
from tests.market.open_ledger.moves import account, post

AGAIN_AT = datetime.timedelta(hours=1)


@pytest.fixture
def last_month(db: None) -> datetime.date:
    """Fees of ¥1.50 and ¥0.30 rounded off last month, and ¥0.05 of this month."""
    first = day_of(database_now()).replace(day=1)
    post("payment_fee", "fees/payment > stripe/clearing 150")
    post("round_cash", "rounding > order/9/cny 30")
    move_back(Entry.objects.all(), days=(day_of(database_now()) - first).days + 3)
    post("round_cash", "rounding > order/8/cny 5")
    return first - A_DAY


def lay_in(fen: int) -> None:
    post("sponsor_pays", f"bank > fund/general {fen}")


def holds(*codes: str) -> list[int]:
    return [Account.objects.get(code=code).balance for code in codes]


def moved(entry: Entry | None) -> list[tuple[str, str, int]]:
    assert entry
    rows = entry.transfers.order_by("line").values_list("debit__code", "credit__code", "amount")
    return list(rows)


def test_the_fund_bears_what_the_month_has_cost(last_month: datetime.date) -> None:
    lay_in(1000)

    entry = cover_costs(month=last_month, covered_at=database_now())

    assert moved(entry) == [
        ("fund/general", "fees/payment", 150),
        ("fund/general", "rounding", 30),
    ]
    assert holds("fund/general", "fees/payment", "rounding") == [820, 0, 5]
    assert_books_balance()


def test_only_as_far_as_it_goes(last_month: datetime.date) -> None:
    lay_in(160)

    cover_costs(month=last_month, covered_at=database_now())

    assert holds("fund/general", "fees/payment", "rounding") == [0, 0, 25]


def test_once_a_month(last_month: datetime.date) -> None:
    lay_in(160)
    first = cover_costs(month=last_month, covered_at=database_now())
    lay_in(1000)

    second = cover_costs(month=last_month, covered_at=database_now() + AGAIN_AT)

    assert second == first
    assert holds("fund/general") == [1000]
    assert Entry.objects.filter(kind="cover_costs").count() == 1


def test_an_empty_fund_bears_nothing_and_is_asked_again(last_month: datetime.date) -> None:
    assert cover_costs(month=last_month, covered_at=database_now()) is None
    lay_in(1000)

    assert cover_costs(month=last_month, covered_at=database_now()) is not None
    assert holds("fund/general") == [820]


def test_what_drawers_had_over_goes_into_the_fund_first(last_month: datetime.date) -> None:
    account("over_short")
    post("close_till", "drawer/t > over_short 40")
    move_back(Entry.objects.filter(kind="close_till"), days=40)

    entry = cover_costs(month=last_month, covered_at=database_now())

    assert moved(entry) == [
        ("over_short", "fund/general", 40),
        ("fund/general", "fees/payment", 40),
    ]
    assert holds("over_short", "fees/payment") == [0, 110]


def test_a_month_that_is_not_over_is_refused(last_month: datetime.date) -> None:
    lay_in(1000)

    with pytest.raises(MonthIsNotOver):
        cover_costs(month=day_of(database_now()), covered_at=database_now())

    assert holds("fund/general") == [1000]


def test_the_clock_does_it_for_last_month(last_month: datetime.date) -> None:
    lay_in(1000)

    assert task()

    assert (
        Entry.objects.get(kind="cover_costs").idempotency_key == f"cover_costs:{last_month:%Y-%m}"
    )
    assert settings.CELERY_BEAT_SCHEDULE["cover-costs"]["task"] == task.name


def test_a_quiet_month_costs_nothing(db: None) -> None:
    assert not task()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_cover_it_once(last_month: datetime.date) -> None:
    lay_in(1000)

    def cover(_number: int) -> int:
        try:
            entry = cover_costs(month=last_month, covered_at=database_now())
            return entry.pk if entry else 0
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(cover, range(4)))

    assert made == {Entry.objects.get(kind="cover_costs").pk}
    assert holds("fund/general") == [820]


@pytest.mark.django_db(transaction=True)
def test_the_fund_is_not_spent_meanwhile(
    last_month: datetime.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_in(180)
    has_looked = Event()

    def slowly(*costs: Any) -> Any:
        has_looked.set()
        time.sleep(0.3)
        return postings.funds.cover_costs(*costs)

    def cover() -> list[int]:
        try:
            return [fen for _, _, fen in moved(cover_costs(month=last_month, covered_at=now))]
        finally:
            connection.close()

    now = database_now()
    monkeypatch.setattr(postings, "cover_costs", slowly)
    with ThreadPoolExecutor(1) as pool:
        covered = pool.submit(cover)
        assert has_looked.wait(5)
        with pytest.raises(NotEnough):
            post("close_campaign", "fund/general > bank 100")

    assert covered.result() == [150, 30]
