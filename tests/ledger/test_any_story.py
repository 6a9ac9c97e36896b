"""Any story at all: a machine tells the books one, and a small model says what must come of it.

After every step every invariant of the books holds, and they say what the model says. Longer
stories, without a machine that shortens them, are told by `manage.py fuzz_books`.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from ledger.fuzzing.model import (
    FAR_AWAY,
    LONG_AGO,
    POLICIES,
    TOO_MUCH,
    UNITS,
    WALLETS,
    Event,
    Held,
    Line,
)
from ledger.fuzzing.teller import Teller, Told

wallets = st.sampled_from(WALLETS)
amounts = st.integers(1, 9)
pairs = st.sampled_from(
    [(debit, credit) for codes in UNITS.values() for debit in codes for credit in codes]
).filter(lambda pair: pair[0] != pair[1])
anything = st.tuples(st.sampled_from(list(POLICIES)), st.sampled_from(list(POLICIES)))
moves = st.builds(lambda pair, amount: Line("single", pair[0], pair[1], amount), pairs, amounts)
some_moves = st.lists(moves, min_size=1, max_size=3)
expiries = st.sampled_from([None, FAR_AWAY, LONG_AGO])
eyes = st.sampled_from([None, (1, 2), (1, 1), (1, None), (None, 2), (None, None)])


class Books(RuleBasedStateMachine):
    told = Bundle("told")
    undone = Bundle("undone")
    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        # To the books this is the edge of a test, so every step is a transaction of its own.
        self.block._from_testcase = True  # type: ignore[attr-defined]  # Django's own mark.
        self.block.__enter__()
        self.teller = Teller("1")
        self.keys = self.holds_made = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def event(self, *lines: Line, **facts: Any) -> Event:
        self.keys += 1
        return Event(str(self.keys), lines, **facts)

    def tell(self, *lines: Line, **facts: Any) -> Any:
        return multiple(*self.teller.tell(self.event(*lines, **facts)))

    # --- Moving -----------------------------------------------------------------------

    @initialize(target=told)
    def award_two(self) -> Any:
        return self.tell(*[Line("single", "issued", wallet, 10) for wallet in WALLETS[:2]])

    @rule(target=told, wallet=wallets, amount=amounts)
    def award(self, wallet: str, amount: int) -> Any:
        return self.tell(Line("single", "issued", wallet, amount))

    @rule(target=told, wallet=wallets, amount=amounts)
    def spend(self, wallet: str, amount: int) -> Any:
        return self.tell(Line("single", wallet, "redeemed", amount))

    @rule(target=told, lines=some_moves, eyes=eyes)
    def move(self, lines: list[Line], eyes: Any) -> Any:
        return self.tell(*lines, eyes=eyes)

    @rule(pair=anything, amount=st.sampled_from([1, 0, -1, TOO_MUCH - 1, TOO_MUCH, 2**63]))
    def move_anything(self, pair: tuple[str, str], amount: int) -> None:
        """Mixed units, one account on both sides, amounts that are none: it stays in the books
        only where the model lets it."""
        with self.teller.given_up():
            self.tell(Line("single", *pair, amount))

    @rule()
    def move_nothing(self) -> None:
        self.tell()

    @rule(target=told, wallet=wallets)
    def expire(self, wallet: str) -> Any:
        left = self.teller.model.available(wallet)
        return self.tell(Line("single", wallet, "expired", left)) if left else multiple()

    @rule(
        target=told,
        batch=st.lists(some_moves, min_size=2, max_size=3),
        again=told,
        place=st.integers(0, 3),
    )
    def post_together(self, batch: list[list[Line]], again: Told, place: int) -> Any:
        """All or none: what is refused in the middle takes the others with it."""
        events = [self.event(*lines) for lines in batch]
        events.insert(place, again.event)
        return multiple(*self.teller.tell(*events))

    # --- Holding ----------------------------------------------------------------------

    @rule(target=holds, pair=pairs, amount=amounts, expires_at=expiries)
    def hold(self, pair: tuple[str, str], amount: int, expires_at: Any) -> Any:
        self.holds_made += 1
        held = Held(self.holds_made, *pair, amount, expires_at)
        told = self.teller.tell(self.event(Line("hold", *pair, amount, held)))
        return multiple(*((held, each) for each in told))

    @rule(target=told, hold=holds, amount=st.integers(0, 10))
    def settle(self, hold: tuple[Held, Told], amount: int) -> Any:
        held, _ = hold
        return self.tell(Line("post", held.debit, held.credit, amount or held.amount, held))

    @rule(target=told, hold=holds)
    def release(self, hold: tuple[Held, Told]) -> Any:
        held, _ = hold
        return self.tell(Line("void", held.debit, held.credit, held.amount, held))

    @rule(target=told, first=holds, second=holds, line=moves)
    def resolve_two(self, first: Any, second: Any, line: Line) -> Any:
        """Perhaps it is one hold, twice in an entry."""
        (one, _), (other, _) = first, second
        return self.tell(
            Line("post", one.debit, one.credit, one.amount, one),
            line,
            Line("void", other.debit, other.credit, other.amount, other),
        )

    # --- Again ------------------------------------------------------------------------

    @rule(told=told)
    def tell_again(self, told: Told) -> None:
        self.teller.tell_again(told)

    @rule(told=told, line=moves)
    def tell_otherwise(self, told: Told, line: Line) -> None:
        self.teller.tell(told.event._replace(lines=(*told.event.lines, line)))

    @rule(target=undone, told=told)
    def reverse(self, told: Told) -> Any:
        return self.undo(told)

    @rule(target=undone, hold=holds)
    def reverse_hold(self, hold: tuple[Held, Told]) -> Any:
        return self.undo(hold[1])

    def undo(self, told: Told) -> Any:
        self.keys += 1
        undone = self.teller.undo(told, str(self.keys))
        return (undone, told) if undone else multiple()

    @rule(undone=undone)
    def reverse_again(self, undone: tuple[Told, Told]) -> None:
        self.teller.undo_again(*undone)

    @rule(undone=undone)
    def reverse_the_reversal(self, undone: tuple[Told, Told]) -> None:
        assert self.teller.undo(undone[0], "never") is None

    # --- Accounts ---------------------------------------------------------------------

    @rule(code=st.sampled_from(["cai", "tab", "sold"]))
    def close(self, code: str) -> None:
        if len(self.teller.model.closed) < 1:
            self.teller.close(code)

    @rule(code=st.sampled_from(list(POLICIES)))
    def open_again(self, code: str) -> None:
        self.teller.open_again(code)

    # --- Transactions -----------------------------------------------------------------

    @rule(first=some_moves, second=some_moves)
    def give_up(self, first: list[Line], second: list[Line]) -> None:
        """A transaction is rolled back, after a part of it was to a savepoint."""
        with self.teller.given_up():
            with self.teller.given_up():
                self.tell(*first)
            self.tell(*second)

    @rule(target=told, first=some_moves, second=some_moves)
    def call_twice(self, first: list[Line], second: list[Line]) -> Any:
        return multiple(*self.teller.tell_twice(self.event(*first), self.event(*second)))

    # --- After every step -------------------------------------------------------------

    @invariant()
    def the_books_are_right(self) -> None:
        self.teller.check()

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        self.teller.compare()


def test_any_story_leaves_the_books_right(db: None) -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=40 if connection.vendor == "sqlite" else 20,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
