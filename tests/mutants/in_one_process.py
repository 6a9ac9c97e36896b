"""Try the mutants of the triggers one after the other in one process, since nothing is imported
anew for them: only the text of `ledger/sql/` differs.

Reads a number of `MUTANTS` a line, and writes what came of it as a line of JSON.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from tests.mutants.matrix import MUTANTS
from tests.mutants.mutant import ROOT, Mutant


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="huilin-mutants-") as folder:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(attempt(MUTANTS[int(line)], Path(folder))) + "\n")
            sys.stdout.flush()


def attempt(mutant: Mutant, folder: Path) -> str:
    """Run the tests of a mutant until the first goes red, and return what was said."""
    source = (ROOT / mutant.file).read_text()
    (folder / Path(mutant.file).name).write_text(source.replace(mutant.old, mutant.new, 1))
    options = ["-p", "tests.mutants.plugin", "-x", "-q", "--tb=line", "-p", "no:cacheprovider"]
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        use_triggers_of(folder)
        pytest.main([*options, *mutant.tests])
    return said.getvalue()


def use_triggers_of(folder: Path) -> None:
    """Let the guards be what is written there, from the next fresh database on."""
    from ledger import triggers  # noqa: PLC0415  # Pytest has to load the settings first.

    triggers.SQL_FOLDER = folder
    triggers._statements.cache_clear()
    triggers._wanted.cache_clear()
    triggers.forget_guards()


if __name__ == "__main__":
    main()
