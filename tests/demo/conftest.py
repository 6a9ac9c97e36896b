"""The demonstration takes seconds to load: once for each worker, beside its own database."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests.conftest import fresh_database, use_database


@pytest.fixture(scope="session")
def loaded_once(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """Name the database that has the demonstration in it, committed."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    own = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        name = fresh_database(f"{worker}_demo", tmp_path_factory.mktemp("demo") / "demo.sqlite3")
        use_database(name)
        with override_settings(IS_DEMO=True), translation.override("zh-hans"):
            call_command("load_demo", verbosity=0)
        use_database(own)
    return name


@pytest.fixture
def where_it_is_loaded(loaded_once: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    own = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        use_database(loaded_once)
    yield
    with django_db_blocker.unblock():
        use_database(own)


@pytest.fixture
def demonstration(where_it_is_loaded: None, db: None, settings: LazySettings) -> None:
    """The site with the demonstration in it; what a test changes is rolled back."""
    settings.IS_DEMO = True
