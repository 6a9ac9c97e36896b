"""One transaction makes one call of the books, because a second would lock out of order.

A mark is left among the callbacks of the commit: the database layer drops it exactly when
what it stands for is rolled back, whole or to a savepoint, and when the transaction ends.
"""

from __future__ import annotations

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ledger.refusals import SecondCall


def is_outermost(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether nobody has opened a transaction around us, a test case excepted."""
    return len(connection.atomic_blocks) == _blocks_of_test_case(connection)


def refuse_second_call(connection: BaseDatabaseWrapper) -> None:
    """Refuse when the transaction around us has written to the books already.

    Raises:
        SecondCall: it has.
    """
    if is_outermost(connection):
        return
    ours = _savepoint_of_transaction(connection)
    for savepoints, callback, *_ in connection.run_on_commit:
        if callback is _books_were_written and (ours is None or ours in savepoints):
            raise SecondCall


def remember_call(connection: BaseDatabaseWrapper) -> None:
    """Leave the mark, if there is a transaction around us that could call again."""
    if not is_outermost(connection):
        transaction.on_commit(_books_were_written, using=connection.alias)


def _books_were_written() -> None:
    """Do nothing: this is only the mark."""


def _savepoint_of_transaction(connection: BaseDatabaseWrapper) -> str | None:
    """Return the savepoint that is the outermost transaction to a test, and none outside one."""
    depth = _blocks_of_test_case(connection)
    return connection.savepoint_ids[depth - 1] if depth else None


def _blocks_of_test_case(connection: BaseDatabaseWrapper) -> int:
    # The mark that Django itself goes by, for durable blocks in test cases.
    return sum(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
