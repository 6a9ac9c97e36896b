"""The cast. Every test tells its story with the same few people."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.test import TransactionTestCase

from tests import templates_of_databases as templates
from tests.plugin import TEMPLATE

MARKET_DAY = datetime.datetime(2026, 11, 21, 1, 0, tzinfo=datetime.UTC)
"""Nine in the morning of a Saturday, in Yinchuan."""


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Give this worker its own copy of the migrated database, and a fresh one after each
    test that commits."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    path = tmp_path_factory.mktemp("db") / f"{worker}.sqlite3"

    def renew(_case: object = None) -> None:
        _renew_database(worker, path)

    flush = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        renew()
    TransactionTestCase._fixture_teardown = renew
    yield
    TransactionTestCase._fixture_teardown = flush
    with django_db_blocker.unblock():
        connections.close_all()


def _renew_database(worker: str, path: Path) -> None:
    connection = connections["default"]
    for each in connections.all(initialized_only=True):
        each.close()
        if hasattr(each, "close_pool"):
            each.close_pool()
    if connection.vendor == "sqlite":
        templates.copy_sqlite(path)
        name = str(path)
    else:
        name = f"test_{worker}"
        folder = os.environ["TEST_PG_FOLDER"]
        with psycopg.connect(host=folder, user="app", dbname="postgres", autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = name
