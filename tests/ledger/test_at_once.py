"""post_entry, when many press at the same moment.

The controls take a guard out and see the same story go wrong, so that these tests can fail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from ledger.actions import post_entry as module
from ledger.actions.open_account import AccountSpec, open_accounts
from ledger.actions.open_unit import open_unit
from ledger.actions.post_entry import EntrySpec, Move, post_entries
from ledger.actions.reverse_entry import reverse_entry
from ledger.models import Account, Entry, Transfer
from ledger.refusals import KeyClash, NotEnough, Refusal
from ledger.testing import assert_books_balance
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account, balances

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"
)


def at_once(presses: Sequence[Callable[[], object]]) -> Counter[str]:
    """Do all of these at the same moment, each in a thread, and count what came of it."""
    start = Barrier(len(presses))

    def press(do: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            do()
        except (Refusal, OperationalError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "posted"

    with ThreadPoolExecutor(len(presses)) as people:
        return Counter(people.map(press, presses))


def post(*specs: EntrySpec) -> Callable[[], object]:
    return lambda: post_entries(specs)


def test_no_point_is_spent_twice(journal: Journal, both_ways: None) -> None:
    journal.post("issued > li 10")
    account("redeemed")

    outcome = at_once([post(journal.spec("li > redeemed 3")) for _ in range(12)])

    assert outcome == {"posted": 3, "NotEnough": 9}
    assert balances() == {"issued": 10, "li": 1, "redeemed": 9}
    assert_books_balance()


def test_no_point_is_held_twice(journal: Journal) -> None:
    journal.post("issued > li 10")
    account("redeemed")

    outcome = at_once([post(journal.spec("li ~ redeemed 3")) for _ in range(12)])

    assert outcome == {"posted": 3, "NotEnough": 9}
    assert Account.objects.get(code="li").available == 1
    assert_books_balance()


def test_without_the_check_points_are_spent_twice(journal: Journal) -> None:
    """The control: it is the database that keeps an account above its floor."""
    journal.post("issued > li 10")
    account("redeemed")
    check = next(
        check for check in Account._meta.constraints if check.name == "account_is_not_overdrawn"
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE ledger_account DROP CONSTRAINT {check.name}")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")

    outcome = [post_entries([journal.spec("li > redeemed 3")]) for _ in range(12)]

    assert len(outcome) == 12
    assert balances()["li"] == -26
    with pytest.raises(AssertionError, match="I3"):
        assert_books_balance()
    connection.close()


def test_one_key_posts_once_however_many_press(journal: Journal, both_ways: None) -> None:
    specs = [journal.spec("issued > li 30", idempotency_key="shift:1") for _ in range(12)]

    assert at_once([post(spec) for spec in specs]) == {"posted": 12}
    assert Entry.objects.count() == 1
    assert balances() == {"issued": 30, "li": 30}
    assert_books_balance()


def test_one_key_names_one_event_however_many_press(journal: Journal, both_ways: None) -> None:
    """Their accounts differ, so no lock brings them into line: the key does."""
    presses = [
        post(journal.spec(f"wallet{n} > shop{n} 1", idempotency_key="order:1")) for n in range(8)
    ]
    for n in range(8):
        journal.post(f"issued > wallet{n} 1")

    assert at_once(presses) == {"posted": 1, "KeyClash": 7}
    assert_books_balance()


def test_a_key_that_was_taken_since_we_looked_is_looked_up_again(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = journal.post("issued > li 1", idempotency_key="once")
    look, looks = module._known, []

    def look_too_early(cursor: Any, entries: Any) -> dict[str, int]:
        looks.append(1)
        return look(cursor, entries) if len(looks) > 1 else {}

    monkeypatch.setattr(module, "_known", look_too_early)

    (again,) = post_entries([journal.spec("issued > li 1", idempotency_key="once")])

    assert again == first
    assert len(looks) == 2


@on_postgresql
def test_without_reading_the_key_again_a_second_press_fails(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: who comes second meets the unique key, and must look again."""
    monkeypatch.setattr(module, "TRIES", 1)
    account("issued"), account("li")
    presses = [
        post(journal.spec(f"wallet{n} > shop{n} 1", idempotency_key="order:1")) for n in range(8)
    ]
    for n in range(8):
        journal.post(f"issued > wallet{n} 1")

    def press(do: Callable[[], object]) -> Callable[[], object]:
        def inside() -> None:
            try:
                do()
            except IntegrityError as error:
                raise KeyClash(key="seen by the database") from error

        return inside

    monkeypatch.setattr(module, "_known", lambda _cursor, _entries: {})

    assert at_once([press(do) for do in presses]) == {"posted": 1, "KeyClash": 7}


def crossing(journal: Journal, times: int) -> list[EntrySpec]:
    """Return entries that use the same accounts, in one order and in the other."""
    lines = [f"issued > wallet{n} 1" if n % 2 else f"redeemed > wallet{n} 1" for n in range(30)]
    there, back = "\n".join(lines), "\n".join(lines[::-1])
    return [journal.spec(text) for _ in range(times) for text in (there, back)]


