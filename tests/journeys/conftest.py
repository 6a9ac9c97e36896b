"""At the end of every journey the open ledger is looked at, whatever the story was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.market.open_ledger.moves import assert_sides_equal


@pytest.fixture(autouse=True)
def both_sides_are_equal(db: None) -> Iterator[None]:
    yield
    assert_sides_equal(Client())
