"""Loaded with `-p tests.plugin`: starts PostgreSQL before pytest-django reads the settings.

`TEST_DB=postgres` chooses it; without, the tests run on SQLite. Workers of xdist use the
server of the process that started them.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests import templates_of_databases as templates
from tests.postgres import Postgres

TEMPLATE = "template_migrated"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop.
    if os.environ.get("TEST_DB", "sqlite") != "postgres":
        os.environ["DATABASE_URL"] = f"sqlite:///{templates.CACHE / 'none.sqlite3'}"
        return
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    server = _migrated_server()
    early_config.add_cleanup(server.stop)
    os.environ["TEST_PG_FOLDER"] = str(server.folder)
    os.environ["DATABASE_URL"] = server.url("postgres")


def _migrated_server() -> Postgres:
    """Start PostgreSQL with the migrated template in it, from the archive if there is one."""
    archive = templates.CACHE / f"{templates.key()}.pg.tar"
    with templates.only_one_at_a_time("postgres"):
        if archive.exists():
            return Postgres(data=archive)
        server = Postgres()
        with server.connect() as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        templates.migrate(server.url(TEMPLATE))
        server.save(archive)
        return server


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of xdist is done; it may have had the browser."""
    browser = getattr(node, "workeroutput", {}).get("chromium")
    if browser:
        node.config.stash[CHROMIUM] = browser


def pytest_terminal_summary(terminalreporter: Any) -> None:
    engine = "PostgreSQL" if os.environ.get("TEST_DB") == "postgres" else "SQLite"
    browser = terminalreporter.config.stash.get(CHROMIUM, "not asked for")
    terminalreporter.write_line(f"Database: {engine}. Browser: {browser}.")


CHROMIUM = pytest.StashKey[str]()