def test_opposite_orders_do_not_wait_for_each_other(journal: Journal, both_ways: None) -> None:
    specs = crossing(journal, times=6)

    assert at_once([post(spec) for spec in specs]) == {"posted": 12}
    assert balances()["wallet29"] == 12
    assert_books_balance()


@on_postgresql
def test_without_locks_in_order_they_do(
    journal: Journal, in_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the triggers alone lock one transfer after the other."""
    specs = crossing(journal, times=6)
    monkeypatch.setattr(module, "TRIES", 1)
    monkeypatch.setattr(module, "_lock", lambda _cursor, _ids: {})

    outcome = Counter[str]()
    for _ in range(20):
        again = [journal.spec("", moves=spec.moves) for spec in specs]
        outcome += at_once([post(spec) for spec in again])
        if outcome["OperationalError"]:
            break

    assert outcome["OperationalError"] > 0


@on_postgresql
def test_a_deadlock_is_tried_again(
    journal: Journal, in_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = crossing(journal, times=4)
    monkeypatch.setattr(module, "_lock", lambda _cursor, _ids: {})
    monkeypatch.setattr(module, "TRIES", 50)

    assert at_once([post(spec) for spec in specs]) == {"posted": 8}
    assert_books_balance()


@on_postgresql
def test_a_deadlock_inside_a_transaction_is_its_owners_affair(
    journal: Journal, in_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    class Deadlock(Exception):
        sqlstate = "40P01"

    def fail(*_: Any) -> None:
        tries.append(1)
        raise OperationalError from Deadlock()

    spec = journal.spec("issued > li 1")
    monkeypatch.setattr(module, "_post", fail)

    with pytest.raises(OperationalError), transaction.atomic():
        post_entries([spec])
    assert len(tries) == 1
    with pytest.raises(OperationalError):
        post_entries([spec])
    assert len(tries) == 1 + module.TRIES


def test_a_hold_is_resolved_once_however_many_press(journal: Journal) -> None:
    journal.post("issued > li 10")
    journal.post("li ~ redeemed 6 lunch")
    presses = [
        post(journal.spec(text)) for text in ("settle lunch 5", "settle lunch", "release lunch") * 4
    ]

    assert at_once(presses) == {"posted": 1, "HoldResolved": 11}
    assert Transfer.objects.filter(hold=journal.holds["lunch"]).count() == 1
    assert_books_balance()


def test_an_entry_is_reversed_once_however_many_press(journal: Journal) -> None:
    entry = journal.post("issued > li 10")

    def undo(number: int) -> Callable[[], object]:
        return lambda: reverse_entry(
            entry=entry,
            idempotency_key=f"undo:{number}",
            reason="mistake",
            happened_at=MARKET_DAY,
        )

    outcome = at_once([undo(number) for number in range(8)])

    assert outcome["posted"] == 1
    assert outcome["CannotReverse"] + outcome["NotEnough"] == 7
    assert balances() == {"issued": 0, "li": 0}
    assert_books_balance()


def test_the_same_account_is_opened_once(db: None) -> None:
    open_unit(code="XM-01", name="小米")
    specs = [AccountSpec(code=f"goods/{n}", unit="XM-01") for n in range(5)]
    orders = [specs, specs[::-1], specs[:3], specs[2:]] * 3

    outcome = at_once([partial(open_accounts, some) for some in orders])

    assert outcome == {"posted": 12}
    assert Account.objects.count() == 5


def test_the_same_unit_is_opened_once(db: None) -> None:
    assert at_once([lambda: open_unit(code="XM-01", name="小米")] * 8) == {"posted": 8}


def test_many_people_trade_and_nothing_is_lost(journal: Journal, both_ways: None) -> None:
    """Eight people, two to four lines each over the same few accounts: all posts or refuses."""
    names = [f"wallet{n}" for n in range(5)]
    journal.post("\n".join(f"issued > {name} 3" for name in names))
    accounts = {name: account(name) for name in [*names, "issued", "redeemed"]}

    def entries(person: int) -> Iterator[EntrySpec]:
        for step in range(12):
            pick = [names[(person * 7 + step * k) % 5] for k in (1, 2, 3)]
            lines = [
                (pick[0], "redeemed", 2 + step % 2),
                ("issued", pick[1], 1),
                (pick[2], names[(names.index(pick[2]) + 1) % 5], 2),
            ][: 2 + person % 2]
            moves = [Move(accounts[a], accounts[b], amount) for a, b, amount in lines]
            yield journal.spec("", moves=moves)

    def trade(specs: list[EntrySpec], outcomes: list[str]) -> Callable[[], object]:
        def run() -> None:
            for spec in specs:
                try:
                    post_entries([spec])
                    outcomes.append("posted")
                except NotEnough:
                    outcomes.append("refused")

        return run

    outcomes: list[str] = []
    outcome = at_once([trade(list(entries(person)), outcomes) for person in range(8)])

    assert outcome == {"posted": 8}
    assert len(outcomes) == 8 * 12
    assert Entry.objects.count() == 1 + outcomes.count("posted")
    assert outcomes.count("refused") > 0
    assert_books_balance()
