"""All mutants of the books."""

from __future__ import annotations

from tests.mutants import of_code, of_postgresql, of_sqlite
from tests.mutants.mutant import Mutant

MUTANTS: list[Mutant] = [*of_code.MUTANTS, *of_sqlite.MUTANTS, *of_postgresql.MUTANTS]
