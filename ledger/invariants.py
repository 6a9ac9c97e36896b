"""What must be true of the books, whatever happened to them: I1 to I7, I9 and I11.

`docs/money.md` explains each. All are single statements that recompute from the transfers,
so that they find what went past the triggers as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from ledger import triggers
from ledger.actions.close_days import running_totals
from ledger.checking import Invariant, rows_of
from ledger.models import ClosedDay
from ledger.sums import COLUMNS, day_posted

# One row for each transfer and side: what it adds to the totals of that account, where a
# hold counts as pending as long as nothing resolves it.
SIDES = """
    SELECT t.id, t.debit_id AS account_id,
        CASE WHEN t.phase IN ('single', 'post') THEN t.amount ELSE 0 END AS debits_posted,
        0 AS credits_posted,
        CASE WHEN t.phase = 'hold' AND r.id IS NULL THEN t.amount ELSE 0 END AS debits_pending,
        0 AS credits_pending
    FROM ledger_transfer t LEFT JOIN ledger_transfer r ON r.hold_id = t.id
    UNION ALL
    SELECT t.id, t.credit_id,
        0, CASE WHEN t.phase IN ('single', 'post') THEN t.amount ELSE 0 END,
        0, CASE WHEN t.phase = 'hold' AND r.id IS NULL THEN t.amount ELSE 0 END
    FROM ledger_transfer t LEFT JOIN ledger_transfer r ON r.hold_id = t.id
