"""fuzz_books: one seed, one story; what breaks the books is found, and told with its seed."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ledger.fuzzing.model import POLICIES
from ledger.fuzzing.story import STEPS
from ledger.models import Account, Entry, Transfer
from tests.ledger.faults import FAULTS, Fault, planted
from tests.ledger.journal import Journal, account, everything


def fuzz_books(seed: int, steps: int = 150, **options: Any) -> str:
    said = StringIO()
    call_command("fuzz_books", seed=seed, steps=steps, stdout=said, no_color=True, **options)
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_seed_tells_one_story() -> None:
    first, again, other = fuzz_books(3), fuzz_books(3), fuzz_books(4)

    assert first == again
    assert re.fullmatch(
        r"Seed 3, 150 steps: \d+ posted, \d+ refused, \d+ rolled back\. Totals [0-9a-f]{12}\.\n"
        r"The books are right\.\n",
        first,
    )
    assert other.split("Totals")[1] != first.split("Totals")[1]


@pytest.mark.django_db(transaction=True)
def test_a_story_ends_alike_on_every_engine() -> None:
    """The figures are those of SQLite and of PostgreSQL."""
    assert fuzz_books(2026) == (
        "Seed 2026, 150 steps: 49 posted, 74 refused, 11 rolled back. Totals a2b0463fcb4b.\n"
        "The books are right.\n"
    )


@pytest.mark.django_db(transaction=True)
def test_a_story_has_some_of_everything() -> None:
    fuzz_books(2026, steps=300)

    assert Account.objects.count() == len(POLICIES)
    assert set(Transfer.objects.values_list("phase", flat=True)) == {
        "single", "hold", "post", "void",
    }  # fmt: skip
    assert Entry.objects.filter(kind="reversal").exists()
    assert Entry.objects.filter(needs_four_eyes=True).exists()
    assert Transfer.objects.filter(entry__kind="reversal", phase="void").exists()
    assert all(weight > 0 for _, weight in STEPS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: Fault, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without these promises the story breaks, and its seed is told."""
    with planted(fault, monkeypatch), pytest.raises(CommandError) as failure:
        fuzz_books(1, steps=600, check_every=20)

    assert re.match(r"Seed 1 broke at step \d+ of 600: .", str(failure.value), re.DOTALL)
    assert failure.value.returncode == 1


def test_a_fault_is_found_at_the_same_step_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for _ in range(2):
        with planted(FAULTS[-1], monkeypatch), pytest.raises(CommandError) as failure:
            fuzz_books(1, steps=600)
        told.append(str(failure.value))

    assert told[0] == told[1]


@pytest.mark.parametrize("what", ["an entry", "an account"])
def test_the_books_of_others_are_not_played_with(what: str, journal: Journal) -> None:
    account("li")
    if what == "an entry":
        journal.post("issued > li 1")
    before = everything()

    with pytest.raises(CommandError, match="somebody's books"):
        fuzz_books(1)

    assert everything() == before
