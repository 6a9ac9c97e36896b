"""Where the guards of the books are put up: around every migration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from ledger import triggers


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = _("the books")

    def ready(self) -> None:
        pre_migrate.connect(take_guards_down, sender=self)
        post_migrate.connect(put_guards_up, sender=self)
        checks.register(checks.Tags.database)(warn_of_missing_guards)


def take_guards_down(*, using: str, plan: list[Any], **_kwargs: object) -> None:
    """Let SQLite rebuild tables: it cannot while another table's trigger names them."""
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        triggers.drop(connection)


def put_guards_up(*, using: str, **_kwargs: object) -> None:
    """Install what `ledger/sql/` says, on either engine, as often as asked."""
    triggers.install(connections[using])


def warn_of_missing_guards(
    *, databases: Sequence[str] | None = None, **_kwargs: object
) -> list[checks.CheckMessage]:
    """Warn, and no more: an error would block the migration that puts it right."""
    warnings: list[checks.CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if triggers.has_books(connection) and (wrong := triggers.problems(connection)):
            warnings.append(
                checks.Warning(
                    f"The books are unguarded: {'; '.join(wrong)}.",
                    hint="Run manage.py migrate.",
                    id="ledger.W001",
                )
            )
    return warnings
