"""Try every mutant of the books, and write down which test goes red: `make mutants`.

Both engines run at once, each with one mutant at a time, made in a copy of the tree. Words on the
command line choose those whose promise or file contains one of them; only a whole run writes
`docs/decisions/0004-mutants.md`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests import templates_of_databases as templates
from tests.mutants.matrix import MUTANTS
from tests.mutants.mutant import ROOT, Mutant
from tests.plugin import TEMPLATE
from tests.postgres import Postgres

SECONDS = 240
DOCUMENT = ROOT / "docs" / "decisions" / "0004-mutants.md"
COPIED = ["config", "demo", "cms", "market", "people", "ledger", "templates", "static", "tests"]
ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
INTRODUCTION = """# 4. What would go red

`make mutants` takes one promise of the books out at a time, in a copy of the tree, and runs a few
tests on the engines that keep it: each constraint, each trigger and each clause of one, each lock
and its order, the look-up and the comparison of keys, the checks of an entry, the settings of a
connection. A mutant that no test catches fails the run: a test is missing. The rows are in
`tests/mutants/`; `tests/test_mutants.py` sees that the text of each still stands in the source,
and that no trigger and no constraint is forgotten.

{caught} of {count} caught, in {minutes} minutes on two cores.

| taken out | engine | the first test that went red |
|---|---|---|
"""


class Tried(NamedTuple):
    """A mutant on an engine, and what its tests said."""

    mutant: Mutant
    engine: str
    said: str

    @property
    def caught_by(self) -> str:
        """The first test that went red, if only while its story was told, or nothing."""
        red = re.search(r"^(?:FAILED|ERROR) (\S+?::.*?)(?: - .*)?$", self.said, re.MULTILINE)
        return red[1] if red else ""

    def row(self) -> str:
        promise = self.mutant.promise.replace("|", "\\|")
        caught = self.caught_by.removeprefix("tests/ledger/").replace("|", "\\|")
        return (
            f"| {promise} | {ENGINES[self.engine]} | {f'`{caught}`' if caught else '**none**'} |\n"
        )


def environment_on(engine: str, worker: int, server: Postgres) -> dict[str, str]:
    """Return what makes the tests run on a database of this worker's, made from the template."""
    return os.environ | {
        "TEST_DB": engine,
        "TEST_PG_FOLDER": str(server.folder),
        "DATABASE_URL": server.url("postgres"),
        # So that nobody starts another server, and each has a database of its own.
        "PYTEST_XDIST_WORKER": f"mutants{worker}",
        "TEMPLATE_OF_MUTANTS": templates.key(),
        # Bytecode is found by the second in which its source was written: too coarse.
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
    }


class Process:
    """One process for all mutants of the triggers of an engine."""

    def __init__(self, engine: str, server: Postgres, worker: int) -> None:
        self.engine = engine
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutants.in_one_process"],
            cwd=ROOT,
            env=environment_on(engine, worker, server),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def attempt(self, mutant: Mutant) -> Tried:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{MUTANTS.index(mutant)}\n")
        self.process.stdin.flush()
        return Tried(mutant, self.engine, json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        self.process.communicate()


class Tree:
    """A copy of the tree to change; what is installed and migrated is that of the first one."""

    def __init__(self, folder: Path, engine: str, server: Postgres, worker: int) -> None:
        self.folder, self.engine = folder, engine
        self.environment = environment_on(engine, worker, server)
        for name in COPIED:
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        for name in ("manage.py", "pyproject.toml", "uv.lock"):
            shutil.copy(ROOT / name, folder)
        for name in (".venv", "locale", "docs", "Makefile", "README.md"):
            (folder / name).symlink_to(ROOT / name)
        (folder / "var").mkdir()
        (folder / "var" / "testdb").symlink_to(templates.CACHE)

    def run(self, tests: Iterable[str], *, of_models: bool) -> str:
        """Run tests until the first goes red, and return what was said."""
        try:
            done = subprocess.run(
                [
                    sys.executable, "-m", "pytest", "-p", "tests.mutants.plugin", "-x", "-q",
                    "--tb=line", "-p", "no:cacheprovider", *tests,
                ],
                cwd=self.folder,
                env=self.environment | {"MUTANT_OF_MODELS": "1" if of_models else ""},
                capture_output=True, text=True, timeout=SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"FAILED {next(iter(tests))} (not done after {SECONDS} seconds)"
        return done.stdout + done.stderr

    def attempt(self, mutant: Mutant) -> Tried:
        """Make a mutant, run its tests, and put the source right again."""
        path = self.folder / mutant.file
        source = path.read_text()
        path.write_text(source.replace(mutant.old, mutant.new, 1))
        try:
            said = self.run(mutant.tests, of_models=mutant.file == "ledger/models.py")
        finally:
            path.write_text(source)
        return Tried(mutant, self.engine, said)


def chosen_by(words: list[str], engine: str) -> list[Mutant]:
    return [
        mutant
        for mutant in MUTANTS
        if engine in mutant.engines
        and (not words or any(word in f"{mutant.promise} {mutant.file}" for word in words))
    ]


def try_all(chosen: list[Mutant], engine: str, server: Postgres, folder: Path) -> list[Tried]:
    """Try mutants on an engine, one after the other.

    Raises:
        RuntimeError: the tests go red by themselves, which would prove nothing.
    """
    worker = list(ENGINES).index(engine)
    tree = Tree(folder, engine, server, worker)
    said = tree.run(sorted({test for mutant in chosen for test in mutant.tests}), of_models=True)
    if " passed" not in said or re.search(r" failed| error", said):
        raise RuntimeError(f"{ENGINES[engine]} without a mutant:\n{said}")
    process = Process(engine, server, worker)
    tried = []
    for mutant in chosen:
        one = (process if mutant.file.endswith(".sql") else tree).attempt(mutant)
        tried.append(one)
        sys.stdout.write(one.row() + ("" if one.caught_by else one.said))
        sys.stdout.flush()
    process.close()
    return tried


def prepared_server() -> Postgres:
    """Start PostgreSQL with the migrated template in it, and see that SQLite has one too."""
    templates.sqlite_template()
    archive = templates.CACHE / f"{templates.key()}.pg.tar"
    if archive.exists():
        return Postgres(data=archive)
    server = Postgres()
    with server.connect() as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    templates.migrate(server.url(TEMPLATE))
    return server


def main() -> int:
    words = sys.argv[1:]
    begun = time.monotonic()
    server = prepared_server()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="huilin-mutants-") as folder,
            ThreadPoolExecutor(len(ENGINES)) as pool,
        ):
            started = [
                pool.submit(try_all, chosen, engine, server, Path(folder, engine))
                for engine in ENGINES
                if (chosen := chosen_by(words, engine))
            ]
            tried = [one for each in started for one in each.result()]
    finally:
        server.stop()
    caught = sum(bool(one.caught_by) for one in tried)
    minutes = round((time.monotonic() - begun) / 60)
    sys.stdout.write(f"{caught} of {len(tried)} caught in {minutes} minutes.\n")
    if not words:
        heading = INTRODUCTION.format(count=len(tried), caught=caught, minutes=minutes)
        DOCUMENT.write_text(heading + "".join(one.row() for one in tried))
    return 0 if caught == len(tried) else 1


if __name__ == "__main__":
    sys.exit(main())
