from __future__ import annotations

import pytest

from tests.ledger.journal import Journal


@pytest.fixture
def journal(db: None) -> Journal:
    return Journal()
