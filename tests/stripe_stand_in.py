"""The stand-in for Stripe as tests use it: on a free port, with its messages kept in hand.

`stripe` is a fixture of tests/conftest.py's plugins; messages go nowhere until a test delivers
them, in the order it wants, as often as it wants.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from demo.stripe.desk import Object
from demo.stripe.messages import signed
from demo.stripe.server import StandIn

KEY = "sk_test_stand_in"
SECRET = "whsec_of_tests"  # noqa: S105  # Of the stand-in, which guards nothing.


class Stripe(StandIn):
    """The stand-in, and what it has to say."""

    def messages(self, kind: str = "") -> list[Object]:
        """Return the messages so far, or those of a kind, the first first."""
        return [message for message in self.messenger.kept if kind in {"", message["type"]}]

    def signed(self, message: Object, *, at: float | None = None) -> tuple[bytes, str]:
        """Return the bytes of a message and its signature."""
        return signed(message, SECRET, at=at)


@pytest.fixture
def stripe(settings: Any) -> Iterator[Stripe]:
    """Stripe, as this site has it configured for the length of a test."""
    stand_in = Stripe(secret=SECRET)
    settings.STRIPE_SECRET_KEY = KEY
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_BASE_ADDRESS = stand_in.address
    settings.STRIPE_TIMEOUT = 2
    stand_in.start()
    yield stand_in
    stand_in.stop()
