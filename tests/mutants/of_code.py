"""Mutants of the constraints, of the actions and of what every connection is set to."""

from __future__ import annotations

import re

from tests.mutants.mutant import BOTH, ROOT, TRANSFERS, Mutant

MODELS = "ledger/models.py"
POSTING = "ledger/actions/post_entry.py"
OPERATIONS = "ledger/operations.py"
ONE_STATEMENT = "ledger/one_statement.py"
POSTS = "tests/ledger/test_post_entry.py"
REFUSES = "tests/ledger/test_post_entry_refuses.py"
ONE_CALL = "tests/ledger/test_one_call.py"
GUARDS = "tests/ledger/test_guards.py"
AT_ONCE = "tests/ledger/test_at_once.py"
AS_STEPS = "tests/ledger/test_one_statement.py"
LOCKS = "tests/ledger/test_locks.py"
DATABASE = "tests/ledger/test_database.py"
CONSTRAINTS = "tests/ledger/test_constraints.py"
REVERSES = "tests/ledger/test_reverse_entry.py"
BAD_INPUT = "tests/ledger/test_bad_input.py"


def constraint(name: str, *tests: str) -> Mutant:
    """Take a named constraint away, from the model and from the database."""
    text = (ROOT / MODELS).read_text()
    match = re.search(
        rf"^ {{12}}models\.\w+Constraint\([^\n]*\"{name}\"[^\n]*\),\n|"
        rf"^ {{12}}models\.\w+Constraint\((?:(?!^ {{12}}\S).)*?\"{name}\".*?^ {{12}}\),\n",
        text,
        re.MULTILINE | re.DOTALL,
    )
    assert match, name
    return Mutant(f"constraint {name}", MODELS, match[0], "", tests)


def not_unique(model: str, old: str, new: str, *tests: str) -> Mutant:
    return Mutant(f"unique {model}", MODELS, old, new, tests)


def code(
    promise: str, file: str, old: str, new: str, *tests: str, engines: tuple[str, ...] = BOTH
) -> Mutant:
    return Mutant(promise, file, old, new, tests, engines)


