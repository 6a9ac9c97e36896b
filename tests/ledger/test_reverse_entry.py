"""reverse_entry: the exact opposite, or a refusal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from ledger.actions.post_entry import post_entries
from ledger.actions.reverse_entry import reversal_of, reverse_entry
from ledger.models import Account, Entry
from ledger.refusals import (
    AccountClosed,
    CannotReverse,
    FourEyesNeeded,
    HoldResolved,
    KeyClash,
    NotEnough,
)
from ledger.testing import assert_books_balance
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account, balances, everything

ADA, BO = UUID(int=1), UUID(int=2)


def undo(entry: Entry, key: str = "undo", **facts: Any) -> Entry:
    return reverse_entry(
        entry=entry, idempotency_key=key, reason="mistake", happened_at=MARKET_DAY, **facts
    )


def rows(entry: Entry) -> list[tuple[Any, ...]]:
    columns = ("line", "debit__code", "credit__code", "amount", "phase")
    return list(entry.transfers.order_by("line").values_list(*columns))


def test_what_moved_moves_back_the_last_first(journal: Journal) -> None:
    entry = journal.post("issued > li 10\nli > redeemed 4")

    reversal = undo(entry, actor_ref=ADA)

    assert (reversal.kind, reversal.reference) == ("reversal", entry.reference)
    assert (reversal.reverses, reversal.reason, reversal.actor_ref) == (entry, "mistake", ADA)
    assert rows(reversal) == [
        (1, "redeemed", "li", 4, "single"),
        (2, "li", "issued", 10, "single"),
    ]
    assert balances() == {"issued": 0, "li": 0, "redeemed": 0}
    assert_books_balance()


def test_an_open_hold_is_released(journal: Journal) -> None:
    journal.post("issued > li 10")
    entry = journal.post("li ~ redeemed 4 lunch\nli > redeemed 1")

    reversal = undo(entry)

    assert rows(reversal) == [
        (1, "redeemed", "li", 1, "single"),
        (2, "li", "redeemed", 4, "void"),
    ]
    assert Account.objects.get(code="li").available == 10
    assert_books_balance()


def test_goods_of_a_settled_hold_return_free(journal: Journal) -> None:
    journal.post("issued > li 10")
    journal.post("li ~ redeemed 6 lunch")
    entry = journal.post("settle lunch 5")

    reversal = undo(entry)

    assert rows(reversal) == [(1, "redeemed", "li", 5, "single")]
    assert Account.objects.get(code="li").available == 10
    assert_books_balance()


def test_a_reversal_is_posted_together_with_others(journal: Journal) -> None:
    journal.post("issued > li 10")
    journal.post("li ~ redeemed 6 lunch")
    entry = journal.post("settle lunch 5")

    spec = reversal_of(
        entry=entry, idempotency_key="undo", reason="mistake", happened_at=MARKET_DAY
    )
    post_entries([spec, journal.spec("li ~ redeemed 10")])

    li = Account.objects.get(code="li")
    assert (li.balance, li.available) == (10, 0)
    assert_books_balance()


@pytest.mark.parametrize("text", ["issued > li 5", "li ~ redeemed 4", "settle lunch"])
def test_the_same_key_reverses_once(text: str, journal: Journal) -> None:
    journal.post("issued > li 10")
    journal.post("li ~ redeemed 6 lunch")
    entry = journal.post(text)

    first = undo(entry)
    before = everything()
    again = undo(entry)

    assert again == first
    assert again.made_transfers == first.made_transfers
    assert everything() == before


def test_an_approver_is_somebody_else(journal: Journal) -> None:
    entry = journal.post("issued > li 10")
    before = everything()

    with pytest.raises(FourEyesNeeded):
        undo(entry, actor_ref=ADA, approver_ref=ADA)
    assert everything() == before

    assert undo(entry, actor_ref=ADA, approver_ref=BO).needs_four_eyes


def reversed_already(journal: Journal) -> Entry:
    entry = journal.post("issued > li 1")
    undo(entry, key="first")
    return entry


def reversal(journal: Journal) -> Entry:
    return undo(journal.post("issued > li 1"), key="first")


def release(journal: Journal) -> Entry:
    journal.post("issued ~ li 1 lunch")
    return journal.post("release lunch")


def hold_settled_since(journal: Journal) -> Entry:
    entry = journal.post("issued ~ li 1 lunch")
    journal.post("settle lunch")
    return entry


def hold_released_since(journal: Journal) -> Entry:
    entry = journal.post("issued > li 1\nissued ~ li 1 lunch")
    journal.post("release lunch")
    return entry


@pytest.mark.parametrize(
    ("story", "why"),
    [
        (reversed_already, "reversed"),
        (reversal, "reversal"),
        (release, "release"),
        (hold_settled_since, "resolved"),
        (hold_released_since, "resolved"),
    ],
)
def test_what_has_no_opposite_is_refused(story: Any, why: str, journal: Journal) -> None:
    entry = story(journal)
    before = everything()

    with pytest.raises(CannotReverse) as refusal:
        undo(entry)

    assert (refusal.value.entry_id, refusal.value.why) == (entry.pk, why)
    assert everything() == before


@pytest.mark.parametrize(
    "story", [reversed_already, reversal, release, hold_settled_since, hold_released_since]
)
def test_and_is_not_even_prepared(story: Any, journal: Journal) -> None:
    entry = story(journal)

    with pytest.raises(CannotReverse):
        reversal_of(entry=entry, idempotency_key="undo", reason="late", happened_at=MARKET_DAY)


def test_points_that_were_spent_are_not_taken_back(journal: Journal) -> None:
    entry = journal.post("issued > li 10")
    journal.post("li > redeemed 1")
    before = everything()

    with pytest.raises(NotEnough) as short:
        undo(entry)

    assert (short.value.code, short.value.needed, short.value.available) == ("li", 10, 9)
    assert everything() == before


def test_a_key_that_names_something_else_clashes(journal: Journal) -> None:
    entry = journal.post("issued > li 10")
    journal.post("issued > li 1", idempotency_key="undo")

    with pytest.raises(KeyClash):
        undo(entry)


def test_a_reversal_prepared_too_early_is_refused(journal: Journal) -> None:
    """Between preparing a reversal and posting it, somebody else was quicker."""
    held, moved = journal.post("issued ~ li 3 lunch"), journal.post("issued > li 3")
    specs = [
        reversal_of(entry=entry, idempotency_key=key, reason="late", happened_at=MARKET_DAY)
        for entry, key in ((held, "late:1"), (moved, "late:2"))
    ]
    journal.post("settle lunch")
    undo(moved)
    before = everything()

    with pytest.raises(HoldResolved):
        post_entries(specs[:1])
    with pytest.raises(CannotReverse) as refusal:
        post_entries(specs[1:])

    assert (refusal.value.entry_id, refusal.value.why) == (moved.pk, "reversed")
    assert everything() == before


def test_an_account_closed_since_refuses(journal: Journal) -> None:
    entry = journal.post("issued > li 3\nli > redeemed 3")
    Account.objects.filter(code="li").update(closed_at=MARKET_DAY)

    with pytest.raises(AccountClosed):
        undo(entry)


def test_reversing_costs_the_same_for_any_number_of_lines(
    journal: Journal, django_assert_num_queries: Any
) -> None:
    for code in ("issued", *(f"wallet{n}" for n in range(20))):
        account(code)
    short = journal.post("issued > wallet0 1")
    long = journal.post("\n".join(f"issued > wallet{n} 1" for n in range(20)))
    posting = 1 if connection.vendor == "postgresql" else 4

    for number, entry in enumerate([short, long]):
        with django_assert_num_queries(2 + posting + 2):  # Reading, posting, and the savepoint.
            undo(entry, key=f"undo:{number}")