"""

TOTALS_ARE_SUMS = rows_of(
    f"""
    SELECT a.code, a.debits_posted, a.credits_posted, a.last_transfer,
        coalesce(s.debits, 0) AS debits, coalesce(s.credits, 0) AS credits,
        coalesce(s.last, 0) AS last
    FROM ledger_account a LEFT JOIN (
        SELECT account_id, sum(debits_posted) AS debits, sum(credits_posted) AS credits,
            max(id) AS last
        FROM ({SIDES}) AS sides GROUP BY account_id
    ) s ON s.account_id = a.id
    WHERE a.debits_posted <> coalesce(s.debits, 0) OR a.credits_posted <> coalesce(s.credits, 0)
        OR a.last_transfer <> coalesce(s.last, 0)
    ORDER BY a.id
    """,  # noqa: S608  # Only constants of the books are put in.
    "account {code} says {debits_posted} debits, {credits_posted} credits, last transfer "
    "{last_transfer}; its transfers say {debits}, {credits}, {last}",
)

DEBITS_ARE_CREDITS = rows_of(
    """
    SELECT u.code, sum(a.debits_posted) AS debits, sum(a.credits_posted) AS credits,
        sum(a.debits_pending) AS debits_held, sum(a.credits_pending) AS credits_held
    FROM ledger_account a JOIN ledger_unit u ON u.id = a.unit_id
    GROUP BY u.code
    HAVING sum(a.debits_posted) <> sum(a.credits_posted)
        OR sum(a.debits_pending) <> sum(a.credits_pending)
    ORDER BY u.code
    """,
    "in {code} debits are {debits} and credits {credits}, held {debits_held} and {credits_held}",
)

# What each transfer takes from what is available in an account, or adds to it; summed up in
# the order of posting it must never have been below the floor.
NO_FLOOR_WAS_BROKEN = rows_of(
    """
    WITH steps AS (
        SELECT t.id, a.id AS account_id, a.code, a.floor,
            CASE
                WHEN (a.normal = 'credit') = (t.credit_id = a.id) THEN
                    CASE WHEN t.phase IN ('single', 'post') THEN t.amount ELSE 0 END
                ELSE
                    - CASE WHEN t.phase <> 'void' THEN t.amount ELSE 0 END + coalesce(h.amount, 0)
            END AS change
        FROM ledger_transfer t
        JOIN ledger_account a ON a.id IN (t.debit_id, t.credit_id)
        LEFT JOIN ledger_transfer h ON h.id = t.hold_id
        WHERE a.floor IS NOT NULL
    ), history AS (
        SELECT id, account_id, code, floor,
            sum(change) OVER (PARTITION BY account_id ORDER BY id) AS available
        FROM steps
    )
    SELECT code, id, floor, available FROM history WHERE available < floor
    ORDER BY id, account_id
    """,
    "transfer {id} left {available} available in account {code}, whose floor is {floor}",
)

HOLDS_ARE_RESOLVED_ONCE = rows_of(
    """
    SELECT t.id, t.phase, t.hold_id, t.amount, h.amount AS held
    FROM ledger_transfer t LEFT JOIN ledger_transfer h ON h.id = t.hold_id AND h.phase = 'hold'
    WHERE (t.phase IN ('post', 'void') AND (
            h.id IS NULL OR h.debit_id <> t.debit_id OR h.credit_id <> t.credit_id
            OR t.amount > h.amount OR (t.phase = 'void' AND t.amount <> h.amount)
            OR EXISTS (SELECT 1 FROM ledger_transfer o WHERE o.hold_id = t.hold_id AND o.id <> t.id)
        )) OR (t.phase IN ('single', 'hold') AND t.hold_id IS NOT NULL)
    ORDER BY t.id
    """,
    "transfer {id} ({phase} of {amount}) does not resolve hold {hold_id} of {held} as it should",
)

HOLDS_ARE_PENDING = rows_of(
    f"""
    SELECT a.code, a.debits_pending, a.credits_pending,
        coalesce(s.debits, 0) AS debits, coalesce(s.credits, 0) AS credits
    FROM ledger_account a LEFT JOIN (
        SELECT account_id, sum(debits_pending) AS debits, sum(credits_pending) AS credits
        FROM ({SIDES}) AS sides GROUP BY account_id
    ) s ON s.account_id = a.id
    WHERE a.debits_pending <> coalesce(s.debits, 0) OR a.credits_pending <> coalesce(s.credits, 0)
    ORDER BY a.id
    """,  # noqa: S608  # Only constants of the books are put in.
    "account {code} says {debits_pending} and {credits_pending} are held; its open holds say "
    "{debits} and {credits}",
)

ENTRIES_MOVE_SOMETHING = rows_of(
    """
    SELECT e.id, e.kind, e.reference FROM ledger_entry e
    WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.entry_id = e.id)
    ORDER BY e.id
    """,
    "entry {id} ({kind} {reference}) has no transfer",
)

REVERSALS_MIRROR = rows_of(
    """
    WITH counts AS (
        SELECT entry_id, count(*) AS lines, max(line) AS last FROM ledger_transfer GROUP BY entry_id
    ), wrong AS (
        SELECT e.id, e.reverses_id FROM ledger_entry e
        JOIN ledger_entry o ON o.id = e.reverses_id
        LEFT JOIN counts ec ON ec.entry_id = e.id
        LEFT JOIN counts oc ON oc.entry_id = o.id
        WHERE o.reverses_id IS NOT NULL OR coalesce(ec.lines, 0) <> coalesce(oc.lines, 0)
        UNION
        SELECT e.id, e.reverses_id FROM ledger_entry e
        JOIN counts oc ON oc.entry_id = e.reverses_id
        JOIN ledger_transfer o ON o.entry_id = e.reverses_id
        LEFT JOIN ledger_transfer t ON t.entry_id = e.id AND t.line = oc.last + 1 - o.line
        WHERE t.id IS NULL OR NOT (
            (o.phase IN ('single', 'post') AND t.phase = 'single' AND t.amount = o.amount
                AND t.debit_id = o.credit_id AND t.credit_id = o.debit_id)
            OR (o.phase = 'hold' AND t.phase = 'void' AND t.hold_id IS NOT NULL
                AND t.hold_id = o.id))
    )
    SELECT id, reverses_id FROM wrong ORDER BY id
    """,
    "entry {id} is not the exact opposite of entry {reverses_id}",
)

UNITS_AGREE = rows_of(
    """
    SELECT t.id, d.code AS debit, c.code AS credit
    FROM ledger_transfer t
    LEFT JOIN ledger_account d ON d.id = t.debit_id
    LEFT JOIN ledger_account c ON c.id = t.credit_id
    WHERE d.id IS NULL OR c.id IS NULL OR d.unit_id <> c.unit_id
    ORDER BY t.id
    """,
    "transfer {id} joins account {debit} and account {credit}",
)


def missing_guards() -> Iterator[str]:
    """Yield what is wrong with the triggers."""
    yield from triggers.problems(connection)


def wrong_days() -> Iterator[str]:
    """Yield what is written down of closed days and does not follow from the transfers."""
    if not ClosedDay.objects.exists():
        return
    yield from rows_of(
        f"""
        WITH summed AS (
            SELECT * FROM ({running_totals("1 = 1")}) AS days
            WHERE day <= (SELECT max(day) FROM ledger_closedday)
        ), kept AS (
            SELECT account_id, day_id, {", ".join(COLUMNS)} FROM ledger_daytotal
        ), wrong AS (
            SELECT account_id, day FROM (SELECT * FROM summed EXCEPT SELECT * FROM kept) AS missing
            UNION
            SELECT account_id, day_id FROM (SELECT * FROM kept EXCEPT SELECT * FROM summed) AS extra
        )
        SELECT a.code, w.day FROM wrong w JOIN ledger_account a ON a.id = w.account_id
        ORDER BY w.day, a.id
        """,  # noqa: S608  # Only constants of the books are put in.
        "what is written down of account {code} on {day} is not what its transfers add up to; "
        "manage.py close_days --anew writes it again",
    )()
    yield from rows_of(
        f"""
        WITH by_day AS MATERIALIZED (
            SELECT {day_posted()} AS day, min(t.id) AS lowest, max(t.id) AS highest
            FROM ledger_transfer t JOIN ledger_entry e ON e.id = t.entry_id GROUP BY 1
        )
        SELECT c.day FROM ledger_closedday c WHERE EXISTS (
            SELECT 1 FROM by_day b WHERE (b.day <= c.day AND b.highest > c.last_until)
                OR (b.day > c.day AND b.lowest < c.first_after))
        ORDER BY c.day
        """,  # noqa: S608  # Only constants of the books are put in.
        "transfers were posted beyond the bounds that are written down of {day}; "
        "manage.py close_days --anew writes them again",
    )()


INVARIANTS = [
    Invariant("I1", "totals are what the transfers add up to", TOTALS_ARE_SUMS),
    Invariant("I2", "in each unit debits equal credits", DEBITS_ARE_CREDITS),
    Invariant("I3", "no floor was ever broken", NO_FLOOR_WAS_BROKEN),
    Invariant("I4", "a hold is resolved once, for no more than it holds", HOLDS_ARE_RESOLVED_ONCE),
    Invariant("I5", "what is pending is on open holds", HOLDS_ARE_PENDING),
    Invariant("I6", "every entry has a transfer", ENTRIES_MOVE_SOMETHING),
    Invariant("I6", "a reversal is the exact opposite", REVERSALS_MIRROR),
    Invariant("I7", "a transfer joins accounts of one unit", UNITS_AGREE),
    Invariant("I9", "every trigger is there, unaltered", missing_guards),
    Invariant("I11", "the end of a day is what its transfers add up to", wrong_days),
]