IN_THE_DATABASE = [
    constraint("account_has_a_normal_side", CONSTRAINTS),
    constraint("account_totals_are_not_negative", CONSTRAINTS),
    constraint("account_is_not_overdrawn", CONSTRAINTS, REFUSES),
    constraint("entry_is_posted_once", CONSTRAINTS),
    constraint("entry_has_four_eyes_where_needed", CONSTRAINTS, TRANSFERS),
    constraint("entry_reverses_only_as_a_reversal", CONSTRAINTS, TRANSFERS),
    constraint("transfer_has_its_own_line", CONSTRAINTS),
    constraint("transfer_amount_is_positive", CONSTRAINTS, TRANSFERS),
    constraint("transfer_has_two_sides", CONSTRAINTS, TRANSFERS),
    constraint("transfer_resolves_a_hold_or_stands_alone", CONSTRAINTS, TRANSFERS),
    constraint("transfer_lapses_only_as_a_hold", CONSTRAINTS, TRANSFERS),
    not_unique(
        "hold", "hold = models.OneToOneField(", "hold = models.ForeignKey(", CONSTRAINTS, TRANSFERS
    ),
    not_unique(
        "reverses", "reverses = models.OneToOneField(", "reverses = models.ForeignKey(", CONSTRAINTS
    ),
    not_unique(
        "account code",
        'code = models.CharField(_("code"), max_length=120, unique=True)',
        'code = models.CharField(_("code"), max_length=120)',
        CONSTRAINTS,
    ),
    not_unique(
        "unit code",
        'code = models.CharField(_("code"), max_length=40, unique=True)',
        'code = models.CharField(_("code"), max_length=40)',
        CONSTRAINTS,
    ),
]
OF_POSTING = [
    code(
        "the lock of the accounts",
        POSTING,
        '" FOR NO KEY UPDATE" if',
        '"" if',
        LOCKS,
        engines=("postgres",),
    ),
    code(
        "the lock leaves foreign keys alone",
        POSTING,
        "FOR NO KEY UPDATE",
        "FOR UPDATE",
        DATABASE,
        engines=("postgres",),
    ),
    code(
        "the order of the locks",
        POSTING,
        " ORDER BY id{lock}",
        "{lock}",
        LOCKS,
        engines=("postgres",),
    ),
    code("the look-up of the key", POSTING, "        ids[key] = entry_id\n", "", POSTS),
    code(
        "the comparison of the fingerprint",
        POSTING,
        "if said != fingerprints[key]:",
        "if False:",
        POSTS,
    ),
    code(
        "looking again when the key was taken meanwhile",
        POSTING,
        'if rule == "entry_is_posted_once" and tries_left:',
        "if False:",
        AT_ONCE,
        engines=("postgres",),
    ),
    code(
        "trying again after a deadlock",
        POSTING,
        "if not tries_left or not _may_try_again(error):",
        "if True:",
        AT_ONCE,
        engines=("postgres",),
    ),
    code(
        "only the outermost tries again",
        POSTING,
        "return state in TRY_AGAIN and one_call.is_outermost(connection)",
        "return state in TRY_AGAIN",
        AT_ONCE,
        engines=("postgres",),
    ),
    code("the guards are required", POSTING, "    triggers.require(database)\n", "", GUARDS),
    code(
        "the second call is refused",
        POSTING,
        "    one_call.refuse_second_call(database)\n",
        "",
        ONE_CALL,
    ),
    code(
        "the first call is remembered",
        POSTING,
        "    one_call.remember_call(database)\n",
        "",
        ONE_CALL,
    ),
    code(
        "one key for one entry of a call",
        POSTING,
        "if len({entry.key for entry in entries}) < len(entries):",
        "if False:",
        POSTS,
    ),
    code(
        "a savepoint around a call",
        POSTING,
        "            with transaction.atomic():\n",
        "            if True:\n",
        POSTS,
        ONE_CALL,
    ),
    code(
        "a call that was rolled back does not count",
        "ledger/one_call.py",
        "        transaction.on_commit(_books_were_written, using=connection.alias)\n",
        "        connection.run_on_commit.append((set(), _books_were_written, False))\n",
        ONE_CALL,
    ),
]
OF_ONE_STATEMENT = [
    code(
        "the lock on the accounts, all at once",
        ONE_STATEMENT,
        " FOR NO KEY UPDATE",
        "",
        LOCKS,
        engines=("postgres",),
    ),
    code(
        "the lock that leaves foreign keys alone, all at once",
        ONE_STATEMENT,
        "FOR NO KEY UPDATE",
        "FOR UPDATE",
        DATABASE,
        engines=("postgres",),
    ),
    code(
        "the order of the locks, all at once",
        ONE_STATEMENT,
        "ORDER BY id FOR NO KEY UPDATE",
        "FOR NO KEY UPDATE",
        LOCKS,
        engines=("postgres",),
    ),
    code(
        "entries wait for the locks",
        ONE_STATEMENT,
        "            WHERE (SELECT count(*) FROM locked) > 0\n",
        "",
        LOCKS,
        engines=("postgres",),
    ),
    code(
        "the order of the moves",
        ONE_STATEMENT,
        "            ORDER BY place\n",
        "            ORDER BY place DESC\n",
        AS_STEPS,
        engines=("postgres",),
    ),
    code(
        "a deadlock of others is theirs, all at once",
        POSTING,
        "        if not _may_try_again(error):\n            raise\n        return None\n",
        "        return None\n",
        AS_STEPS,
        engines=("postgres",),
    ),
    code(
        "a savepoint around the one statement",
        POSTING,
        "with transaction.atomic() if database.in_atomic_block else nullcontext():",
        "if True:",
        AS_STEPS,
        engines=("postgres",),
    ),
]
OF_FINGERPRINTS = [
    *(
        code(f"the fingerprint holds {word}", OPERATIONS, old, "", POSTS)
        for word, old in [
            ("the kind", "        spec.kind,\n"),
            ("the reference", "        spec.reference,\n"),
            ("the reason", "        spec.reason,\n"),
            ("the actor", "        spec.actor_ref and spec.actor_ref.hex,\n"),
            ("the approver", "        spec.approver_ref and spec.approver_ref.hex,\n"),
            ("the four eyes", "        spec.needs_four_eyes,\n"),
            ("what is reversed", "        spec.reverses and spec.reverses.pk,\n"),
            ("the debit", "                line.debit_id,\n"),
            ("the credit", "                line.credit_id,\n"),
            ("the amount", "                line.amount,\n"),
            ("the phase", "                line.phase.value,\n"),
            ("the hold", "                line.hold_id,\n"),
            ("the expiry", "                line.expires_at and line.expires_at.timestamp(),\n"),
        ]
    ),
]
OF_CHECKS = [
    code(
        "four eyes are two people",
        OPERATIONS,
        "if spec.needs_four_eyes and one_pair:",
        "if False:",
        REFUSES,
    ),
    code(
        "four eyes are different",
        OPERATIONS,
        " or spec.actor_ref == spec.approver_ref\n",
        "\n",
        REFUSES,
    ),
    code(
        "only a reversal reverses",
        OPERATIONS,
        'if (spec.kind == "reversal") != (spec.reverses is not None):',
        "if False:",
        REFUSES,
    ),
    code("an entry moves something", OPERATIONS, "if not spec.moves:", "if False:", REFUSES),
    code("an amount is an integer", OPERATIONS, "type(line.amount) is not int or ", "", REFUSES),
    code(
        "an amount is positive", OPERATIONS, "not 0 < line.amount <", "not line.amount <", REFUSES
    ),
    code(
        "an amount has a limit",
        OPERATIONS,
        "0 < line.amount < AMOUNT_LIMIT:",
        "0 < line.amount:",
        REFUSES,
    ),
    code(
        "an account does not pay itself",
        OPERATIONS,
        "if line.debit_id == line.credit_id:",
        "if False:",
        REFUSES,
    ),
    code(
        "a hold settles for no more", OPERATIONS, "if amount > hold.amount:", "if False:", REFUSES
    ),
    code(
        "only holds are settled",
        OPERATIONS,
        "if hold.phase != Transfer.Phase.HOLD:",
        "if False:",
        REFUSES,
    ),
    code("texts have a length", OPERATIONS, "    _check_texts(spec)\n", "", REFUSES),
    code(
        "moments have a time zone", OPERATIONS, "    _check_moment(spec.happened_at)\n", "", REFUSES
    ),
    code(
        "a reversal is not reversed",
        "ledger/actions/reverse_entry.py",
        "if entry.reverses_id is not None:",
        "if False:",
        REVERSES,
    ),
    code(
        "an entry is reversed once",
        "ledger/actions/reverse_entry.py",
        "if undone and undone.idempotency_key != idempotency_key:",
        "if False:",
        REVERSES,
    ),
    code(
        "a reversal goes backwards",
        "ledger/actions/reverse_entry.py",
        'order_by("-line")',
        'order_by("line")',
        REVERSES,
    ),
    code(
        "an account that is there keeps its policy",
        "ledger/actions/open_account.py",
        "        _refuse_another_policy(accounts[code], spec)\n",
        "        pass\n",
        "tests/ledger/test_open_account.py",
    ),
    code(
        "accounts open in one order",
        "ledger/actions/open_account.py",
        "in sorted(wanted.keys() - accounts.keys())",
        "in wanted if code not in accounts",
        LOCKS,
        engines=("postgres",),
    ),
    code(
        "the order of locks on rows",
        MODELS,
        '.order_by("pk")\n\n\nclass Account(',
        "\n\n\nclass Account(",
        LOCKS,
        engines=("postgres",),
    ),
]
OF_CONNECTIONS = [
    code(
        f"the setting {old.strip()}", "config/settings.py", old, new, DATABASE, engines=("sqlite",)
    )
    for old, new in [
        ('        "transaction_mode": "IMMEDIATE",\n', ""),
        ("PRAGMA journal_mode=WAL; ", ""),
        ("PRAGMA synchronous=FULL;", "PRAGMA synchronous=NORMAL;"),
        ("PRAGMA foreign_keys=ON; ", "PRAGMA foreign_keys=OFF; "),
        ("PRAGMA recursive_triggers=ON; ", ""),
        ("PRAGMA busy_timeout=20000;", "PRAGMA busy_timeout=0;"),
    ]
]
OF_MIGRATIONS = [
    code(
        "guards come down before a migration",
        "ledger/apps.py",
        "        pre_migrate.connect(take_guards_down, sender=self)\n",
        "",
        "tests/ledger/test_migrations.py",
        engines=("sqlite",),
    ),
    code(
        "guards come back after a migration",
        "ledger/apps.py",
        "        post_migrate.connect(put_guards_up, sender=self)\n",
        "",
        "tests/ledger/test_migrations.py",
        engines=("sqlite",),
    ),
]
MUTANTS = [
    *IN_THE_DATABASE,
    *OF_POSTING,
    *OF_ONE_STATEMENT,
    *OF_FINGERPRINTS,
    *OF_CHECKS,
    *OF_CONNECTIONS,
    *OF_MIGRATIONS,
]
