"""What a line costs: arithmetic of fen, without rows. The parts always add up.

The rule is in `docs/money.md`: a line is rounded half up once, and its parts share the
result by largest remainder.
"""

from __future__ import annotations

from typing import NamedTuple


class CostLines(NamedTuple):
    """Fen of one line, by who gets them."""

    farmer_fen: int
    transport_fen: int
    packing_fen: int

    @property
    def total_fen(self) -> int:
        return sum(self)


def cost_lines(
    unit_costs_fen: tuple[int, int, int], *, quantity: int, unit_quantity: int
) -> CostLines:
    """Price so much of a listing; this function will give parts that sum to the total.

    740 grams of potatoes at ¥1.60 a jin, of which ¥1.35 are the farmer's:

    >>> cost_lines((135, 25, 0), quantity=740, unit_quantity=500)
    CostLines(farmer_fen=200, transport_fen=37, packing_fen=0)
    >>> _.total_fen
    237

    Args:
        unit_costs_fen: fen of one unit for the farmer, the carrier and the packer.
        quantity: grams or pieces.
        unit_quantity: how many grams or pieces one unit is.
    """
    shares = [cost * quantity for cost in unit_costs_fen]
    total_fen = (2 * sum(shares) + unit_quantity) // (2 * unit_quantity)
    parts = [share // unit_quantity for share in shares]
    # At a tie the earlier part wins: farmer, then transport, then packing.
    by_remainder = sorted(range(3), key=lambda part: -(shares[part] % unit_quantity))
    for part in by_remainder[: total_fen - sum(parts)]:
        parts[part] += 1
    return CostLines(*parts)
