"""Open a unit: what accounts of it count."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from ledger.models import Unit
from ledger.refusals import UnitDiffers


def open_unit(*, code: str, name: str, scale: int = 0) -> Unit:
    """Open a unit, or return the one with this code.

    Args:
        code: `CNY`, `POINT`, or a product's sku.
        name: what people call it. A unit never changes, so it keeps its first name.
        scale: decimal places of the unit people speak of: 2 for fen, as people speak of yuan.

    Raises:
        UnitDiffers: the code already names a unit of another scale.
    """
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        try:
            with transaction.atomic():
                return Unit.objects.create(code=code, name=name, scale=scale)
        except IntegrityError:  # Somebody else opened it at the same moment.
            unit = Unit.objects.get(code=code)
    if unit.scale != scale:
        raise UnitDiffers(code=code, field="scale")
    return unit
