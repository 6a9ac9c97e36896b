"""Take the shop's payment code down."""

from __future__ import annotations

from datetime import datetime

from market.orders.models import PaymentCode
from people.models import Member, ServicePoint


def take_down_payment_code(
    *, service_point: ServicePoint, taken_down_by: Member, taken_down_at: datetime
) -> int:
    """Take down whatever hangs at a point; this function will return how many codes that were."""
    hanging = PaymentCode.objects.filter(service_point=service_point, taken_down_at=None)
    return hanging.update(taken_down_by=taken_down_by, taken_down_at=taken_down_at)
