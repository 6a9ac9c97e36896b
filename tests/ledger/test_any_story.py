"""Any story at all: a machine tells the books one, and a small model says what must come of it.

After every step every invariant of the books holds, and they say what the model says. At the
end of the file faults are planted, and the machine must find each.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
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

from ledger import triggers
from ledger.actions import post_entry as module
from ledger.actions.close_account import close_account
from ledger.actions.post_entry import (
    EntrySpec,
    Hold,
    Move,
    Operation,
    Release,
    Settle,
    post_entries,
)
from ledger.actions.reverse_entry import reverse_entry
from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account, Entry, Transfer
from ledger.refusals import (
    CannotReverse,
    KeyClash,
)
from tests.conftest import MARKET_DAY
from tests.ledger.journal import account
from tests.ledger.model import CODES, WALLETS, Held, Model, Refused

wallets = st.sampled_from(WALLETS)
amounts = st.integers(1, 9)
flows = st.tuples(st.sampled_from(CODES), st.sampled_from(CODES), amounts).filter(
    lambda flow: flow[0] != flow[1]
)


class Told(NamedTuple):
    """An entry that was posted: how, and what takes it back from the model, if anything may."""

    spec: EntrySpec
    entry: Entry
    undo: Callable[[Model], None]


class Books(RuleBasedStateMachine):
    told = Bundle("told")
    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        # To the books this is the edge of a test, so every step is a transaction of its own.
        self.block._from_testcase = True  # type: ignore[attr-defined]  # Django's own mark.
        self.block.__enter__()
        self.accounts = {code: account(code) for code in CODES}
        self.model = Model()
        self.reversed: set[int] = set()
        self.steps = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def expect(self, change: Callable[[Model], None], do: Callable[[], Any]) -> Any:
        """Do something, and see that the books refuse it exactly when the model does."""
        model = deepcopy(self.model)
        try:
            change(model)
        except Refused as refused:
            with pytest.raises(refused.reasons):
                do()
            return None
        result = do()
        self.model = model
        return result

    def spec(self, *moves: Operation) -> EntrySpec:
        self.steps += 1
        return EntrySpec(
            kind="story",
            reference="test:1",
            idempotency_key=f"step:{self.steps}",
            happened_at=MARKET_DAY,
            moves=moves,
        )

    def post(
        self,
        moves: list[Operation],
        change: Callable[[Model], None],
        undo: Callable[[Model], None],
    ) -> Any:
        spec = self.spec(*moves)
        made = self.expect(change, lambda: post_entries([spec]))
        return Told(spec, made[0], undo) if made else multiple()

    def move_all(self, moved: list[tuple[str, str, int]]) -> Any:
        def change(model: Model) -> None:
            for flow in moved:
                model.move(*flow)

        def undo(model: Model) -> None:
            for source, target, amount in reversed(moved):
                model.move(target, source, amount)

        operations: list[Operation] = [
            Move(self.accounts[source], self.accounts[target], amount)
            for source, target, amount in moved
        ]
        return self.post(operations, change, undo)

    @initialize(target=told)
    def award_two(self) -> Any:
        return self.move_all([("issued", wallet, 10) for wallet in WALLETS[:2]])

    @rule(target=told, wallet=wallets, amount=amounts)
    def award(self, wallet: str, amount: int) -> Any:
        return self.move_all([("issued", wallet, amount)])

    @rule(target=told, wallet=wallets, amount=amounts)
    def spend(self, wallet: str, amount: int) -> Any:
        return self.move_all([(wallet, "redeemed", amount)])

    @rule(target=told, moved=st.lists(flows, min_size=2, max_size=4))
    def move_several(self, moved: list[tuple[str, str, int]]) -> Any:
        if {code for source, target, _ in moved for code in (source, target)} & self.model.closed:
            return multiple()
        return self.move_all(moved)

    @rule(target=holds, wallet=wallets, amount=amounts, lapsed=st.booleans())
    def hold(self, wallet: str, amount: int, *, lapsed: bool) -> Any:
        held = Held(wallet, "redeemed", amount, lapsed)
        expires_at = database_now() - datetime.timedelta(days=1) if lapsed else None
        spec = self.spec(Hold(self.accounts[wallet], self.accounts["redeemed"], amount, expires_at))
        made = self.expect(lambda model: model.hold(0, held), lambda: post_entries([spec]))
        if not made:
            return multiple()
        (transfer,) = made[0].made_transfers
        self.model.holds[transfer.pk] = self.model.holds.pop(0)
        return (transfer, held, Told(spec, made[0], lambda model: model.release(transfer.pk)))

    @rule(target=told, hold=holds, part=st.fractions(0, 1))
    def settle(self, hold: tuple[Transfer, Held, Told], part: Any) -> Any:
        transfer, held, _ = hold
        amount = max(1, int(held.amount * part))

        return self.post(
            [Settle(transfer, amount if amount < held.amount else None)],
            lambda model: model.settle(transfer.pk, amount, held),
            lambda model: model.move(held.target, held.source, amount),
        )

    @rule(target=told, hold=holds)
    def release(self, hold: tuple[Transfer, Held, Told]) -> Any:
        transfer, _, _ = hold

        def cannot(_model: Model) -> None:
            raise Refused(CannotReverse)

        return self.post([Release(transfer)], lambda model: model.release(transfer.pk), cannot)

    @rule(told=told)
    def tell_again(self, told: Told) -> None:
        (again,) = post_entries([told.spec])

        assert again == told.entry
        assert again.made_transfers == told.entry.made_transfers

    @rule(told=told, wallet=wallets, amount=amounts)
    def tell_otherwise(self, told: Told, wallet: str, amount: int) -> None:
        other = self.spec(Move(self.accounts["issued"], self.accounts[wallet], 100 + amount))
        key = told.spec.idempotency_key

        with pytest.raises(KeyClash):
            post_entries([EntrySpec(**spec_values(other) | {"idempotency_key": key})])

    @rule(told=told)
    def reverse(self, told: Told) -> None:
        self.undo(told)

    @rule(hold=holds)
    def reverse_hold(self, hold: tuple[Transfer, Held, Told]) -> None:
        transfer, _, told = hold
        if transfer.pk in self.model.holds or told.entry.pk in self.reversed:
            self.undo(told)
            return
        with pytest.raises(CannotReverse):
            self.reverse_now(told.entry)

    def undo(self, told: Told) -> None:
        def change(model: Model) -> None:
            if told.entry.pk in self.reversed:
                raise Refused(CannotReverse)
            told.undo(model)

        reversal = self.expect(change, lambda: self.reverse_now(told.entry))
        if reversal:
            self.reversed.add(told.entry.pk)
            with pytest.raises(CannotReverse):
                self.reverse_now(reversal)

    def reverse_now(self, entry: Entry) -> Entry:
        self.steps += 1
        return reverse_entry(
            entry=entry,
            idempotency_key=f"step:{self.steps}",
            reason="mistake",
            happened_at=MARKET_DAY,
        )

    @rule(code=wallets)
    def close(self, code: str) -> None:
        if len(self.model.closed) < 1 or code in self.model.closed:
            self.expect(
                lambda model: model.close(code),
                lambda: close_account(account=self.accounts[code], closed_at=MARKET_DAY),
            )

    @invariant()
    def the_books_are_right(self) -> None:
        assert [str(row) for row in wrong_rows()] == []

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        accounts = Account.objects.in_bulk(CODES, field_name="code")
        assert {
            code: (one.credits_posted - one.debits_posted, one.debits_pending, one.credits_pending)
            for code, one in accounts.items()
        } == {
            code: (self.model.net[code], self.model.pending_out[code], self.model.pending_in[code])
            for code in CODES
        }


def spec_values(spec: EntrySpec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in EntrySpec.__slots__}


def tell_stories(examples: int, *, shrink: bool = True) -> None:
    phases = [Phase.generate, *[Phase.shrink][: 1 if shrink else 0]]
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_story_leaves_the_books_right(db: None) -> None:
    tell_stories(40 if connection.vendor == "sqlite" else 20)


# --- Planted faults -------------------------------------------------------------------


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def alter(name: str, old: str, new: str) -> None:
    """Put a trigger's function, or on SQLite a trigger, up again with other words in it."""
    (statement,) = [
        statement
        for statement in triggers._statements(connection.vendor)
        if statement.startswith((f"CREATE TRIGGER {name} ", f"CREATE OR REPLACE FUNCTION {name}("))
    ]
    assert old in statement
    if connection.vendor == "sqlite":
        execute(f"DROP TRIGGER {name}")
    execute(statement.replace(old, new))


