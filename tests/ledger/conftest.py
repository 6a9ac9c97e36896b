from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.journal import Journal


@pytest.fixture(autouse=True)
def only_the_ledger(settings: Any) -> None:
    """The stories told here use accounts that no chart of the market has."""
    settings.BOOKS_INVARIANTS = ["ledger.invariants"]


@pytest.fixture
def journal(db: None) -> Journal:
    return Journal()
