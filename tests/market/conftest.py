"""What the market's tests share."""

from __future__ import annotations

from tests.stripe_stand_in import stripe

__all__ = ["stripe"]