def no_floor(_: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        execute("PRAGMA ignore_check_constraints = ON")
    else:
        execute("ALTER TABLE ledger_account DROP CONSTRAINT account_is_not_overdrawn")


def release_moves(_: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        alter("transfer_moves_both", "WHEN 'post' THEN", "WHEN NEW.phase THEN")
    else:
        alter("ledger_apply_transfer", "NEW.phase IN ('single', 'post')", "NEW.phase <> 'hold'")


def closed_accounts_take(_: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        execute("DROP TRIGGER account_is_open")
        alter("transfer_is_sound", "AND closed_at IS NOT NULL", "AND false")
    else:
        alter("ledger_check_transfer", "credit.closed_at IS NOT NULL", "false")
        alter("ledger_check_change", "OLD.closed_at IS NOT NULL AND", "false AND")


def no_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fingerprint", lambda _spec, _lines: "same")


def no_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_posted", lambda _cursor, _entries: {})


@pytest.mark.parametrize(
    "fault",
    [no_floor, release_moves, closed_accounts_take, no_fingerprint, no_replay],
)
def test_a_planted_fault_is_found(
    fault: Callable[[pytest.MonkeyPatch], None], db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triggers, "require", lambda _connection: None)
    monkeypatch.setattr(triggers, "problems", lambda _connection: [])
    fault(monkeypatch)
    try:
        with pytest.raises(BaseException, match=r"\w"):  # Whatever it is.
            tell_stories(300, shrink=False)
    finally:
        if connection.vendor == "sqlite":
            execute("PRAGMA ignore_check_constraints = OFF")
