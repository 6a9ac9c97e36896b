"""The same told otherwise comes to the same: on another engine, in another order, in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.fuzzing.model import UNITS, Event, Held, Line
from ledger.fuzzing.teller import Teller
from tests import templates_of_databases as templates
from tests.ledger.raw import on_postgresql
from tests.ledger.replaying import elsewhere, journal, replay, tell, totals

some = settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@contextmanager
def given_up() -> Iterator[None]:
    """Take back what happens inside, where each call is a transaction of its own."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # Django's own mark.
    with block:
        yield
        transaction.set_rollback(True)


# --- On the other engine --------------------------------------------------------------


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_journal_of_this_engine_comes_to_the_same_on_the_other(tmp_path: Path) -> None:
    templates.copy_sqlite(tmp_path / "other.sqlite3")
    tell(seed=11, steps=60)
    mine = {"journal": journal(), "totals": totals()}

    other = elsewhere(f"sqlite:///{tmp_path / 'other.sqlite3'}", "replay", given=mine["journal"])

    assert len(mine["journal"]["entries"]) > 15
    assert other == mine


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_journal_of_the_other_engine_comes_to_the_same_on_this(tmp_path: Path) -> None:
    templates.copy_sqlite(tmp_path / "other.sqlite3")
    other = elsewhere(f"sqlite:///{tmp_path / 'other.sqlite3'}", "tell", "12", "60")

    replay(other["journal"])

    assert len(other["journal"]["entries"]) > 15
    assert {"journal": journal(), "totals": totals()} == other


@pytest.mark.django_db(transaction=True)
def test_a_journal_that_was_changed_comes_to_something_else(tmp_path: Path) -> None:
    """The control: one point more, and the totals tell."""
    templates.copy_sqlite(tmp_path / "other.sqlite3")
    other = elsewhere(f"sqlite:///{tmp_path / 'other.sqlite3'}", "tell", "12", "40")
    last = next(
        line
        for entry in reversed(other["journal"]["entries"])
        for line in entry["lines"]
        if line["phase"] == "single" and line["debit"].endswith("/issued")
    )
    last["amount"] += 1

    replay(other["journal"])

    assert totals() != other["totals"]


# --- In another order -----------------------------------------------------------------


def moves_in(unit: str) -> st.SearchStrategy[list[Line]]:
    pairs = st.permutations(UNITS[unit]).map(lambda codes: codes[:2])
    line = st.builds(
        lambda pair, amount: Line("single", pair[0], pair[1], amount), pairs, st.integers(1, 9)
    )
    return st.lists(line, min_size=1, max_size=6)


def told_in_order(lines: Sequence[Line]) -> dict[str, Any]:
    with given_up():
        teller = Teller("1")
        for number, line in enumerate(lines):
            teller.tell(Event(str(number), (line,)))
        return totals()


@some
@given(points=moves_in("POINT"), money=moves_in("CNY"), chance=st.randoms(use_true_random=False))
def test_accounts_that_do_not_meet_do_not_mind_who_is_first(
    db: None, points: list[Line], money: list[Line], chance: Any
) -> None:
    turns = [*([0] * len(points)), *([1] * len(money))]
    chance.shuffle(turns)
    both = iter(points), iter(money)

    mixed = told_in_order([next(both[turn]) for turn in turns])

    assert mixed == told_in_order([*points, *money]) == told_in_order([*money, *points])


@some
@given(amounts=st.lists(st.integers(1, 50), min_size=2, max_size=6), chance=st.randoms())
def test_awards_do_not_mind_who_is_first(db: None, amounts: list[int], chance: Any) -> None:
    lines = [Line("single", "issued", "ada", amount) for amount in amounts]
    mixed = list(lines)
    chance.shuffle(mixed)

    assert told_in_order(mixed) == told_in_order(lines)


# --- In parts -------------------------------------------------------------------------


@pytest.mark.parametrize("there", [10, 5])
@some
@given(whole=st.integers(2, 10), part=st.integers(1, 9))
def test_an_amount_in_two_parts_is_the_same_amount(
    there: int, db: None, whole: int, part: int
) -> None:
    """In two lines, in two entries, or held and settled; refused if the whole is too much."""
    part = min(part, whole - 1)
    ways: list[list[Event]] = [
        [event("1", whole)],
        [event("1", part, whole - part)],
        [event("1", whole - part, part)],
        held_and_settled(whole),
    ]

    ends = [told_after(there, *way) for way in ways]

    assert ends == [ends[0]] * len(ways)
    assert (ends[0]["fuzz/1/ada"][0] == whole) == (whole <= there)


def event(key: str, *amounts: int) -> Event:
    return Event(key, tuple(Line("single", "ada", "redeemed", amount) for amount in amounts))


def held_and_settled(amount: int) -> list[Event]:
    hold = Held(1, "ada", "redeemed", amount)
    return [
        Event("1", (Line("hold", "ada", "redeemed", amount, hold),)),
        Event("2", (Line("post", "ada", "redeemed", amount, hold),)),
    ]


def told_after(there: int, *events: Event) -> dict[str, list[int]]:
    """Return the totals once these events were told of a wallet with so many points."""
    with given_up():
        teller = Teller("1")
        teller.tell(Event("0", (Line("single", "issued", "ada", there),)))
        for each in events:
            if not teller.tell(each):
                break
        return totals()
