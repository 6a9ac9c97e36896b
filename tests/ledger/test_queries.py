"""Questions the books can answer."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ledger.actions.post_entry import Hold, post_entries
from ledger.clock import database_now
from ledger.models import Account
from ledger.queries import (
    account_named,
    available,
    balance,
    entries_about,
    entry_with_key,
    lapsed_holds,
    open_holds,
    statement,
)
from tests.ledger.journal import Journal, account


@pytest.fixture
def told(journal: Journal) -> Journal:
    journal.post("issued > li 10", reference="shift:1")
    journal.post("li ~ redeemed 6 lunch\nli ~ redeemed 2 tea", reference="order:1")
    journal.post("settle lunch 5", reference="order:1")
    return journal


def test_a_balance_is_what_is_posted_now(told: Journal) -> None:
    li = account("li")
    told.post("issued > li 1")

    assert (balance(li), available(li)) == (6, 4)
    assert (balance(account("issued")), available(account("issued"))) == (11, 11)


def figures(of: Account) -> list[tuple[Any, ...]]:
    """Return the figures of a statement, row by row."""
    return list(statement(of).values_list("phase", "amount", "change", "balance_after"))


def test_a_statement_is_read_from_the_newest(told: Journal) -> None:
    told.post("release tea")

    assert figures(account("li")) == [
        ("void", 2, 0, 5),
        ("post", 5, -5, 5),
        ("hold", 2, 0, 10),
        ("hold", 6, 0, 10),
        ("single", 10, 10, 10),
    ]


def test_a_statement_of_a_debit_account_grows_with_debits(told: Journal) -> None:
    told.post("li > issued 1")

    assert figures(account("issued")) == [("single", 1, -1, 9), ("single", 10, 10, 10)]


def test_a_page_of_a_statement_keeps_its_balances(told: Journal) -> None:
    page = statement(account("li"))[1:3]

    assert list(page.values_list("amount", "balance_after")) == [(2, 10), (6, 10)]


def test_a_statement_ends_at_the_balance(told: Journal) -> None:
    for each in Account.objects.all():
        assert figures(each)[0][-1] == each.balance


def test_a_statement_costs_one_query(told: Journal, django_assert_num_queries: Any) -> None:
    for _ in range(20):
        told.post("issued > li 1")
    li = account("li")

    with django_assert_num_queries(1):
        rows = list(statement(li))
        assert {row.entry.kind for row in rows} == {"story"}
        assert {row.debit.code for row in rows} == {"issued", "li"}


def test_open_holds_are_those_nobody_resolved(told: Journal) -> None:
    told.post("issued ~ wang 1 cake")
    tea, cake = told.holds["tea"], told.holds["cake"]

    assert list(open_holds()) == [tea, cake]
    assert list(open_holds(account("li"))) == [tea]
    assert list(open_holds(account("redeemed"))) == [tea]
    told.post("release tea")
    assert list(open_holds()) == [cake]


def test_lapsed_holds_wait_to_be_released(journal: Journal) -> None:
    now = database_now()
    minute = datetime.timedelta(minutes=1)
    moves = [
        Hold(account("issued"), account("li"), 1, expires_at)
        for expires_at in (now - minute, now + minute, None)
    ]
    (entry,) = post_entries([journal.spec("", moves=moves)])

    assert list(lapsed_holds(now)) == entry.made_transfers[:1]


def test_entries_are_found_by_what_they_are_about(
    told: Journal, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        entries = list(entries_about("order:1"))
        codes = [
            (transfer.debit.code, transfer.amount)
            for entry in entries
            for transfer in entry.transfers.all()
        ]

    assert codes == [("li", 6), ("li", 2), ("li", 5)]


def test_an_entry_is_found_by_its_key(told: Journal) -> None:
    entry = told.post("issued > li 1", idempotency_key="shift:9")

    assert entry_with_key("shift:9") == entry
    assert entry_with_key("shift:8") is None


def test_an_account_is_found_by_its_code(told: Journal, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert account_named("li").unit.code == "POINT"
    with pytest.raises(Account.DoesNotExist):
        account_named("nobody")
