"""Writers in processes of their own, for what threads of one process cannot show.

`Writers` starts one process that loads Django once and forks as many as are wanted; each says
a line for each entry that it has posted, after the commit. So whoever kills them knows what
was acknowledged.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import OperationalError, connection, connections

from ledger.actions import post_entry as module
from ledger.actions.open_account import open_account
from ledger.actions.post_entry import EntrySpec, Hold, Move, Operation, post_entries
from ledger.explanations import LockedAccount
from ledger.invariants import INVARIANTS
from ledger.models import Account, Entry
from ledger.refusals import Refusal
from tests.conftest import MARKET_DAY

ROOT = Path(__file__).parent.parent.parent
START = "import django; django.setup(); from tests.ledger.writers import main; main()"
WALLETS = 5


def database_url() -> str:
    """Return the address of the database that the test runs on."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"postgres://app@/{name}?host={os.environ['TEST_PG_FOLDER']}"


class Writers:
    """A process for each of some people, who do a task at the same moment.

    Args:
        task: one of `TASKS`.
        url: the database; by default that of the test.
    """

    def __init__(self, task: str, *, people: int, steps: int, url: str = "") -> None:
        # Its own session, so that all of them can be killed together and nobody else.
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, task, str(people), str(steps)],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": url or database_url(),
                "DJANGO_SETTINGS_MODULE": "config.settings_test",
            },
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def lines(self) -> Iterator[str]:
        """Yield what they say, until the last of them is gone."""
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                yield line.strip()
        self.process.wait()

    def outcome(self) -> Counter[str]:
        """Wait for all of them, and count what they say."""
        said = Counter(self.lines())
        assert self.process.returncode == 0
        return said

    def kill(self) -> None:
        """End all of them, as if the power had gone."""
        os.killpg(self.process.pid, signal.SIGKILL)


# --- In their process -----------------------------------------------------------------


def main() -> None:
    task, people, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    accounts = open_accounts()
    # A connection that two processes use is of no use.
    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    wait, go = os.pipe()
    children = [fork(TASKS[task], accounts, person, steps, wait, go) for person in range(people)]
    os.close(go)
    codes = [os.waitpid(child, 0)[1] for child in children]
    sys.exit(max(codes) and 1)


def fork(
    do: Callable[[dict[str, Account], int, int], None],
    accounts: dict[str, Account],
    person: int,
    steps: int,
    wait: int,
    go: int,
) -> int:
    """Start a process for a person, who begins when the other end of `wait` is closed."""
    child = os.fork()
    if child:
        return child
    os.close(go)
    try:
        connection.ensure_connection()
        os.read(wait, 1)
        do(accounts, person, steps)
    except BaseException as error:  # noqa: BLE001  # Whoever forked must not go on here.
        say(f"{type(error).__name__}: {error}")
        os._exit(1)
    os._exit(0)


def say(line: str) -> None:
    """Say a line at once: a pipe keeps whole what is short, whoever else writes."""
    os.write(1, f"{line.splitlines()[0]}\n".encode())


def open_accounts() -> dict[str, Account]:
    """Open what they trade with, or find it."""
    accounts = {
        "issued": open_account(code="issued", unit="POINT", normal="debit", floor=None),
        "redeemed": open_account(code="redeemed", unit="POINT", floor=None),
    }
    return accounts | {
        f"wallet{n}": open_account(code=f"wallet{n}", unit="POINT") for n in range(WALLETS)
    }


def spec(key: str, moves: list[Operation]) -> EntrySpec:
    return EntrySpec(
        kind="story",
        reference="writers",
        idempotency_key=key,
        happened_at=MARKET_DAY,
        moves=moves,
    )


def trade(accounts: dict[str, Account], person: int, steps: int) -> None:
    """Post two to four lines over a few accounts, and say for each entry what came of it."""
    module.TRIES = 1  # So that a deadlock is seen.
    chance = random.Random(person)  # noqa: S311  # Drawn again, it is the same.
    wallets = [f"wallet{n}" for n in range(WALLETS)]
    for step in range(steps):
        lines = [chance.sample([*wallets, "issued", "redeemed"], 2) for _ in range(4)]
        some = lines[: chance.randint(2, 4)]
        moves: list[Operation] = [
            Move(accounts[debit], accounts[credit], chance.randint(1, 4)) for debit, credit in some
        ]
        try:
            post_entries([spec(f"{person}:{step}", moves)])
        except (Refusal, OperationalError) as refusal:
            say(type(refusal).__name__)
        else:
            say("posted")


def trade_out_of_order(accounts: dict[str, Account], person: int, steps: int) -> None:
    """The same, but each locks its accounts in an order of its own."""
    lock = module._lock

    def lock_out_of_order(cursor: Any, ids: list[int]) -> dict[int, LockedAccount]:
        backwards = sorted(ids, reverse=person % 2 == 0)
        return {pk: lock(cursor, [pk])[pk] for pk in backwards}

    with patch.object(module, "_lock", lock_out_of_order):
        trade(accounts, person, steps)


def redeem(accounts: dict[str, Account], person: int, steps: int) -> None:
    """Take three points from one wallet, as often as asked."""
    for step in range(steps):
        move = Move(accounts["wallet0"], accounts["redeemed"], 3)
        try:
            post_entries([spec(f"{person}:{step}", [move])])
        except (Refusal, OperationalError) as refusal:
            say(type(refusal).__name__)
        else:
            say("posted")


def errand(accounts: dict[str, Account], person: int, step: int) -> EntrySpec:
    """Return an entry that is never refused: what comes in is more than what goes out."""
    mine, theirs = accounts[f"wallet{person % WALLETS}"], accounts[f"wallet{(step + 1) % WALLETS}"]
    issued, redeemed = accounts["issued"], accounts["redeemed"]
    moves: list[Operation] = [
        Move(issued, mine, 5),
        Move(mine, redeemed, 2),
        Hold(issued, theirs, 1),
    ]
    return spec(f"{person}:{step}", moves)


def run_errands(accounts: dict[str, Account], person: int, steps: int) -> None:
    """Post one errand after the other, and say each key once it is in the books."""
    for step in range(steps):
        post_entries([errand(accounts, person, step)])
        say(f"{person}:{step}")


def recover(accounts: dict[str, Account], person: int, people: int) -> None:
    """Say what is in the books after a crash, try every errand again, and say it once more."""
    kept = list(Entry.objects.values_list("idempotency_key", flat=True))
    for key in kept:
        say(f"kept {key}")
    steps = 2 + max(int(key.partition(":")[2]) for key in kept)
    for somebody in range(people):
        for step in range(steps):
            post_entries([errand(accounts, somebody, step)])
    for key in Entry.objects.values_list("idempotency_key", flat=True):
        say(f"there {key}")
    for row in (row for each in INVARIANTS for row in each.find()):
        say(f"wrong {row}")
    say(f"redeemed {Account.objects.get(pk=accounts['redeemed'].pk).balance}")


TASKS: dict[str, Callable[[dict[str, Account], int, int], None]] = {
    "trade": trade,
    "trade_out_of_order": trade_out_of_order,
    "redeem": redeem,
    "run_errands": run_errands,
    "recover": recover,
}
