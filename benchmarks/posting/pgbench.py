"""The limit beyond Python: pgbench sends the same work, in four statements and in one.

It is written in C, has a connection each client, and knows the accounts by their ids; what it
reaches is what the server can do with these tables under these triggers.
"""

from __future__ import annotations

import resource
import subprocess
import tempfile
from math import nan
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.posting.processes import Figure
from ledger.models import Account
from tests.postgres import BINARIES

DRAW = r"""
\set debit random(:first, :middle)
\set credit random(:middle + 1, :last)
\set key random(1, 9000000000000000)
"""
NEW_ENTRY = """
    ledger_entry (kind, reference, idempotency_key, fingerprint, reason, happened_at,
        needs_four_eyes)
    SELECT 'benchmark', new.key, new.key, repeat('0', 64), '', now(), false
    FROM (SELECT :key::bigint::text AS key) AS new
"""
LOCK = "SELECT id FROM ledger_account WHERE id IN (:debit, :credit) ORDER BY id FOR NO KEY UPDATE"
IN_STEPS = rf"""{DRAW}
BEGIN;
{LOCK};
SELECT id, fingerprint FROM ledger_entry WHERE idempotency_key = :key::bigint::text;
INSERT INTO {NEW_ENTRY} RETURNING id AS entry \gset
INSERT INTO ledger_transfer (entry_id, line, debit_id, credit_id, amount, phase)
    VALUES (:entry, 1, :debit, :credit, 1, 'single') RETURNING id;
COMMIT;
"""
AT_ONCE = f"""{DRAW}
WITH locked AS MATERIALIZED ({LOCK}), entry AS (
    INSERT INTO {NEW_ENTRY} WHERE (SELECT count(*) FROM locked) = 2 RETURNING id
)
INSERT INTO ledger_transfer (entry_id, line, debit_id, credit_id, amount, phase)
SELECT id, 1, :debit, :credit, 1, 'single' FROM entry RETURNING id;
"""
SCRIPTS = {"pgbench, in four statements": IN_STEPS, "pgbench, in one statement": AT_ONCE}


def take(script: str, clients: int, seconds: float) -> Figure:
    """Let pgbench work for so long; of single calls it tells only the mean."""
    place: dict[str, Any] = connection.settings_dict
    ids = sorted(Account.objects.filter(code__startswith="bench/").values_list("pk", flat=True))
    known = {"first": ids[0], "middle": ids[len(ids) // 2], "last": ids[-1]}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        report = subprocess.run(
            [
                Path(BINARIES) / "pgbench",
                *("--no-vacuum", "--protocol=prepared", f"--file={file.name}"),
                *(f"--client={clients}", f"--jobs={clients}", f"--time={int(seconds)}"),
                *(f"--define={name}={value}" for name, value in known.items()),
                f"--host={place['OPTIONS'].get('host') or place['HOST']}",
                f"--username={place['USER']}",
                place["NAME"],
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = dict(line.split(" = ") for line in report.splitlines() if " = " in line)
    a_second = float(told["tps"].split()[0])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Figure(
        a_second=a_second,
        cpu_ms=1000 * cpu / (a_second * int(seconds)),
        p50_ms=nan,
        p99_ms=nan,
        slowest_ms=nan,
    )
