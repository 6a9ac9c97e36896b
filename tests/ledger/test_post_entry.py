"""post_entry: what moves, what is held, and what is returned."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from ledger.actions.post_entry import (
    EntrySpec,
    Hold,
    Move,
    Release,
    Settle,
    post_entries,
    post_entry,
)
from ledger.actions.reverse_entry import reverse_entry
from ledger.clock import database_now
from ledger.models import Account, Entry, Transfer
from ledger.refusals import (
    KeyClash,
    NotEnough,
)
from ledger.testing import assert_books_balance
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account, balances, everything

ADA, BO = UUID(int=1), UUID(int=2)
DAY = datetime.timedelta(days=1)


def test_points_go_round(journal: Journal) -> None:
    journal.post("issued > li 30")
    journal.post("""
        issued > wang     10
        li     > redeemed 12
    """)

    assert balances() == {"issued": 40, "li": 18, "redeemed": 12, "wang": 10}
    assert_books_balance()


def test_an_entry_is_written_as_it_was_told(db: None) -> None:
    before = database_now()
    entry = post_entry(
        kind="hand_out",
        reference="order:1042",
        idempotency_key="hand-out:1042",
        happened_at=MARKET_DAY,
        moves=[
            Move(debit=account("bank"), credit=account("order"), amount=3920),
            Hold(
                debit=account("order"), credit=account("farmer"), amount=20, expires_at=MARKET_DAY
            ),
        ],
        reason="counted",
        actor_ref=ADA,
        approver_ref=BO,
        needs_four_eyes=True,
    )

    assert Entry.objects.get() == entry
    kept = Entry.objects.values().get()
    assert (kept["kind"], kept["reference"], kept["reason"]) == (
        "hand_out",
        "order:1042",
        "counted",
    )
    assert (kept["actor_ref"], kept["approver_ref"], kept["needs_four_eyes"]) == (ADA, BO, True)
    assert kept["happened_at"] == MARKET_DAY
    assert kept["reverses_id"] is None
    assert kept["posted_at"] == entry.posted_at
    assert before <= entry.posted_at <= database_now()
    assert list(Transfer.objects.order_by("line")) == entry.made_transfers
    assert list(
        Transfer.objects.order_by("line").values_list(
            "line", "debit__code", "credit__code", "amount", "phase", "expires_at"
        )
    ) == [
        (1, "bank", "order", 3920, "single", None),
        (2, "order", "farmer", 20, "hold", MARKET_DAY),
    ]


def test_what_is_held_cannot_be_spent_twice(journal: Journal) -> None:
    journal.post("issued > li 10")
    journal.post("li ~ redeemed 6 lunch")

    with pytest.raises(NotEnough):
        journal.post("li > redeemed 5")

    li = Account.objects.get(code="li")
    assert (li.balance, li.available) == (10, 4)
    assert balances()["redeemed"] == 0
    assert_books_balance()


@pytest.mark.parametrize(
    ("resolution", "li", "redeemed"),
    [("settle lunch", 4, 6), ("settle lunch 5", 5, 5), ("release lunch", 10, 0)],
)
def test_a_hold_is_resolved(resolution: str, li: int, redeemed: int, journal: Journal) -> None:
    journal.post("issued > li 10")
    journal.post("li ~ redeemed 6 lunch")

    journal.post(resolution)

    assert balances() == {"issued": 10, "li": li, "redeemed": redeemed}
    assert Account.objects.get(code="li").available == li
    assert_books_balance()


def test_holds_known_only_by_their_row_are_resolved(journal: Journal) -> None:
    journal.post("issued > li 10")
    entry = journal.post("""
        li ~ redeemed 6
        li ~ redeemed 4
    """)
    breakfast, lunch = Transfer.objects.filter(entry=entry).order_by("line")

    post_entry(
        kind="eat",
        reference="test:1",
        idempotency_key="eat",
        happened_at=MARKET_DAY,
        moves=[Settle(hold=breakfast), Release(hold=lunch)],
    )

    assert balances() == {"issued": 10, "li": 4, "redeemed": 6}


def test_inflows_that_come_first_can_be_spent(journal: Journal) -> None:
    journal.post("""
        issued > li       5
        li     > redeemed 5
    """)

    assert balances() == {"issued": 5, "li": 0, "redeemed": 5}
    with pytest.raises(NotEnough):
        journal.post("""
            li     > redeemed 5
            issued > li       5
        """)


def test_the_same_key_posts_once(journal: Journal) -> None:
    first = journal.post(
        """
        issued > li       30
        li     ~ redeemed 12
        """,
        idempotency_key="shift:1",
    )
    again = journal.post(
        """
        issued > li       30
        li     ~ redeemed 12
        """,
        idempotency_key="shift:1",
        happened_at=MARKET_DAY + DAY,
    )

    assert again == first
    assert again.made_transfers == first.made_transfers
    assert [transfer.line for transfer in again.made_transfers] == [1, 2]
    assert again.happened_at == MARKET_DAY
    assert balances() == {"issued": 30, "li": 30, "redeemed": 0}


def test_a_settled_hold_is_replayed_too(journal: Journal) -> None:
    journal.post("issued > li 10")
    journal.post("li ~ redeemed 6 lunch")

    first = journal.post("settle lunch", idempotency_key="ate")
    again = journal.post("settle lunch 6", idempotency_key="ate")

    assert again == first
    assert balances()["redeemed"] == 6


OTHER_BODIES: dict[str, dict[str, Any]] = {
    "amount": {"text": "issued > li 31"},
    "account": {"text": "issued > wang 30"},
    "other side": {"text": "redeemed > li 30"},
    "direction": {"text": "li > issued 30"},
    "phase": {"text": "issued ~ li 30"},
    "one line more": {"text": "issued > li 30\nissued > li 1"},
    "kind": {"kind": "other"},
    "reference": {"reference": "shift:2"},
    "reason": {"reason": "mistake"},
    "actor": {"actor_ref": ADA},
    "approver": {"approver_ref": ADA},
    "four eyes": {"actor_ref": ADA, "approver_ref": BO, "needs_four_eyes": True},
}


@pytest.mark.parametrize("case", OTHER_BODIES)
def test_a_key_names_one_event(case: str, journal: Journal) -> None:
    journal.post("issued > li 30", idempotency_key="shift:1")
    account("wang"), account("redeemed")
    before = everything()

    with pytest.raises(KeyClash) as refusal:
        journal.post(
            **{"text": "issued > li 30", "idempotency_key": "shift:1"} | OTHER_BODIES[case]
        )

    assert refusal.value.key == "shift:1"
    assert everything() == before


def test_another_expiry_is_another_event(journal: Journal) -> None:
    def hold(expires_at: datetime.datetime) -> EntrySpec:
        moves = [Hold(account("issued"), account("li"), 5, expires_at)]
        return journal.spec("issued > li 5", moves=moves, idempotency_key="hold:1")

    post_entries([hold(MARKET_DAY)])

    with pytest.raises(KeyClash):
        post_entries([hold(MARKET_DAY + DAY)])


def test_another_hold_is_another_event(journal: Journal) -> None:
    journal.post("issued > li 12\nli ~ redeemed 6 lunch\nli ~ redeemed 6 supper")
    journal.post("settle lunch", idempotency_key="ate")

    with pytest.raises(KeyClash):
        journal.post("settle supper", idempotency_key="ate")


def test_what_needs_no_approval_is_another_event(journal: Journal) -> None:
    people = {"actor_ref": ADA, "approver_ref": BO, "idempotency_key": "shift:1"}
    journal.post("issued > li 30", needs_four_eyes=True, **people)

    with pytest.raises(KeyClash):
        journal.post("issued > li 30", **people)


def test_reversing_another_entry_is_another_event(journal: Journal) -> None:
    first, second = journal.post("issued > li 30"), journal.post("issued > li 30")
    facts: dict[str, Any] = {
        "idempotency_key": "undo", "reason": "mistake", "happened_at": MARKET_DAY,
    }  # fmt: skip
    reverse_entry(entry=first, **facts)

    with pytest.raises(KeyClash):
        reverse_entry(entry=second, **facts)


def test_several_entries_are_posted_together(journal: Journal) -> None:
    award, lunch = post_entries(
        [journal.spec("issued > li 30"), journal.spec("li > redeemed 12", reference="order:1")]
    )

    assert (award.reference, lunch.reference) == ("test:1", "order:1")
    assert [transfer.amount for transfer in lunch.made_transfers] == [12]
    assert balances() == {"issued": 30, "li": 18, "redeemed": 12}


def test_several_entries_are_all_posted_or_none(journal: Journal) -> None:
    account("li"), account("issued"), account("redeemed")
    before = everything()

    with pytest.raises(NotEnough):
        post_entries([journal.spec("issued > li 30"), journal.spec("li > redeemed 31")])

    assert everything() == before


def test_what_is_posted_already_is_returned_among_what_is_new(journal: Journal) -> None:
    first = journal.post("issued > li 30", idempotency_key="shift:1")

    again, new = post_entries(
        [journal.spec("issued > li 30", idempotency_key="shift:1"), journal.spec("issued > li 1")]
    )

    assert again == first
    assert again.made_transfers == first.made_transfers
    assert [transfer.amount for transfer in new.made_transfers] == [1]
    assert balances()["li"] == 31


def test_no_entries_are_posted_without_a_word_to_the_database(db: None) -> None:
    connection.ensure_connection()
    assert post_entries([]) == []


def test_a_key_is_used_once_in_a_call(journal: Journal) -> None:
    specs = [journal.spec("issued > li 1", idempotency_key="twice") for _ in range(2)]

    with pytest.raises(ValueError, match="same key"):
        post_entries(specs)
