"""Bare connections to the site's database, for peers that are written by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


class OnPostgres:
    """Connected with psycopg; each statement is prepared at its first use."""

    def __init__(self, conninfo: str) -> None:
        self.connection = psycopg.connect(conninfo, autocommit=True)
        self.connection.prepare_threshold = 0
        self.false = "false"
        self.tells_time_zones = True

    def begin(self) -> None:
        self.connection.execute("BEGIN")

    def run(self, sql: str, *values: object) -> list[Any]:
        cursor = self.connection.execute(sql, values)
        return cursor.fetchall() if cursor.description else []

    def finish(self, statements: Sequence[tuple[str, Sequence[object]]]) -> None:
        """Send statements nobody waits for, and the commit, in one round trip."""
        with self.connection.pipeline():
            for sql, values in statements:
                self.connection.execute(sql, values)
            self.connection.execute("COMMIT")


class OnSqlite:
    """Connected with sqlite3, as careful as the site; it keeps statements prepared itself."""

    def __init__(self, path: str, pragmas: str) -> None:
        self.connection = sqlite3.connect(path, timeout=20, isolation_level=None)
        self.connection.executescript(pragmas)
        self.false = "0"
        self.tells_time_zones = False

    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def run(self, sql: str, *values: object) -> list[Any]:
        sql = sql.replace("FOR NO KEY UPDATE", "").replace("%s", "?")
        return self.connection.execute(sql, values).fetchall()

    def finish(self, statements: Sequence[tuple[str, Sequence[object]]]) -> None:
        for sql, values in statements:
            self.run(sql, *values)
        self.connection.execute("COMMIT")


type Driver = OnPostgres | OnSqlite


def connect() -> Driver:
    """Connect to the database the site is on, as careful with the disk as the site is."""
    place: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return OnSqlite(place["NAME"], place["OPTIONS"]["init_command"])
    host = place["OPTIONS"].get("host") or place["HOST"]
    return OnPostgres(f"host={host} user={place['USER']} dbname={place['NAME']}")
