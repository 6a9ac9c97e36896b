"""The guards of the books: the database refuses what goes past the actions.

Both engines refuse the same things under the same name; where they differ, a test says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from ledger import triggers
from ledger.actions.close_account import close_account
from ledger.models import Account, Entry, Transfer, Unit
from ledger.refusals import AccountNotEmpty
from tests.conftest import MARKET_DAY
from tests.ledger.guarded import rule_against
from tests.ledger.journal import Journal, account, everything
from tests.ledger.raw import execute, on_postgresql, on_sqlite

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


@on_postgresql
@pytest.mark.parametrize("table", triggers.TABLES)
def test_each_table_by_itself_refuses_to_be_truncated(table: str, told: Journal) -> None:
    """TRUNCATE reaches every table that refers to this one, and theirs would refuse too."""
    for other in set(triggers.TABLES) - {table}:
        execute(f"DROP TRIGGER {other.removeprefix('ledger_')}_is_not_truncated ON {other}")

    assert rule_against(lambda: execute(f"TRUNCATE {table} CASCADE")) == "books_are_append_only"


# Whichever of the guards against it comes first.
WRITTEN_ONCE = {
    "books_are_append_only",
    "entry_is_posted_once",
    "ledger_entry_reverses_id",
    "account_opens_empty",
}
REPLACEMENTS = [
    "REPLACE INTO ledger_unit SELECT id, code, 'x', scale FROM ledger_unit",
    "REPLACE INTO ledger_unit SELECT id, code || '2', name, scale FROM ledger_unit",
    "REPLACE INTO ledger_unit (code, name, scale) VALUES ('POINT', 'x', 0)",
    "REPLACE INTO ledger_entry SELECT * FROM ledger_entry",
    "REPLACE INTO ledger_transfer SELECT * FROM ledger_transfer",
    "REPLACE INTO ledger_transfer (id, entry_id, line, debit_id, credit_id, amount, phase)"
    " SELECT id, entry_id, line + 50, debit_id, credit_id, 1, 'single' FROM ledger_transfer",
    "REPLACE INTO ledger_transfer (entry_id, line, debit_id, credit_id, amount, phase)"
    " SELECT entry_id, line, debit_id, credit_id, 1, 'single' FROM ledger_transfer",
    "REPLACE INTO ledger_account SELECT * FROM ledger_account",
    "REPLACE INTO ledger_account (id, code, unit_id, normal, purpose)"
    " SELECT id, code || '2', unit_id, normal, purpose FROM ledger_account",
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
