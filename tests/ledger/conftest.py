from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from ledger import one_statement
from ledger.actions.close_account import close_account
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account


@pytest.fixture(autouse=True)
def only_the_ledger(settings: Any) -> None:
    """The stories told here use accounts that no chart of the market has."""
    settings.BOOKS_INVARIANTS = ["ledger.invariants"]


@pytest.fixture
def journal(db: None) -> Journal:
    return Journal()


@pytest.fixture
def told(journal: Journal) -> Journal:
    """Books with some of everything in them."""
    journal.post("issued > li 10\nissued > wang 5")
    journal.post("li ~ redeemed 6 lunch\nli ~ redeemed 2 tea")
    journal.post("settle lunch 5")
    close_account(account=account("gone"), closed_at=MARKET_DAY)
    account("bank")
    return journal


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Post step by step on PostgreSQL too, as what was refused at once is posted."""
    monkeypatch.setattr(one_statement, "VALUES_MOST", 0)


@pytest.fixture(params=["at once", "in steps"])
def both_ways(request: pytest.FixtureRequest) -> None:
    """Tell a story with one statement where the engine can, and step by step."""
    if request.param == "in steps":
        request.getfixturevalue("in_steps")
    elif connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL posts with one statement")
