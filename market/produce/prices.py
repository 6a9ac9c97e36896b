"""The rule that nobody is forgotten: each cost of a price has somebody who gets it."""

from __future__ import annotations

from moneyed import Money

from market.produce.models import Carrier
from market.produce.refusals import CarrierMissing, PackerMissing


def check_payees(
    transport_cost: Money, carrier: Carrier | None, packing_cost: Money, packer: Carrier | None
) -> None:
    """Refuse a cost that nobody gets, and somebody who gets nothing.

    Raises:
        CarrierMissing: transport costs something and nobody gets it, or the other way round.
        PackerMissing: the same for packing.
    """
    if bool(transport_cost.amount) != bool(carrier):
        raise CarrierMissing
    if bool(packing_cost.amount) != bool(packer):
        raise PackerMissing
