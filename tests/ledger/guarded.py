"""What the database is tried with past the actions, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ledger.models import Entry, Transfer
from ledger.refusals import broken_rule
from tests.conftest import MARKET_DAY
from tests.ledger.journal import account, everything


def rule_against(change: Callable[[], object]) -> str:
    """Try a change, see that nothing has changed, and return the rule that refused it."""
    before = everything()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        change()
    assert everything() == before
    return broken_rule(refusal.value)


def transfer(**columns: Any) -> Callable[[], Transfer]:
    """Return what inserts a transfer past the action; by default one that is right."""

    def insert() -> Transfer:
        entry = Entry.objects.create(
            kind="story", reference="raw", idempotency_key="raw", fingerprint="-",
            happened_at=MARKET_DAY,
        )  # fmt: skip
        row: dict[str, Any] = {
            "entry": entry,
            "line": 1,
            "debit": account("issued"),
            "credit": account("li"),
            "amount": 1,
            "phase": "single",
        }
        return Transfer.objects.create(**row | columns)

    return insert
