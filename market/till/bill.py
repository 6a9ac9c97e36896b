"""What an order costs by the scale, in cash and by QR code. Arithmetic, without queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from market.orders.models import OrderLine, Tender
from market.orders.refusals import OnlySoMuchFree

NOTES_FEN = (1_000, 2_000, 5_000, 10_000)
"""The notes people pay with: ¥10, ¥20, ¥50 and ¥100."""


class Change(NamedTuple):
    """What a resident lays down, and what goes back, in fen."""

    given_fen: int
    back_fen: int


class BillRow(NamedTuple):
    """One line as it was weighed or counted."""

    line: OrderLine
    quantity: int
    amount_fen: int


class Bill(NamedTuple):
    """What is due for what leaves.

    Args:
        ordered_fen: what the order would have cost without a scale.
        paid_fen: what was paid before it was collected.
    """

    rows: list[BillRow]
    ordered_fen: int
    paid_fen: int = 0

    @property
    def total_fen(self) -> int:
        return sum(row.amount_fen for row in self.rows)

    @property
    def more_fen(self) -> int:
        """How much dearer it became by weighing."""
        return max(self.total_fen - self.ordered_fen, 0)

    @property
    def less_fen(self) -> int:
        """How much cheaper it became by weighing."""
        return max(self.ordered_fen - self.total_fen, 0)

    @property
    def due_fen(self) -> int:
        """What is still to be paid."""
        return max(self.total_fen - self.paid_fen, 0)

    @property
    def back_fen(self) -> int:
        """What was paid too much, by what the scale says."""
        return max(self.paid_fen - self.total_fen, 0)

    @property
    def waived_fen(self) -> int:
        """What is let off in cash (抹零)."""
        return Tender.CASH.waived_fen(self.due_fen)

    @property
    def cash_fen(self) -> int:
        return self.due_fen - self.waived_fen

    @property
    def change(self) -> list[Change]:
        return change(self.cash_fen)


def make_bill(
    lines: Sequence[OrderLine], quantities: Mapping[int, int], *, paid_fen: int = 0
) -> Bill:
    """Work out what is due; the action of the hand-out has the last word.

    Args:
        quantities: grams or pieces that leave, by id of the line; none where not named.
        paid_fen: what was paid before.

    Raises:
        OnlySoMuchFree: the shelf cannot spare what the scale shows on top.
    """
    rows = []
    for line in lines:
        quantity = quantities.get(line.pk, 0)
        free = max(line.listing.stock.available, 0)
        if quantity - line.quantity > free:
            raise OnlySoMuchFree(line, free=free)
        rows.append(BillRow(line, quantity, line.costs_of(quantity).total_fen))
    ordered_fen = sum(line.costs_of(line.quantity).total_fen for line in lines)
    return Bill(rows, ordered_fen, paid_fen)


def change(due_fen: int) -> list[Change]:
    """List what people lay down for a sum, and what they get back.

    Exact money needs no line. Above ¥100 they lay down several notes of a kind.

    >>> [(each.given_fen, each.back_fen) for each in change(1160)]
    [(2000, 840), (5000, 3840), (10000, 8840)]
    >>> [each.given_fen for each in change(12850)]
    [13000, 14000, 15000, 20000]
    """
    laid_down = {-(-due_fen // note) * note for note in NOTES_FEN}
    return [Change(given, given - due_fen) for given in sorted(laid_down) if given > due_fen]
