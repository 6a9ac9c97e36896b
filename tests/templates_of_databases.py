"""Migrated once, copied for every worker: the databases the tests run on.

Wagtail's migrations alone cost twenty seconds of CPU, so the migrated database is kept under
`var/testdb/` by a hash of everything that shapes it. Tests that commit get a fresh copy
instead of Django's flush, which the append-only books refuse.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "var" / "testdb"
SHAPES = [
    "uv.lock",
    "config/settings*.py",
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "*/apps.py",
    "*/roles.py",
    "*/*/roles.py",
    "people/actions/set_up_roles.py",
    "ledger/triggers.py",
    "ledger/sql/*.sql",
]


def key() -> str:
    """Hash whatever a migrated database depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(path for shape in SHAPES for path in ROOT.glob(shape)):
        if ".venv" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def only_one_at_a_time(name: str) -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate(database_url: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=ROOT,
        check=True,
        env={
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
        },
    )


def sqlite_template() -> Path:
    """Return a migrated SQLite database, in WAL mode and closed."""
    template = CACHE / f"{key()}.sqlite3"
    with only_one_at_a_time("sqlite"):
        if not template.exists():
            building = template.with_suffix(".building")
            building.unlink(missing_ok=True)
            migrate(f"sqlite:///{building}")
            connection = sqlite3.connect(building)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            building.rename(template)
    return template


def copy_sqlite(target: Path) -> None:
    """Lay a fresh database at `target`: a new file, since late threads keep the old one."""
    for suffix in ("", "-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    shutil.copy(sqlite_template(), target)
