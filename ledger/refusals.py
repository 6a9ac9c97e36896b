"""What the books refuse, each with the facts that the words for it need.

Actions above the ledger catch these and say them in the words of their trade: `NotEnough` of
a stock account is "sold out", of a wallet "you have 5 points". Nothing has changed after one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from django.db import IntegrityError


class Refusal(Exception):
    """The books would be wrong, so nothing was written."""


class NotEnough(Refusal):
    """An account would fall below its floor.

    Args:
        needed: all that the call wanted to take from the account.
        available: what was there for it: before the call, and what came in before the
            transfer that failed.
    """

    def __init__(self, *, account_id: int, code: str, needed: int, available: int) -> None:
        super().__init__(f"{code} has {available} available, {needed} needed")
        self.account_id = account_id
        self.code = code
        self.needed = needed
        self.available = available


class AccountClosed(Refusal):
    """A closed account takes and gives nothing."""

    def __init__(self, *, account_id: int, code: str) -> None:
        super().__init__(f"{code} is closed")
        self.account_id = account_id
        self.code = code


class AccountNotEmpty(Refusal):
    """An account closes at zero only."""

    def __init__(self, *, account_id: int, code: str) -> None:
        super().__init__(f"{code} is not empty")
        self.account_id = account_id
        self.code = code


class AccountDiffers(Refusal):
    """The code already names an account with another unit, side, floor, owner or expiry."""

    def __init__(self, *, code: str, field: str) -> None:
        super().__init__(f"{code} is already open with another {field}")
        self.code = code
        self.field = field


class UnitDiffers(Refusal):
    """The code already names a unit with another name or scale, or no unit at all."""

    def __init__(self, *, code: str, field: str) -> None:
        super().__init__(f"unit {code} has another {field}")
        self.code = code
        self.field = field


class UnitMismatch(Refusal):
    """A transfer joins accounts of one unit."""

    def __init__(self, *, debit: str, credit: str) -> None:
        super().__init__(f"{debit} and {credit} are of different units")
        self.debit = debit
        self.credit = credit


class HoldResolved(Refusal):
    """A hold is settled or released once."""

    def __init__(self, *, hold_id: int) -> None:
        super().__init__(f"hold {hold_id} is resolved already")
        self.hold_id = hold_id


class HoldLapsed(Refusal):
    """After its time a hold can be released only."""

    def __init__(self, *, hold_id: int) -> None:
        super().__init__(f"hold {hold_id} has lapsed")
        self.hold_id = hold_id


class MoreThanHeld(Refusal):
    """A hold settles for as much as it reserves, or less."""

    def __init__(self, *, hold_id: int, held: int, wanted: int) -> None:
        super().__init__(f"hold {hold_id} reserves {held}, {wanted} wanted")
        self.hold_id = hold_id
        self.held = held
        self.wanted = wanted


class KeyClash(Refusal):
    """The idempotency key already names another event."""

    def __init__(self, *, key: str) -> None:
        super().__init__(f"key {key} names another entry")
        self.key = key


class BadAmount(Refusal):
    """An amount is a whole number above 0 and below 10^12."""

    def __init__(self, *, amount: object) -> None:
        super().__init__(f"{amount!r} is not an amount")
        self.amount = amount


class NoTransfers(Refusal):
    """An entry moves something."""


class FourEyesNeeded(Refusal):
    """This event needs one person who did it and another who approved it."""


class CannotReverse(Refusal):
    """The exact opposite of the entry cannot be written.

    Args:
        why: it is a reversal; it is reversed already; it releases a hold; a hold of it
            was resolved since.
    """

    def __init__(
        self, *, entry_id: int, why: Literal["reversal", "reversed", "release", "resolved"]
    ) -> None:
        super().__init__(f"entry {entry_id} cannot be reversed: {why}")
        self.entry_id = entry_id
        self.why = why


class BooksUnguarded(Refusal):
    """A trigger is missing or altered; `manage.py migrate` puts it right."""

    def __init__(self, *, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class SecondCall(Refusal):
    """One transaction makes one call of `post_entry` or `post_entries`.

    A second would lock its accounts out of order and could wait for somebody who waits for
    us. Collect the entries and hand them to `post_entries` together.
    """


def broken_rule(error: IntegrityError) -> str:
    """Name the rule that a database refused with, the same on both engines.

    PostgreSQL names the constraint beside the message, SQLite only in it, and unique columns
    as `table.column`. Both give `account_is_not_overdrawn` or `ledger_transfer_hold_id`.
    """
    facts = getattr(error.__cause__, "diag", None)
    if facts is not None:
        return str(facts.constraint_name).removesuffix("_key")
    message = str(error).rpartition(": ")[2]
    return SQLITE_NAMES.get(message, message.replace(".", "_"))


SQLITE_NAMES = {
    "ledger_entry.idempotency_key": "entry_is_posted_once",
    "ledger_transfer.entry_id, ledger_transfer.line": "transfer_has_its_own_line",
}
