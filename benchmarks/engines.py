"""Throw-away databases: migrated, as careful with the disk as in production."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import templates_of_databases as templates
from tests.postgres import Postgres

ENGINES = ("postgresql", "sqlite")
TEMPLATE = "template_migrated"
HOST = "shop.example"
ROOT = Path(__file__).parent.parent


@contextmanager
def folder() -> Iterator[Path]:
    """Lend a folder for the files of a run; static files are collected into it."""
    with tempfile.TemporaryDirectory(prefix="huilin-bench-") as name:
        path = Path(name)
        run("django", "collectstatic", "--noinput", "-v0", at=path, url="sqlite://:memory:")
        yield path


@contextmanager
def postgresql() -> Iterator[Postgres]:
    """Start a server with its defaults: a commit is on the disk before it is answered."""
    server = Postgres(careless=False)
    try:
        with server.connect() as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        templates.migrate(server.url(TEMPLATE))
        yield server
    finally:
        server.stop()


def fresh_database(engine: str, name: str, *, at: Path, server: Postgres) -> str:
    """Return the address of a new, migrated database."""
    if engine == "sqlite":
        path = at / f"{name}.sqlite3"
        templates.copy_sqlite(path)
        return f"sqlite:///{path}"
    with server.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return server.url(name)


def run(module: str, *arguments: str, at: Path, url: str) -> None:
    """Run a module as production would: its settings, this database."""
    subprocess.run(
        [sys.executable, "-m", module, *arguments],
        check=True,
        cwd=ROOT,
        env=environment(at=at, url=url),
    )


def environment(*, at: Path, url: str) -> dict[str, str]:
    """Return what a process needs to be such a site."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "DEBUG": "0",
        "DATABASE_URL": url,
        "BENCH_FOLDER": str(at),
        "QUEUE_DIR": str(at / "queue"),
        "CELERY_BROKER_URL": "filesystem://localhost",
        "SECRET_KEY": "of a site that lives for ten minutes",
        "ALLOWED_HOSTS": HOST,
        "DEMO": "0",
    }


def version(server: Postgres) -> str:
    with server.connect() as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {row[0] if row else '?'}"
