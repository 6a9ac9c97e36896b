"""Mutants of `ledger/sql/postgresql.sql`."""

from __future__ import annotations

from tests.mutants.mutant import TRANSFERS, TRIGGERS, Mutant, clause, without
from tests.mutants.of_sqlite import ANY_STORY, POLICY, TOTALS

LOWER = "least(NEW.debit_id, NEW.credit_id)"
HIGHER = "greatest(NEW.debit_id, NEW.credit_id)"
AT_ONCE = "tests/ledger/test_locks.py"


def trigger(name: str, *tests: str) -> Mutant:
    return without("postgres", name, *(tests or (TRIGGERS,)))


def part(name: str, old: str, new: str, *tests: str) -> Mutant:
    return clause("postgres", name, old, new, *(tests or (TRIGGERS,)))


WHOLE = [
    trigger("unit_is_written_once"),
    trigger("unit_is_not_truncated"),
    trigger("entry_is_written_once"),
    trigger("entry_is_not_truncated"),
    trigger("transfer_is_written_once"),
    trigger("transfer_is_not_truncated"),
    trigger("account_is_not_deleted"),
    trigger("account_is_not_truncated"),
    trigger("account_opens_empty"),
    trigger("account_changes_by_transfers", TRIGGERS, TRANSFERS),
    trigger("transfer_is_sound", TRANSFERS),
    trigger("transfer_moves_totals", TRANSFERS, ANY_STORY),
]
ACCOUNTS = [
    *(part("ledger_check_opening", f"NEW.{column}", "0::bigint") for column in TOTALS),
    part("ledger_check_opening", "\n        OR NEW.closed_at IS NOT NULL", ""),
    *(
        part(
            "ledger_check_change",
            f"(NEW.{column}," if column == "id" else f" NEW.{column}{end}",
            f"(OLD.{column}," if column == "id" else f" OLD.{column}{end}",
        )
        for column, end in [(column, ")" if column == "opened_at" else ",") for column in POLICY]
        if column not in {"expires_on", "normal"}
    ),
    part("ledger_check_change", "NEW.normal, NEW.purpose", "OLD.normal, NEW.purpose"),
    part("ledger_check_change", "NEW.expires_on", "OLD.expires_on"),
    part("ledger_check_change", "boolean := (NEW.debits_posted", "boolean := (OLD.debits_posted"),
    part("ledger_check_change", "NEW.credits_posted, NEW.", "OLD.credits_posted, NEW."),
    part("ledger_check_change", "NEW.debits_pending,", "OLD.debits_pending,"),
    part("ledger_check_change", "NEW.credits_pending, NEW.", "OLD.credits_pending, NEW."),
    part("ledger_check_change", "NEW.last_transfer", "OLD.last_transfer"),
    part("ledger_check_change", "totals_change AND pg_trigger_depth() < 2", "false"),
    part("ledger_check_change", "(totals_change OR NEW.closed_at", "(NEW.closed_at", TRANSFERS),
    part("ledger_check_change", " OR NEW.closed_at IS DISTINCT FROM OLD.closed_at", ""),
    part("ledger_check_change", "NEW.debits_posted <> NEW.credits_posted\n        OR ", ""),
    part("ledger_check_change", "NEW.debits_pending <> 0 OR ", ""),
    part("ledger_check_change", " OR NEW.credits_pending <> 0", ""),
]
TRANSFER = [
    part("ledger_check_transfer", "debit.unit_id IS NULL OR ", "", TRANSFERS),
    part("ledger_check_transfer", " OR credit.unit_id IS NULL", "", TRANSFERS),
    part("ledger_check_transfer", "debit.unit_id <> credit.unit_id", "false", TRANSFERS),
    part("ledger_check_transfer", "debit.closed_at IS NOT NULL OR ", "", TRANSFERS),
    part("ledger_check_transfer", " OR credit.closed_at IS NOT NULL", "", TRANSFERS),
    part("ledger_check_transfer", "'hold'::varchar, ", "held.phase, ", TRANSFERS),
    part(
        "ledger_check_transfer",
        "'hold'::varchar, NEW.debit_id",
        "'hold'::varchar, held.debit_id",
        TRANSFERS,
    ),
    part(
        "ledger_check_transfer",
        "NEW.debit_id, NEW.credit_id)",
        "NEW.debit_id, held.credit_id)",
        TRANSFERS,
    ),
    part("ledger_check_transfer", "IS DISTINCT FROM ('hold'", "<> ('hold'", TRANSFERS),
    part("ledger_check_transfer", "NEW.amount > held.amount OR ", "", TRANSFERS),
    part(
        "ledger_check_transfer",
        " OR (NEW.phase = 'void' AND NEW.amount <> held.amount)",
        "",
        TRANSFERS,
    ),
    part(
        "ledger_check_transfer",
        "NEW.phase = 'post' AND clock",
        "clock",
        "tests/ledger/test_post_entry_refuses.py",
    ),
    part(
        "ledger_check_transfer",
        "clock_timestamp() > held.expires_at",
        "false",
        "tests/ledger/test_post_entry_refuses.py",
    ),
]
MOVING = [
    part("ledger_apply_transfer", "IN ('single', 'post')", "IN ('post')", ANY_STORY),
    part("ledger_apply_transfer", "IN ('single', 'post')", "IN ('single')", ANY_STORY),
    part("ledger_apply_transfer", "pending := NEW.amount;", "pending := 0;", ANY_STORY),
    part("ledger_apply_transfer", "SELECT -amount INTO", "SELECT -NEW.amount INTO", ANY_STORY),
    part(
        "ledger_apply_transfer",
        "SET debits_posted = debits_posted + posted,\n               ",
        "SET",
        ANY_STORY,
    ),
    part(
        "ledger_apply_transfer",
        "SET credits_posted = credits_posted + posted,\n               ",
        "SET",
        ANY_STORY,
    ),
    part("ledger_apply_transfer", "debits_pending = debits_pending + pending,\n", "\n", ANY_STORY),
    part(
        "ledger_apply_transfer", "credits_pending = credits_pending + pending,\n", "\n", ANY_STORY
    ),
    part(
        "ledger_apply_transfer", f"ARRAY[{LOWER}, {HIGHER}]", f"ARRAY[{HIGHER}, {LOWER}]", AT_ONCE
    ),
]
MUTANTS = [*WHOLE, *ACCOUNTS, *TRANSFER, *MOVING]
