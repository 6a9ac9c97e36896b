"""Mutants of `ledger/sql/sqlite.sql`."""

from __future__ import annotations

from tests.mutants.mutant import TRANSFERS, TRIGGERS, Mutant, clause, without

TOTALS = ["debits_posted", "credits_posted", "debits_pending", "credits_pending", "last_transfer"]
POLICY = [
    "id", "code", "unit_id", "normal", "purpose", "owner_ref", "floor", "expires_on", "opened_at",
]  # fmt: skip
OF_HOLD = "(SELECT amount FROM ledger_transfer WHERE id = NEW.hold_id)"
TOTALS_GUARD = "tests/ledger/test_totals_guard.py"
ANY_STORY = "tests/ledger/test_post_entry.py"


def trigger(name: str, *tests: str) -> Mutant:
    return without("sqlite", name, *(tests or (TRIGGERS,)))


def part(name: str, old: str, new: str, *tests: str) -> Mutant:
    return clause("sqlite", name, old, new, *(tests or (TRIGGERS,)))


WHOLE = [
    trigger("unit_is_not_changed"),
    trigger("unit_is_not_deleted"),
    trigger("unit_is_not_replaced"),
    trigger("entry_is_not_changed"),
    trigger("entry_is_not_deleted"),
    trigger("entry_is_not_replaced"),
    trigger("entry_keeps_its_key"),
    trigger("entry_is_reversed_once"),
    trigger("transfer_is_not_changed"),
    trigger("transfer_is_not_deleted"),
    trigger("transfer_is_not_replaced"),
    trigger("transfer_resolves_once"),
    trigger("account_is_not_deleted"),
    trigger("account_is_not_replaced"),
    trigger("account_opens_empty"),
    trigger("account_policy_is_fixed"),
    trigger("account_totals_are_posted"),
    trigger("account_is_open", TRIGGERS, TRANSFERS),
    trigger("account_closes_empty"),
    trigger("transfer_is_sound", TRANSFERS),
    trigger("transfer_resolves_its_hold", TRANSFERS),
    trigger("transfer_moves_posted", TRANSFERS, ANY_STORY),
    trigger("transfer_moves_pending", ANY_STORY),
    trigger("transfer_moves_both", ANY_STORY),
]
REWRITING = [
    part("unit_is_not_replaced", "id = NEW.id OR ", ""),
    part("unit_is_not_replaced", " OR code = NEW.code", ""),
    part("account_is_not_replaced", "id = NEW.id OR ", ""),
    part("account_is_not_replaced", " OR code = NEW.code", ""),
    part(
        "transfer_is_not_replaced",
        "EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.id)\n    OR ",
        "",
    ),
    part("transfer_is_not_replaced", " AND line = NEW.line)", " AND false)"),
]
ACCOUNTS = [
    *(part("account_opens_empty", f"NEW.{column} IS NOT 0", "false") for column in TOTALS),
    part("account_opens_empty", " OR NEW.closed_at IS NOT NULL", ""),
    part(
        "account_opens_empty",
        "\n    OR typeof(NEW.floor) NOT IN ('integer', 'null')",
        "",
        TRANSFERS,
    ),
    *(
        part("account_policy_is_fixed", f"NEW.{column} IS NOT OLD.{column}", "false")
        for column in POLICY
    ),
    *(
        part("account_totals_are_posted", f"NEW.{column} IS NOT OLD.{column}", "false")
        for column in TOTALS
    ),
    part(
        "account_totals_are_posted",
        "NEW.last_transfer > OLD.last_transfer\n    AND ",
        "",
        TOTALS_GUARD,
    ),
    part(
        "account_totals_are_posted",
        "    AND NEW.last_transfer = (SELECT max(id) FROM ledger_transfer)\n",
        "",
        TOTALS_GUARD,
    ),
    part("account_totals_are_posted", "debit_id = NEW.id\n", "true\n", TOTALS_GUARD),
    part("account_totals_are_posted", "credit_id = NEW.id\n", "true\n", TOTALS_GUARD),
    *(
        part(
            "account_totals_are_posted",
            f"AND NEW.{column} = OLD.{column} + {moved}",
            "",
            TOTALS_GUARD,
        )
        for column, moved in [
            ("debits_posted", "posted"),
            ("debits_pending", "pending"),
            ("credits_posted", "posted"),
            ("credits_pending", "pending"),
        ]
    ),
    *(
        part(
            "account_totals_are_posted", f"AND NEW.{column} = OLD.{column}{end}", end, TOTALS_GUARD
        )
        for column, end in [
            ("credits_posted", "\n"),
            ("credits_pending", ")\n"),
            ("debits_posted", "\n"),
            ("debits_pending", ")))\n"),
        ]
    ),
    part("account_is_open", "NEW.closed_at IS NOT OLD.closed_at OR ", ""),
    part("account_is_open", " OR NEW.last_transfer IS NOT OLD.last_transfer", "", TRANSFERS),
    part("account_closes_empty", "NEW.debits_posted <> NEW.credits_posted\n    OR ", ""),
    part("account_closes_empty", "NEW.debits_pending <> 0 OR ", ""),
    part("account_closes_empty", " OR NEW.credits_pending <> 0", ""),
]
TRANSFER = [
    part("transfer_is_sound", "typeof(NEW.amount) <> 'integer' OR ", "", TRANSFERS),
    part("transfer_is_sound", " OR typeof(NEW.line) <> 'integer'", "", TRANSFERS),
    part(
        "transfer_is_sound",
        "SELECT raise(ABORT, 'transfer_has_both_accounts')",
        "SELECT 1",
        TRANSFERS,
    ),
    part("transfer_is_sound", "SELECT raise(ABORT, 'transfer_units_agree')", "SELECT 1", TRANSFERS),
    part("transfer_is_sound", " AND closed_at IS NOT NULL", " AND false", TRANSFERS),
    part("transfer_resolves_its_hold", " AND phase = 'hold'", "", TRANSFERS),
    part("transfer_resolves_its_hold", "AND debit_id = NEW.debit_id AND ", "AND ", TRANSFERS),
    part("transfer_resolves_its_hold", " AND credit_id = NEW.credit_id", "", TRANSFERS),
    part("transfer_resolves_its_hold", "NEW.amount > amount OR ", "", TRANSFERS),
    part(
        "transfer_resolves_its_hold",
        " OR (NEW.phase = 'void' AND NEW.amount <> amount)",
        "",
        TRANSFERS,
    ),
    part(
        "transfer_resolves_its_hold",
        "AND NEW.phase = 'post'\n",
        "\n",
        "tests/ledger/test_post_entry_refuses.py",
    ),
    part(
        "transfer_resolves_its_hold",
        "> expires_at",
        "> '9999'",
        "tests/ledger/test_post_entry_refuses.py",
    ),
]
MOVING = [
    part("transfer_moves_posted", "debits_posted = debits_posted + NEW.amount, ", "", ANY_STORY),
    part("transfer_moves_posted", "credits_posted = credits_posted + NEW.amount, ", "", ANY_STORY),
    part("transfer_moves_pending", "debits_pending = debits_pending + NEW.amount, ", "", ANY_STORY),
    part(
        "transfer_moves_pending", "credits_pending = credits_pending + NEW.amount, ", "", ANY_STORY
    ),
    part(
        "transfer_moves_both",
        "debits_posted = debits_posted + CASE NEW.phase WHEN 'post'",
        "debits_posted = debits_posted + CASE NEW.phase WHEN NEW.phase",
        ANY_STORY,
    ),
    part(
        "transfer_moves_both",
        "credits_posted = credits_posted + CASE NEW.phase WHEN 'post'",
        "credits_posted = credits_posted + CASE NEW.phase WHEN NEW.phase",
        ANY_STORY,
    ),
    part(
        "transfer_moves_both",
        f"debits_pending = debits_pending\n            - {OF_HOLD}",
        "debits_pending = debits_pending - NEW.amount",
        ANY_STORY,
    ),
    part(
        "transfer_moves_both",
        f"credits_pending = credits_pending\n            - {OF_HOLD}",
        "credits_pending = credits_pending - NEW.amount",
        ANY_STORY,
    ),
]
MUTANTS = [*WHOLE, *REWRITING, *ACCOUNTS, *TRANSFER, *MOVING]
