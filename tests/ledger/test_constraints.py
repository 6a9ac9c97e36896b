"""The constraints of the books refuse by themselves, with every trigger taken down.

The triggers come first, and refuse most of this under the same name; this is for the day when
one is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from ledger import triggers
from ledger.models import Account, Entry, Transfer, Unit
from tests.conftest import MARKET_DAY
from tests.ledger.guarded import rule_against, transfer
from tests.ledger.journal import Journal, account

ADA, BO = UUID(int=1), UUID(int=2)


@pytest.fixture
def bare(told: Journal) -> Iterator[Journal]:
    """The same books without any trigger."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.drop(connection)
    yield told
    triggers.forget_guards()


def entry(**columns: Any) -> Callable[[], object]:
    row: dict[str, Any] = {
        "kind": "story", "reference": "raw", "idempotency_key": "raw", "fingerprint": "-",
        "happened_at": MARKET_DAY,
    }  # fmt: skip
    return lambda: Entry.objects.create(**row | columns)


def change(code: str, **columns: int) -> Callable[[], object]:
    return lambda: Account.objects.filter(code=code).update(**columns)


def test_without_triggers_much_is_possible(bare: Journal) -> None:
    """The control: what the rows below say is refused by constraints and by nothing else."""
    change("li", credits_posted=99)()
    transfer(line=9)()


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("li", {"debits_posted": 11}),
        ("li", {"debits_pending": 6}),  # Two are held, and five of ten are gone.
        ("drawer", {"credits_posted": 1}),
        ("drawer", {"credits_pending": 1}),
    ],
    ids=str,
)
def test_an_account_is_not_overdrawn(code: str, columns: dict[str, int], bare: Journal) -> None:
    account("drawer")

    assert rule_against(change(code, **columns)) == "account_is_not_overdrawn"


@pytest.mark.parametrize(
    "column", ["debits_posted", "credits_posted", "debits_pending", "credits_pending"]
)
def test_totals_are_not_negative(column: str, bare: Journal) -> None:
    assert rule_against(change("issued", **{column: -1})) == "account_totals_are_not_negative"


def test_an_account_has_a_normal_side(bare: Journal) -> None:
    unit = Unit.objects.get(code="POINT")

    def open_sideways() -> None:
        Account.objects.create(code="new", unit=unit, normal="both", floor=None)

    assert rule_against(open_sideways) == "account_has_a_normal_side"


def test_codes_name_one(bare: Journal) -> None:
    unit = Unit.objects.get(code="POINT")

    def open_again() -> None:
        Account.objects.create(code="li", unit=unit, normal="credit")

    assert rule_against(open_again) == "ledger_account_code"
    assert rule_against(lambda: Unit.objects.create(code="POINT", name="x")) == "ledger_unit_code"


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"idempotency_key": "entry:1"}, "entry_is_posted_once"),
        ({"kind": "reversal"}, "entry_reverses_only_as_a_reversal"),
        ({"reverses": "the first"}, "entry_reverses_only_as_a_reversal"),
        ({"needs_four_eyes": True}, "entry_has_four_eyes_where_needed"),
        ({"needs_four_eyes": True, "actor_ref": ADA}, "entry_has_four_eyes_where_needed"),
        ({"needs_four_eyes": True, "approver_ref": BO}, "entry_has_four_eyes_where_needed"),
        (
            {"needs_four_eyes": True, "actor_ref": ADA, "approver_ref": ADA},
            "entry_has_four_eyes_where_needed",
        ),
    ],
    ids=str,
)
def test_an_entry_keeps_its_constraints(columns: dict[str, Any], rule: str, bare: Journal) -> None:
    if "reverses" in columns:
        columns = {"reverses": Entry.objects.earliest("pk")}

    assert rule_against(entry(**columns)) == rule


def test_an_entry_is_reversed_once(bare: Journal) -> None:
    first = Entry.objects.earliest("pk")
    entry(kind="reversal", reverses=first)()

    again = entry(kind="reversal", reverses=first, idempotency_key="again")

    assert rule_against(again) == "ledger_entry_reverses_id"


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"amount": 0}, "transfer_amount_is_positive"),
        ({"amount": -1}, "transfer_amount_is_positive"),
        ({"amount": 10**12}, "transfer_amount_is_positive"),
        ({"amount": 2**63 - 1}, "transfer_amount_is_positive"),
        ({"credit": "issued"}, "transfer_has_two_sides"),
        ({"phase": "post"}, "transfer_resolves_a_hold_or_stands_alone"),
        ({"phase": "void"}, "transfer_resolves_a_hold_or_stands_alone"),
        ({"phase": "gift"}, "transfer_resolves_a_hold_or_stands_alone"),
        ({"phase": "single", "hold": "tea"}, "transfer_resolves_a_hold_or_stands_alone"),
        ({"phase": "hold", "hold": "tea"}, "transfer_resolves_a_hold_or_stands_alone"),
        ({"phase": "post", "hold": "lunch"}, "ledger_transfer_hold_id"),
        ({"phase": "void", "hold": "lunch"}, "ledger_transfer_hold_id"),
        ({"expires_at": MARKET_DAY}, "transfer_lapses_only_as_a_hold"),
        ({"line": 1}, "transfer_has_its_own_line"),
    ],
    ids=str,
)
def test_a_transfer_keeps_its_constraints(
    columns: dict[str, Any], rule: str, bare: Journal
) -> None:
    row: dict[str, Any] = {"entry": Entry.objects.earliest("pk"), "line": 9} | columns
    if "credit" in row:
        row["credit"] = account(row["credit"])
    if "hold" in row:
        row["hold"] = bare.holds[row["hold"]]

    def insert() -> None:
        Transfer.objects.create(
            **{"debit": account("issued"), "credit": account("li"), "amount": 1, "phase": "single"}
            | row
        )

    assert rule_against(insert) == rule
