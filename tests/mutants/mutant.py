"""What a mutant is, and short ways to write rows of them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
TRIGGERS = "tests/ledger/test_triggers.py"
TRANSFERS = "tests/ledger/test_triggers_of_transfers.py"
BOTH = ("sqlite", "postgres")


class Mutant(NamedTuple):
    """One change to one file.

    Args:
        promise: what is taken out, in a few words.
        file: where, from the root of the project.
        old: the text to replace, which stands there once.
        new: the text in its place.
        tests: what is run, until the first test goes red.
        engines: on which it is run, since some promises are kept by one engine alone.
    """

    promise: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    engines: tuple[str, ...] = BOTH

    @property
    def stands(self) -> bool:
        """Tell whether the text is still there, once."""
        return _text(self.file).count(self.old) == 1


def statement(engine: str, name: str) -> str:
    """Return a statement of `ledger/sql/` by the name of what it creates, with its semicolon."""
    text = _text(_sql(engine))
    match = re.search(rf"^CREATE [A-Z ]*\b{name}\b.*?;\n(?=\n|\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"{engine} has no {name}"
    return match[0]


def without(engine: str, name: str, *tests: str) -> Mutant:
    """Take a whole trigger away."""
    return Mutant(
        f"trigger {name}", _sql(engine), statement(engine, name), "", tests, (engine.strip(),)
    )


def clause(engine: str, name: str, old: str, new: str, *tests: str) -> Mutant:
    """Change a clause in a trigger, or in the function of one."""
    whole = statement(engine, name)
    assert whole.count(old) == 1, f"{old!r} stands {whole.count(old)} times in {name}"
    promise = f"{name}: `{' '.join(old.split())}`"
    return Mutant(promise, _sql(engine), whole, whole.replace(old, new), tests, (engine,))


@cache
def _text(file: str) -> str:
    return (ROOT / file).read_text()


def _sql(engine: str) -> str:
    return f"ledger/sql/{'postgresql' if engine == 'postgres' else engine}.sql"
