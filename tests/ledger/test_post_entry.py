"""post_entry: what moves, what is held, and what is returned."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger.actions.close_account import close_account
from ledger.actions.post_entry import (
    EntrySpec,
    Hold,
    Move,
    Release,
    Settle,
    post_entries,
    post_entry,
)
from ledger.clock import database_now
from ledger.models import Account, Entry, Transfer
from ledger.operations import TEXT_LENGTHS
from ledger.refusals import (
    AccountClosed,
    BadAmount,
    FourEyesNeeded,
    HoldLapsed,
    HoldResolved,
    KeyClash,
    MoreThanHeld,
    NotEnough,
    NoTransfers,
    Refusal,
    SecondCall,
    UnitMismatch,
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
    account("wang")
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


# --- Refusals -------------------------------------------------------------------------


def refused(journal: Journal, text: str, refusal: type[Refusal], **facts: Any) -> Any:
    """Post what must be refused, see that nothing has changed, and return the refusal."""
    for word in ("issued", "li", "wang", "redeemed", "bank"):
        account(word)
    before = everything()
    with pytest.raises(refusal) as caught:
        journal.post(text, **facts)
    assert everything() == before
    return caught.value


@pytest.mark.parametrize(
    ("text", "code", "needed", "available"),
    [
        ("li > redeemed 11", "li", 11, 10),
        ("li ~ redeemed 11", "li", 11, 10),
        ("li > redeemed 6\nli > wang 6", "li", 12, 10),
        ("issued > li 5\nli > redeemed 16", "li", 16, 15),
        ("li > redeemed 11\nissued > li 5", "li", 11, 10),
        ("li > wang 10\nwang > redeemed 11", "wang", 11, 10),
        ("wang > redeemed 1", "wang", 1, 0),
    ],
)
def test_not_enough_tells_who_is_short_and_by_how_much(
    text: str, code: str, needed: int, available: int, journal: Journal
) -> None:
    journal.post("issued > li 10")

    short = refused(journal, text, NotEnough)

    assert (short.code, short.needed, short.available) == (code, needed, available)
    assert short.account_id == account(code).pk


def test_not_enough_counts_what_is_held(journal: Journal) -> None:
    journal.post("issued > li 10")
    journal.post("li ~ redeemed 6 lunch")

    short = refused(journal, "li > redeemed 5", NotEnough)
    assert (short.needed, short.available) == (5, 4)

    short = refused(journal, "release lunch\nli ~ redeemed 11", NotEnough)
    assert (short.needed, short.available) == (11, 10)


def test_a_drawer_is_not_overdrawn_either(journal: Journal) -> None:
    journal.post("drawer > bank 500")

    short = refused(journal, "bank > drawer 501", NotEnough)

    assert (short.code, short.needed, short.available) == ("drawer", 501, 500)


def test_accounts_without_a_floor_may_go_below_zero(journal: Journal) -> None:
    journal.post("redeemed > li 7")

    assert balances() == {"li": 7, "redeemed": -7}


def test_units_do_not_mix(journal: Journal) -> None:
    mismatch = refused(journal, "bank > li 1", UnitMismatch)

    assert (mismatch.debit, mismatch.credit) == ("bank", "li")


@pytest.mark.parametrize("text", ["issued > gone 1", "gone > issued 1", "issued ~ gone 1"])
def test_a_closed_account_takes_and_gives_nothing(text: str, journal: Journal) -> None:
    close_account(account=account("gone"), closed_at=MARKET_DAY)

    closed = refused(journal, text, AccountClosed)

    assert (closed.code, closed.account_id) == ("gone", account("gone").pk)


@pytest.mark.parametrize("first", ["settle lunch", "settle lunch 1", "release lunch"])
@pytest.mark.parametrize("second", ["settle lunch", "settle lunch 1", "release lunch"])
def test_a_hold_is_resolved_once(first: str, second: str, journal: Journal) -> None:
    journal.post("issued > li 10")
    journal.post("li ~ redeemed 6 lunch\nli ~ redeemed 2 tea")
    journal.post(first)

    resolved = refused(journal, f"settle tea\n{second}", HoldResolved)

    assert resolved.hold_id == journal.holds["lunch"].pk


def test_a_hold_is_resolved_once_in_an_entry(journal: Journal) -> None:
    journal.post("issued ~ li 6 lunch\nissued ~ li 1 tea")

    resolved = refused(journal, "settle tea\nsettle lunch 3\nsettle lunch 3", HoldResolved)

    assert resolved.hold_id == journal.holds["lunch"].pk


def test_a_hold_settles_for_no_more_than_it_reserves(journal: Journal) -> None:
    journal.post("issued ~ li 6 lunch")

    more = refused(journal, "settle lunch 7", MoreThanHeld)

    assert (more.hold_id, more.held, more.wanted) == (journal.holds["lunch"].pk, 6, 7)


def test_a_lapsed_hold_counts_until_it_is_released(journal: Journal) -> None:
    journal.post("issued > li 10")
    moves = [Hold(account("li"), account("redeemed"), 6, database_now() - DAY)]
    (lunch,) = journal.post("li ~ redeemed 6 lunch", moves=moves).made_transfers

    lapsed = refused(journal, "settle lunch", HoldLapsed)

    assert lapsed.hold_id == lunch.pk
    assert Account.objects.get(code="li").available == 4
    journal.post("release lunch")
    assert Account.objects.get(code="li").available == 10


def test_a_hold_that_has_not_lapsed_settles(journal: Journal) -> None:
    moves = [Hold(account("issued"), account("li"), 6, database_now() + DAY)]
    journal.post("issued ~ li 6 lunch", moves=moves)

    journal.post("settle lunch")

    assert balances()["li"] == 6


@pytest.mark.parametrize("amount", [0, -1, 10**12, 10**30, 1.5, 1.0, "1", None, True], ids=repr)
def test_an_amount_is_a_whole_number(amount: Any, journal: Journal) -> None:
    moves = [Move(debit=account("issued"), credit=account("li"), amount=amount)]

    bad = refused(journal, "issued > li 1", BadAmount, moves=moves)

    assert bad.amount is amount


def test_the_largest_amount_can_be_moved(journal: Journal) -> None:
    journal.post(f"issued > li {10**12 - 1}")

    assert balances()["li"] == 10**12 - 1


def test_an_entry_moves_something(journal: Journal) -> None:
    refused(journal, "", NoTransfers)


@pytest.mark.parametrize(("actor", "approver"), [(None, None), (ADA, None), (None, BO), (ADA, ADA)])
def test_four_eyes_are_two_people(
    actor: UUID | None, approver: UUID | None, journal: Journal
) -> None:
    facts = {"actor_ref": actor, "approver_ref": approver, "needs_four_eyes": True}

    refused(journal, "issued > li 1", FourEyesNeeded, **facts)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"kind": ""}, "kind"),
        ({"reference": ""}, "reference"),
        ({"idempotency_key": ""}, "idempotency_key"),
        ({"idempotency_key": "k" * 121}, "idempotency_key"),
        ({"reason": "r" * 41}, "reason"),
        ({"happened_at": MARKET_DAY.replace(tzinfo=None)}, "time zone"),
        ({"kind": "reversal"}, "reversal"),
    ],
)
def test_what_cannot_be_meant_is_an_error(
    facts: dict[str, Any], message: str, journal: Journal
) -> None:
    with pytest.raises(ValueError, match=message):
        journal.post("issued > li 1", **facts)


def test_texts_are_as_long_as_their_columns() -> None:
    lengths = {field.name: field.max_length for field in Entry._meta.fields}

    assert {name: lengths[name] for name in TEXT_LENGTHS} == TEXT_LENGTHS


@pytest.mark.parametrize("case", ["itself", "unopened", "no hold", "naive expiry"])
def test_operations_that_cannot_be_meant_are_errors(case: str, journal: Journal) -> None:
    li, issued = account("li"), account("issued")
    moved = journal.post("issued > li 1").made_transfers[0]
    operation = {
        "itself": Move(li, li, 1),
        "unopened": Move(Account(code="new"), li, 1),
        "no hold": Settle(moved),
        "naive expiry": Hold(issued, li, 1, MARKET_DAY.replace(tzinfo=None)),
    }[case]

    with pytest.raises(ValueError, match=r"\w"):
        journal.post("issued > li 1", moves=[operation])


# --- One call a transaction -----------------------------------------------------------


@transaction.atomic
def post_twice(journal: Journal) -> None:
    journal.post("issued > li 1")
    journal.post("issued > li 1")


@transaction.atomic
def post_and_fail(journal: Journal) -> None:
    journal.post("issued > li 1")
    raise RuntimeError


@transaction.atomic
def post_inside_and_again(journal: Journal) -> None:
    with transaction.atomic():
        journal.post("issued > li 1")
    journal.post("issued > li 1")


def test_a_transaction_calls_once(journal: Journal) -> None:
    with pytest.raises(SecondCall):
        post_twice(journal)

    assert not Entry.objects.exists()


def test_an_inner_block_is_the_same_transaction(journal: Journal) -> None:
    with pytest.raises(SecondCall):
        post_inside_and_again(journal)


def test_a_refused_call_does_not_count(journal: Journal) -> None:
    with transaction.atomic():
        with pytest.raises(NotEnough):
            journal.post("li > redeemed 1")
        journal.post("issued > li 2")

    assert balances()["li"] == 2


def test_a_call_that_was_rolled_back_does_not_count(journal: Journal) -> None:
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            post_and_fail(journal)
        journal.post("issued > li 2")

    assert balances()["li"] == 2


@pytest.mark.django_db(transaction=True)
def test_each_transaction_calls_once(journal: Journal) -> None:
    for _ in range(2):
        with transaction.atomic():
            journal.post("issued > li 1")
    with pytest.raises(RuntimeError):
        post_and_fail(journal)
    with pytest.raises(SecondCall):
        post_twice(journal)
    journal.post("issued > li 1")
    journal.post("issued > li 1")

    assert balances()["li"] == 4


# --- What it costs --------------------------------------------------------------------


def statements(queries: CaptureQueriesContext) -> list[str]:
    """Return what was executed, without the beginning and end of transactions."""
    words = [query["sql"].split(maxsplit=1)[0] for query in queries.captured_queries]
    return [word for word in words if word not in {"BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"}]


@pytest.mark.parametrize("lines", [1, 3, 30])
def test_moves_cost_four_statements(lines: int, journal: Journal) -> None:
    spec = journal.spec("\n".join(f"issued > wallet{n} 1" for n in range(lines)))
    journal.post("issued > li 1")

    with CaptureQueriesContext(connection) as queries:
        post_entries([spec])

    assert statements(queries) == ["SELECT", "SELECT", "INSERT", "INSERT"]


def test_resolving_holds_costs_no_more(journal: Journal) -> None:
    journal.post("issued ~ li 6 lunch\nissued ~ li 2 tea")
    holds = Transfer.objects.order_by("line")
    moves = [Settle(hold=holds[0], amount=5), Release(hold=holds[1])]
    spec = journal.spec("settle lunch", moves=moves)

    with CaptureQueriesContext(connection) as queries:
        post_entries([spec])

    assert statements(queries) == ["SELECT", "SELECT", "INSERT", "INSERT"]


def test_entries_posted_together_cost_no_more(journal: Journal) -> None:
    specs = [journal.spec(f"issued > wallet{n} 1") for n in range(10)]
    journal.post("issued > li 1")

    with CaptureQueriesContext(connection) as queries:
        post_entries(specs)

    assert statements(queries) == ["SELECT", "SELECT", "INSERT", "INSERT"]


def test_a_replay_costs_four_statements(journal: Journal) -> None:
    journal.post("issued > li 1", idempotency_key="once")
    spec = journal.spec("issued > li 1", idempotency_key="once")

    with CaptureQueriesContext(connection) as queries:
        post_entries([spec])

    assert statements(queries) == ["SELECT"] * 4


def test_more_lines_than_one_statement_takes(journal: Journal) -> None:
    issued, li = account("issued"), account("li")
    moves = [Move(issued, li, 1)] * 1001

    (entry,) = post_entries([journal.spec("issued > li 1", moves=moves)])

    assert [transfer.line for transfer in entry.made_transfers] == list(range(1, 1002))
    assert Transfer.objects.count() == 1001
    assert balances()["li"] == 1001
