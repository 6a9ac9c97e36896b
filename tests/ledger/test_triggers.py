"""The guards of the books: the database refuses what goes past the actions.

Both engines refuse the same things under the same name; where they differ, a test says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from ledger import triggers
from ledger.actions.close_account import close_account
from ledger.models import Account, Entry, Transfer, Unit
from ledger.refusals import AccountNotEmpty, broken_rule
from ledger.testing import assert_books_balance
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account, everything
from tests.ledger.raw import execute, is_sqlite, on_postgresql, on_sqlite


def rule_against(change: Callable[[], object]) -> str:
    """Try a change, see that nothing has changed, and return the rule that refused it."""
    before = everything()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        change()
    assert everything() == before
    return broken_rule(refusal.value)


def transfer(**columns: Any) -> Callable[[], Transfer]:
    """Return what inserts a transfer past the action; by default one that is right."""

    def insert() -> Transfer:
        entry = Entry.objects.create(
            kind="story", reference="raw", idempotency_key="raw", fingerprint="-",
            happened_at=MARKET_DAY,
        )  # fmt: skip
        row: dict[str, Any] = {
            "entry": entry,
            "line": 1,
            "debit": account("issued"),
            "credit": account("li"),
            "amount": 1,
            "phase": "single",
        }
        return Transfer.objects.create(**row | columns)

    return insert


# --- Rewriting ------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Unit, Entry, Transfer])
def test_what_is_written_is_not_updated(model: Any, told: Journal) -> None:
    column = {Unit: "name", Entry: "reason", Transfer: "amount"}[model]
    value = "7" if model is not Transfer else 7

    assert rule_against(lambda: model.objects.update(**{column: value})) == "books_are_append_only"


@pytest.mark.parametrize("table", triggers.TABLES)
def test_nothing_is_deleted(table: str, told: Journal) -> None:
    delete = f"DELETE FROM {table}"

    assert rule_against(lambda: execute(delete)) == "books_are_append_only"


@on_postgresql
@pytest.mark.parametrize("table", triggers.TABLES)
def test_nothing_is_truncated(table: str, told: Journal) -> None:
    truncate = f"TRUNCATE {table} CASCADE"

    assert rule_against(lambda: execute(truncate)) == "books_are_append_only"


# Whichever of the guards against it comes first.
WRITTEN_ONCE = {
    "books_are_append_only",
    "entry_is_posted_once",
    "ledger_entry_reverses_id",
    "account_opens_empty",
}
REPLACEMENTS = [
    "REPLACE INTO ledger_unit SELECT id, code, 'x', scale FROM ledger_unit",
    "REPLACE INTO ledger_unit (code, name, scale) VALUES ('POINT', 'x', 0)",
    "REPLACE INTO ledger_entry SELECT * FROM ledger_entry",
    "REPLACE INTO ledger_transfer SELECT * FROM ledger_transfer",
    "REPLACE INTO ledger_transfer (entry_id, line, debit_id, credit_id, amount, phase)"
    " SELECT entry_id, line, debit_id, credit_id, 1, 'single' FROM ledger_transfer",
    "REPLACE INTO ledger_account SELECT * FROM ledger_account",
    "REPLACE INTO ledger_account (code, unit_id, normal, purpose)"
    " SELECT code, unit_id, normal, purpose FROM ledger_account",
    "INSERT INTO ledger_transfer SELECT * FROM ledger_transfer WHERE true"
    " ON CONFLICT (id) DO UPDATE SET amount = 900",
    "UPDATE OR REPLACE ledger_transfer SET amount = 3",
    "UPDATE OR REPLACE ledger_transfer SET id = id + 1",
]


@pytest.fixture(params=["ON", "OFF"])
def recursive(request: pytest.FixtureRequest, db: None) -> Iterator[str]:
    """REPLACE deletes unseen by triggers, unless a connection asks for recursive ones."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers = {request.param}")
        yield request.param
        cursor.execute("PRAGMA recursive_triggers = ON")


@on_sqlite
@pytest.mark.parametrize("sql", REPLACEMENTS)
def test_nothing_is_replaced(sql: str, told: Journal, recursive: str) -> None:
    assert rule_against(lambda: execute(sql)) in WRITTEN_ONCE


@on_sqlite
@pytest.mark.parametrize(
    ("taken", "rule"),
    [
        ("id", "books_are_append_only"),
        ("idempotency_key", "entry_is_posted_once"),
        ("reverses_id", "ledger_entry_reverses_id"),
    ],
)
def test_what_is_an_entrys_own_is_not_taken_over(
    taken: str, rule: str, told: Journal, recursive: str
) -> None:
    first = Entry.objects.earliest("pk")
    reversal = Entry.objects.create(
        kind="reversal", reference="raw", idempotency_key="raw", fingerprint="-",
        happened_at=MARKET_DAY, reverses=first,
    )  # fmt: skip
    row = {"id": "NULL", "idempotency_key": "'new'", "reverses_id": "NULL", "kind": "'story'"}
    row |= {
        "id": {"id": str(reversal.pk)},
        "idempotency_key": {"idempotency_key": "'raw'"},
        "reverses_id": {"reverses_id": str(first.pk), "kind": "'reversal'"},
    }[taken]
    replace = (
        "REPLACE INTO ledger_entry"
        " (id, idempotency_key, reverses_id, kind, reference, fingerprint, reason, happened_at,"
        f" needs_four_eyes) VALUES ({', '.join(row.values())}, 'raw', '-', '', '2026-11-21', 0)"
    )

    assert rule_against(lambda: execute(replace)) == rule


