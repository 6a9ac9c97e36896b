"""Loaded with `-p tests.mutants.plugin` where a mutant is tried, and nowhere else.

The tests of a mutant run on copies of the unchanged database, since migrating anew for each
would take hours. So each copy is first brought into line with the changed source.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from tests import templates_of_databases as templates

UNCHANGED = os.environ["TEMPLATE_OF_MUTANTS"]
templates.key = lambda: UNCHANGED


@pytest.hookimpl
def pytest_collection_finish(session: pytest.Session) -> None:
    """Let every fresh copy of the database follow the source."""
    conftest: Any = sys.modules["tests.conftest"]
    use_database = conftest.use_database

    def use_and_follow(name: str) -> None:
        use_database(name)
        follow_source()

    conftest.use_database = use_and_follow


def follow_source() -> None:
    """Take off the constraints that the models do not have, and put up the triggers anew."""
    from ledger import triggers  # noqa: PLC0415  # The apps are loaded only now.

    if os.environ.get("MUTANT_OF_MODELS"):
        triggers.drop(connection)
        for model in apps.get_app_config("ledger").get_models():
            _rebuild(model) if connection.vendor == "sqlite" else _drop_constraints(model)
    triggers.install(connection)


def _rebuild(model: type[Model]) -> None:
    with connection.schema_editor() as editor:
        editor._remake_table(model)  # type: ignore[attr-defined]  # SQLite's has it.


def _drop_constraints(model: type[Model]) -> None:
    table = model._meta.db_table
    kept = {constraint.name for constraint in model._meta.constraints}
    unique = {(field.column,) for field in model._meta.concrete_fields if field.unique}
    with connection.cursor() as cursor:
        for name, found in connection.introspection.get_constraints(cursor, table).items():
            of_model = name in kept or tuple(found["columns"]) in unique
            # Those that Django makes of a field's type end so.
            gone = found["unique"] or (found["check"] and not name.endswith("_check"))
            if gone and not of_model:
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
