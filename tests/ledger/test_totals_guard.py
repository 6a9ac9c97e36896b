"""SQLite cannot tell who writes a total, so it asks whether the newest transfer says exactly that.

Here that transfer is written and not applied yet: the one moment in which totals may change.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.models import Account, Transfer
from tests.ledger.guarded import rule_against, transfer
from tests.ledger.journal import Journal, account
from tests.ledger.raw import execute, on_sqlite

pytestmark = on_sqlite
TOTALS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending", "last_transfer")
GROWS = {"issued": "debits_posted", "li": "credits_posted"}


@pytest.fixture
def newest(told: Journal) -> Transfer:
    """A point from what is issued to Li that has not moved any total."""
    execute("DROP TRIGGER transfer_moves_posted")
    return transfer()()


def update(code: str, grows: str, last: Transfer, **too_much: int) -> Callable[[], object]:
    """Return what adds one to a total, and perhaps more to another."""
    columns = {column: getattr(account(code), column) for column in TOTALS}
    columns[grows] += 1
    columns["last_transfer"] = last.pk
    for column, more in too_much.items():
        columns[column] += more
    return lambda: Account.objects.filter(code=code).update(**columns)


@pytest.mark.parametrize("code", GROWS)
def test_totals_may_change_by_what_the_newest_transfer_says(code: str, newest: Transfer) -> None:
    update(code, GROWS[code], newest)()

    assert account(code).last_transfer == newest.pk


@pytest.mark.parametrize("column", TOTALS)
@pytest.mark.parametrize("code", GROWS)
def test_and_by_nothing_else(code: str, column: str, newest: Transfer) -> None:
    wrong = update(code, GROWS[code], newest, **{column: 1})

    assert rule_against(wrong) == "account_totals_are_posted"


@pytest.mark.parametrize(("code", "grows"), [("issued", "credits_posted"), ("li", "debits_posted")])
def test_not_on_the_other_side(code: str, grows: str, newest: Transfer) -> None:
    assert rule_against(update(code, grows, newest)) == "account_totals_are_posted"


@pytest.mark.parametrize("grows", ["debits_posted", "credits_posted"])
def test_not_of_an_account_that_it_does_not_name(grows: str, newest: Transfer) -> None:
    assert rule_against(update("wang", grows, newest)) == "account_totals_are_posted"


@pytest.mark.parametrize("code", GROWS)
def test_not_once_more(code: str, newest: Transfer) -> None:
    update(code, GROWS[code], newest)()

    assert rule_against(update(code, GROWS[code], newest)) == "account_totals_are_posted"


@pytest.mark.parametrize("code", GROWS)
def test_not_by_what_an_older_transfer_says(code: str, newest: Transfer) -> None:
    newer = Transfer(entry=newest.entry, line=2, amount=1, phase="single")
    newer.debit, newer.credit = newest.debit, newest.credit
    newer.save()

    assert rule_against(update(code, GROWS[code], newest)) == "account_totals_are_posted"