@on_sqlite
def test_a_resolution_is_not_taken_over(told: Journal, recursive: str) -> None:
    lunch, entry = told.holds["lunch"], Entry.objects.earliest("pk")
    replace = f"""
        REPLACE INTO ledger_transfer
            (entry_id, line, debit_id, credit_id, amount, phase, hold_id)
        VALUES ({entry.pk}, 9, {lunch.debit_id}, {lunch.credit_id}, 6, 'void', {lunch.pk})
    """

    assert rule_against(lambda: execute(replace)) == "ledger_transfer_hold_id"


@on_postgresql
def test_an_upsert_is_an_update(told: Journal) -> None:
    upsert = """
        INSERT INTO ledger_entry SELECT * FROM ledger_entry
        ON CONFLICT (id) DO UPDATE SET reason = 'x'
    """

    assert rule_against(lambda: execute(upsert)) == "books_are_append_only"


# --- Accounts -------------------------------------------------------------------------

TOTALS = ["debits_posted", "credits_posted", "debits_pending", "credits_pending", "last_transfer"]


@pytest.mark.parametrize("column", TOTALS)
def test_totals_change_only_with_a_transfer(column: str, told: Journal) -> None:
    update = f"UPDATE ledger_account SET {column} = {column} + 1"

    assert rule_against(lambda: execute(update)) == "account_totals_are_posted"


def test_the_last_transfer_is_not_applied_again(told: Journal) -> None:
    last = Transfer.objects.latest("pk")
    again = f"""
        UPDATE ledger_account SET debits_posted = debits_posted + {last.amount},
            debits_pending = debits_pending - 6, last_transfer = {last.pk}
        WHERE id = {last.debit_id}
    """

    assert rule_against(lambda: execute(again)) == "account_totals_are_posted"


def test_a_whole_account_is_not_saved(told: Journal) -> None:
    """`account.save()` writes all columns; what was read meanwhile would be lost."""
    stale = Account.objects.get(code="li")
    told.post("issued > li 1")

    assert rule_against(stale.save) == "account_totals_are_posted"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", 999),
        ("code", "'other'"),
        ("unit_id", "(SELECT id FROM ledger_unit WHERE code = 'CNY')"),
        ("normal", "'debit'"),
        ("floor", "NULL"),
        ("floor", "-5"),
        ("purpose", "'margin'"),
        ("owner_ref", "'00000000000000000000000000000001'"),
        ("expires_on", "'2030-01-01'"),
        ("opened_at", "'2020-01-01'"),
    ],
)
def test_a_policy_is_fixed(column: str, value: Any, told: Journal) -> None:
    update = f"UPDATE ledger_account SET {column} = {value} WHERE code = 'li'"

    assert rule_against(lambda: execute(update)) == "account_policy_is_fixed"


@pytest.mark.parametrize("column", TOTALS)
def test_an_account_does_not_open_with_totals(column: str, told: Journal) -> None:
    point = Unit.objects.get(code="POINT")

    def open_full() -> None:
        Account.objects.create(code="new", unit=point, normal="credit", floor=None, **{column: 5})

    assert rule_against(open_full) == "account_opens_empty"


def test_an_account_does_not_open_closed(told: Journal) -> None:
    point = Unit.objects.get(code="POINT")

    def open_closed() -> None:
        Account.objects.create(code="new", unit=point, normal="credit", closed_at=MARKET_DAY)

    assert rule_against(open_closed) == "account_opens_empty"


@pytest.mark.parametrize("code", ["li", "wang"])
def test_an_account_closes_empty(code: str, told: Journal) -> None:
    before = everything()

    with pytest.raises(AccountNotEmpty) as refusal:
        close_account(account=account(code), closed_at=MARKET_DAY)

    assert refusal.value.code == code
    assert everything() == before


@pytest.mark.parametrize("hold", ["redeemed ~ issued 6", "issued ~ redeemed 6"])
def test_an_account_with_a_hold_is_not_empty(hold: str, journal: Journal) -> None:
    journal.post(hold)

    with pytest.raises(AccountNotEmpty):
        close_account(account=account("issued"), closed_at=MARKET_DAY)


def test_an_emptied_account_closes_for_good(journal: Journal) -> None:
    journal.post("issued > li 6")
    journal.post("li > redeemed 6")

    close_account(account=account("li"), closed_at=MARKET_DAY)
    close_account(account=account("li"), closed_at=MARKET_DAY.replace(year=2027))

    assert Account.objects.get(code="li").closed_at == MARKET_DAY


@pytest.mark.parametrize("closed_at", [None, MARKET_DAY.replace(year=2027)])
def test_a_closed_account_does_not_open_again(closed_at: Any, told: Journal) -> None:
    gone = Account.objects.filter(code="gone")

    assert rule_against(lambda: gone.update(closed_at=closed_at)) == "account_is_open"


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
    entry = Entry.objects.earliest("pk")
    insert = f"""
        INSERT INTO ledger_transfer (entry_id, line, debit_id, credit_id, amount, phase)
        VALUES ({entry.pk}, 9, {account("issued").pk}, {account("li").pk}, {amount}, 'single')
    """

    assert rule_against(lambda: execute(insert)) == "transfer_is_whole"


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
