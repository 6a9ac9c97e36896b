"""Bad input, one line each: its own error, and nothing has changed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from ledger import triggers
from ledger.actions.post_entry import Hold, Move, Settle, post_entries
from ledger.actions.reverse_entry import reverse_entry
from ledger.models import Account, Entry, Transfer
from ledger.refusals import (
    AccountClosed,
    BadAmount,
    BooksUnguarded,
    CannotReverse,
    FourEyesNeeded,
    HoldLapsed,
    HoldResolved,
    KeyClash,
    MoreThanHeld,
    NotEnough,
    NoTransfers,
    SecondCall,
    UnitMismatch,
)
from ledger.testing import assert_books_balance
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account, balances, everything
from tests.ledger.raw import execute, is_sqlite

ADA, BO = UUID(int=1), UUID(int=2)
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)

type Bad = Callable[[Journal], object]


@pytest.fixture
def books(told: Journal) -> Journal:
    """Ten points of Li, of which five are spent and two are held; an award that is reversed."""
    told.post("issued > wang 1", idempotency_key="reversed")
    undo(told, "reversed", key="undo")
    told.post("issued > gu 9", idempotency_key="spent")
    told.post("gu > redeemed 4", idempotency_key="lunch")
    moves = [Hold(account("gu"), account("redeemed"), 1, LONG_AGO)]
    (told.holds["late"],) = told.post("late", moves=moves).made_transfers
    return told


def move(debit: str, credit: str, amount: Any) -> Bad:
    return lambda journal: post(journal, Move(account(debit), account(credit), amount))


def post(journal: Journal, *moves: Any, **facts: Any) -> object:
    return post_entries([journal.spec("", moves=moves, **facts)])


def undo(journal: Journal, key_of_entry: str, key: str = "again", **facts: Any) -> Entry:
    return reverse_entry(
        entry=Entry.objects.get(idempotency_key=key_of_entry),
        idempotency_key=key,
        reason="mistake",
        happened_at=MARKET_DAY,
        **facts,
    )


def settle(name: str, amount: int | None = None) -> Bad:
    return lambda journal: post(journal, Settle(journal.holds[name], amount))


def of_nobody(journal: Journal) -> object:
    missing = Account(id=999_999, code="nobody")
    return post(journal, Move(missing, account("li"), 1))


@transaction.atomic
def call_twice(journal: Journal) -> None:
    journal.post("issued > li 1")
    journal.post("issued > wang 1")


BAD: dict[str, tuple[Bad, type[Exception]]] = {
    "an amount of 0": (move("issued", "li", 0), BadAmount),
    "an amount below 0": (move("issued", "li", -1), BadAmount),
    "an amount of 1.5": (move("issued", "li", 1.5), BadAmount),
    "an amount of 'x'": (move("issued", "li", "x"), BadAmount),
    "an amount of 10^12": (move("issued", "li", 10**12), BadAmount),
    "an amount of 2^63": (move("issued", "li", 2**63), BadAmount),
    "one account on both sides": (move("li", "li", 1), ValueError),
    "two units": (move("bank", "li", 1), UnitMismatch),
    "a closed account": (move("issued", "gone", 1), AccountClosed),
    "a missing account": (of_nobody, DatabaseError),
    "a hold settled twice": (settle("lunch", 1), HoldResolved),
    "a hold settled for more": (settle("tea", 3), MoreThanHeld),
    "a hold settled after it lapsed": (settle("late"), HoldLapsed),
    "the same key with another body": (
        lambda journal: journal.post("gu > redeemed 1", idempotency_key="lunch"),
        KeyClash,
    ),
    "a reversal of a reversal": (lambda journal: undo(journal, "undo"), CannotReverse),
    "a second reversal": (lambda journal: undo(journal, "reversed"), CannotReverse),
    "a reversal of what is spent": (lambda journal: undo(journal, "spent"), NotEnough),
    "one who approves what he did": (
        lambda journal: undo(journal, "lunch", actor_ref=ADA, approver_ref=ADA),
        FourEyesNeeded,
    ),
    "nobody where four eyes are needed": (
        lambda journal: journal.post("issued > li 1", needs_four_eyes=True),
        FourEyesNeeded,
    ),
    "an entry without transfers": (post, NoTransfers),
    "more than there is": (move("li", "redeemed", 4), NotEnough),
    "two calls in a transaction": (call_twice, SecondCall),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_its_own_error(case: str, books: Journal) -> None:
    do, error = BAD[case]
    for code in ("wang", "gu", "bank"):
        account(code)
    before = everything()

    with pytest.raises(error), transaction.atomic():
        do(books)

    assert everything() == before
    assert_books_balance()


@pytest.mark.parametrize("case", BAD)
def test_bad_input_in_the_middle_takes_the_rest_with_it(case: str, books: Journal) -> None:
    """What is right before and after it in the same transaction is taken back too."""
    do, error = BAD[case]
    for code in ("wang", "gu", "bank"):
        account(code)
    before = everything()

    def post_and_do() -> None:
        with transaction.atomic():
            books.post("issued > wang 1")
            do(books)

    with pytest.raises((error, SecondCall)):
        post_and_do()

    assert everything() == before


def test_ten_thousand_transfers_are_one_entry(journal: Journal) -> None:
    issued, li = account("issued"), account("li")

    (entry,) = post_entries([journal.spec("", moves=[Move(issued, li, 1)] * 10_000)])

    assert Transfer.objects.filter(entry=entry).count() == 10_000
    assert balances() == {"issued": 10_000, "li": 10_000}


def test_the_last_of_two_thousand_takes_all_with_it(journal: Journal) -> None:
    issued, li, wang = account("issued"), account("li"), account("wang")
    before = everything()
    moves = [*[Move(issued, li, 1)] * 1_999, Move(wang, li, 1)]

    with pytest.raises(NotEnough):
        post_entries([journal.spec("", moves=moves)])

    assert everything() == before


def test_a_missing_trigger_stops_every_call(books: Journal) -> None:
    triggers.forget_guards()
    execute("DROP TRIGGER transfer_is_sound" + ("" if is_sqlite else " ON ledger_transfer"))
    before = everything()

    calls: list[Callable[[], object]] = [
        lambda: books.post("issued > li 1"),
        lambda: books.post("release tea"),
        lambda: undo(books, "lunch"),
    ]
    for call in calls:
        with pytest.raises(BooksUnguarded):
            call()

    assert everything() == before
    triggers.forget_guards()
