"""The guards of transfers: the database refuses what goes past the actions."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection

from ledger.models import Entry, Transfer
from ledger.testing import assert_books_balance
from tests.conftest import MARKET_DAY
from tests.ledger.guarded import rule_against, transfer
from tests.ledger.journal import Journal, account, everything
from tests.ledger.raw import execute, is_sqlite, on_postgresql, on_sqlite

# --- Transfers ------------------------------------------------------------------------


def test_a_raw_transfer_moves_totals_too(told: Journal) -> None:
    before = account("li").balance

    transfer()()

    assert account("li").balance == before + 1
    assert_books_balance()


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"amount": 0}, "transfer_amount_is_positive"),
        ({"amount": -1}, "transfer_amount_is_positive"),
        ({"amount": 10**12}, "transfer_amount_is_positive"),
        ({"phase": "single", "expires_at": MARKET_DAY}, "transfer_lapses_only_as_a_hold"),
        ({"phase": "post"}, "transfer_resolves_a_hold_or_stands_alone"),
        ({"phase": "gift"}, "transfer_resolves_a_hold_or_stands_alone"),
    ],
)
def test_a_transfer_keeps_its_checks(columns: Any, rule: str, told: Journal) -> None:
    assert rule_against(transfer(**columns)) == rule


def test_an_account_does_not_pay_itself(told: Journal) -> None:
    assert rule_against(transfer(credit=account("issued"))) == "transfer_has_two_sides"


def test_a_transfer_joins_accounts_of_one_unit(told: Journal) -> None:
    assert rule_against(transfer(credit=account("bank"))) == "transfer_units_agree"


def test_a_transfer_needs_open_accounts(told: Journal) -> None:
    assert rule_against(transfer(credit=account("gone"))) == "account_is_open"


def test_an_account_that_closes_meanwhile_takes_nothing(told: Journal) -> None:
    """Between the check of a transfer and its totals somebody may close; totals look again."""
    execute("DROP TRIGGER transfer_is_sound" + ("" if is_sqlite else " ON ledger_transfer"))

    assert rule_against(transfer(credit=account("gone"))) == "account_is_open"


@pytest.mark.parametrize("side", ["debit", "credit"])
def test_a_transfer_looks_by_itself_whether_its_accounts_are_open(side: str, told: Journal) -> None:
    """Totals would refuse too, but only what moves them."""
    other = "account_is_open" if is_sqlite else "account_changes_by_transfers ON ledger_account"
    execute(f"DROP TRIGGER {other}")

    assert rule_against(transfer(**{side: account("gone")})) == "account_is_open"


@pytest.mark.parametrize("side", ["debit_id", "credit_id"])
def test_a_transfer_needs_both_accounts(side: str, told: Journal) -> None:
    assert rule_against(transfer(**{side: 999_999})) == "transfer_has_both_accounts"


def test_an_overdraft_is_refused_by_the_database(told: Journal) -> None:
    overdraft = transfer(debit=account("li"), credit=account("redeemed"), amount=100)

    assert rule_against(overdraft) == "account_is_not_overdrawn"


@pytest.mark.parametrize("phase", ["post", "void"])
@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"debit": "wang"}, "transfer_matches_its_hold"),
        ({"credit": "wang"}, "transfer_matches_its_hold"),
        ({"hold": "the first transfer"}, "transfer_matches_its_hold"),
        ({"hold": "none there"}, "transfer_matches_its_hold"),
        ({"hold": "the resolution", "amount": 5}, "transfer_matches_its_hold"),
        ({"hold": "resolved", "amount": 6}, "ledger_transfer_hold_id"),
        ({"amount": 3}, "transfer_fits_its_hold"),
    ],
    ids=str,
)
def test_a_hold_is_resolved_as_it_was_made(
    columns: dict[str, Any], rule: str, phase: str, told: Journal
) -> None:
    tea, lunch = told.holds["tea"], told.holds["lunch"]
    row: dict[str, Any] = {"debit": "li", "credit": "redeemed", "amount": 2, "hold": "tea"}
    row |= columns
    row["hold_id"] = {
        "tea": tea.pk,
        "resolved": lunch.pk,
        "the first transfer": Transfer.objects.earliest("pk").pk,
        "none there": 999_999,
        "the resolution": Transfer.objects.get(hold=lunch).pk,
    }[row.pop("hold")]
    row |= {side: account(row[side]) for side in ("debit", "credit")}

    assert rule_against(transfer(phase=phase, **row)) == rule


def test_a_hold_is_released_whole(told: Journal) -> None:
    tea = told.holds["tea"]
    half = transfer(
        debit=account("li"), credit=account("redeemed"), amount=1, phase="void", hold=tea
    )

    assert rule_against(half) == "transfer_fits_its_hold"


@on_sqlite
@pytest.mark.parametrize("amount", ["1.5", "'x'", "9223372036854775807 + 1", "NULL", "x'00'"])
def test_an_amount_is_an_integer(amount: str, told: Journal) -> None:
    """SQLite keeps any value in any column; what is too large for an integer becomes a float."""
    assert rule_against(lambda: execute(raw_insert(amount))) == "transfer_is_whole"


def raw_insert(amount: str) -> str:
    entry = Entry.objects.earliest("pk")
    return f"""
        INSERT INTO ledger_transfer (entry_id, line, debit_id, credit_id, amount, phase)
        VALUES ({entry.pk}, 9, {account("issued").pk}, {account("li").pk}, {amount}, 'single')
    """


@on_postgresql
@pytest.mark.parametrize(
    "amount", ["'x'", "9223372036854775807 + 1", "9223372036854775808", "NULL"]
)
def test_an_amount_fits_its_column(amount: str, told: Journal) -> None:
    before = everything()

    with pytest.raises(DatabaseError):
        execute(raw_insert(amount))

    assert everything() == before


@on_postgresql
def test_postgresql_rounds_an_amount(told: Journal) -> None:
    """The control: this is why the action looks at the type of an amount itself."""
    execute(raw_insert("1.5"))

    assert Transfer.objects.latest("pk").amount == 2


@on_sqlite
def test_a_line_is_an_integer(told: Journal) -> None:
    entry = Entry.objects.earliest("pk")
    insert = f"""
        INSERT INTO ledger_transfer (entry_id, line, debit_id, credit_id, amount, phase)
        VALUES ({entry.pk}, 'x', {account("issued").pk}, {account("li").pk}, 1, 'single')
    """

    assert rule_against(lambda: execute(insert)) == "transfer_is_whole"


@on_sqlite
@pytest.mark.parametrize("floor", ["0.5", "'x'"])
def test_a_floor_is_an_integer(floor: str, told: Journal) -> None:
    insert = f"""
        INSERT INTO ledger_account (code, unit_id, normal, purpose, floor)
        VALUES ('new', 1, 'credit', '', {floor})
    """

    assert rule_against(lambda: execute(insert)) == "account_opens_empty"


@on_sqlite
def test_a_transfer_is_not_slipped_in_between(told: Journal) -> None:
    """A transfer with a lower id than the last would not be the newest, whatever it says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ledger_transfer'")
    told.post("issued > li 1", idempotency_key="far")
    execute(
        "INSERT INTO ledger_transfer (id, entry_id, line, debit_id, credit_id, amount, phase)"
        " SELECT 1000, entry_id, 9, debit_id, credit_id, 1, 'single' FROM ledger_transfer LIMIT 1"
    )

    slipped = transfer(id=500)

    assert rule_against(slipped) == "account_totals_are_posted"
    assert_books_balance()


def test_four_eyes_are_kept_by_the_database_too(told: Journal) -> None:
    def insert() -> None:
        Entry.objects.create(
            kind="story", reference="raw", idempotency_key="raw", fingerprint="-",
            happened_at=MARKET_DAY, needs_four_eyes=True,
        )  # fmt: skip

    assert rule_against(insert) == "entry_has_four_eyes_where_needed"


@pytest.mark.parametrize("kind", ["reversal", "story"])
def test_only_a_reversal_reverses(kind: str, told: Journal) -> None:
    reverses = Entry.objects.earliest("pk") if kind == "story" else None

    def insert() -> None:
        Entry.objects.create(
            kind=kind, reference="raw", idempotency_key="raw", fingerprint="-",
            happened_at=MARKET_DAY, reverses=reverses,
        )  # fmt: skip

    assert rule_against(insert) == "entry_reverses_only_as_a_reversal"
