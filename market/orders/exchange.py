"""What amounts come to in fen where Stripe settles in another currency than yuan.

Stripe tells with each payment how much of the settlement currency a yuan came to. A payout goes
over many payments, each with a rate of its own: it takes from what Stripe holds for us its share
of what all of that came in for, and whatever the bank gets less than this was lost by exchanging.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple


class Held(NamedTuple):
    """What Stripe holds for us: minor units of its currency, and the fen these came in for."""

    amount: int = 0
    fen: int = 0


class PaidOut(NamedTuple):
    """A payout in fen: what the bank got, and what exchanging lost (below zero: brought)."""

    arrived_fen: int
    lost_fen: int

    @property
    def taken_fen(self) -> int:
        """What it takes from what Stripe holds."""
        return self.arrived_fen + self.lost_fen


def fen_of(amount: int, rate: Decimal | None) -> int:
    """Return what an amount is in fen.

    Args:
        amount: minor units of the currency that Stripe settles in.
        rate: what a yuan came to; None if Stripe settles in yuan.

    >>> fen_of(10843, Decimal("1.0843")), fen_of(-543, Decimal("1.0843")), fen_of(7, None)
    (10000, -501, 7)
    """
    return amount if rate is None else _rounded(amount / rate)


def paid_out(amount: int, held: Held, rate: Decimal | None) -> PaidOut:
    """Return what a payout comes to, at the rate of today.

    >>> paid_out(10843, Held(21686, 20000), Decimal("1.1"))
    PaidOut(arrived_fen=9857, lost_fen=143)

    Where nothing is known to be held, nothing can have been lost:

    >>> paid_out(1000, Held(), None)
    PaidOut(arrived_fen=1000, lost_fen=0)
    """
    arrived_fen = fen_of(amount, rate)
    if held.amount <= 0:
        return PaidOut(arrived_fen, 0)
    taken_fen = _rounded(Decimal(held.fen * amount) / held.amount)
    return PaidOut(arrived_fen, taken_fen - arrived_fen)


def inexact_fen(rate: Decimal | None) -> int:
    """Return by how many fen one amount may be off, because minor units are worth several fen.

    >>> inexact_fen(Decimal("1.0843")), inexact_fen(Decimal("0.14")), inexact_fen(None)
    (0, 4, 0)
    """
    return 0 if rate is None or rate > 1 else _rounded(Decimal("0.5") / rate)


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))
