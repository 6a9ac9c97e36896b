"""post_entry refuses: each refusal tells its facts, and nothing has changed."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

import pytest

from ledger.actions.close_account import close_account
from ledger.actions.post_entry import (
    Hold,
    Move,
    Settle,
    post_entries,
)
from ledger.clock import database_now
from ledger.models import Account, Entry
from ledger.operations import TEXT_LENGTHS
from ledger.refusals import (
    AccountClosed,
    BadAmount,
    FourEyesNeeded,
    HoldLapsed,
    HoldResolved,
    MoreThanHeld,
    NotEnough,
    NoTransfers,
    Refusal,
    UnitMismatch,
)
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account, balances, everything

ADA, BO = UUID(int=1), UUID(int=2)
DAY = datetime.timedelta(days=1)


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


def test_not_enough_beside_what_is_posted_already(journal: Journal) -> None:
    journal.post("issued > li 10", idempotency_key="award")
    journal.post("li > redeemed 8")
    again, lunch = (
        journal.spec("issued > li 10", idempotency_key="award"),
        journal.spec("li > redeemed 5"),
    )

    with pytest.raises(NotEnough) as short:
        post_entries([again, lunch])

    assert (short.value.code, short.value.needed, short.value.available) == ("li", 5, 2)


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
