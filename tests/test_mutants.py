"""The mutants of the books are what they say: their text stands, and none is forgotten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.models import Account, Entry, Transfer, Unit
from tests.mutants.matrix import MUTANTS
from tests.mutants.mutant import ROOT, Mutant


def name_of(mutant: Mutant) -> str:
    return mutant.promise


@pytest.mark.parametrize("mutant", MUTANTS, ids=name_of)
def test_what_a_mutant_takes_out_stands_in_the_source(mutant: Mutant) -> None:
    assert mutant.stands, f"change tests/mutants/ together with {mutant.file}"
    assert mutant.new != mutant.old
    assert [test for test in mutant.tests if not (ROOT / test).exists()] == []


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_no_trigger_is_forgotten(engine: str) -> None:
    file = f"ledger/sql/{engine}.sql"
    triggers = re.findall(r"^CREATE TRIGGER (\w+)", Path(ROOT, file).read_text(), re.MULTILINE)
    taken_out = {mutant.promise for mutant in MUTANTS if mutant.file == file}

    assert [name for name in triggers if f"trigger {name}" not in taken_out] == []


def test_no_constraint_is_forgotten() -> None:
    """Of the books themselves; what is derived from them can be thrown away."""
    constraints = {
        constraint.name
        for model in (Unit, Account, Entry, Transfer)
        for constraint in model._meta.constraints
    }
    taken_out = {mutant.promise for mutant in MUTANTS}

    assert [name for name in constraints if f"constraint {name}" not in taken_out] == []
