"""Hang up the shop's payment code at a service point."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from market.orders.actions.take_down_payment_code import take_down_payment_code
from market.orders.models import PaymentCode
from people.models import Member, ServicePoint


@transaction.atomic
def hang_up_payment_code(
    *, service_point: ServicePoint, picture: bytes, hung_up_by: Member, hung_up_at: datetime
) -> PaymentCode:
    """Hang a picture up instead of the one before, which is kept; who hung it up stays known.

    This function will return the code that hangs there if it is the same picture.

    Args:
        picture: WebP, as `payment_codes.small_picture` draws it.
    """
    ServicePoint.objects.select_for_update(no_key=True).get(pk=service_point.pk)
    digest = hashlib.sha256(picture).hexdigest()
    hanging = PaymentCode.objects.filter(service_point=service_point, taken_down_at=None).first()
    if hanging and hanging.digest == digest:
        return hanging
    take_down_payment_code(
        service_point=service_point, taken_down_by=hung_up_by, taken_down_at=hung_up_at
    )
    return PaymentCode.objects.create(
        service_point=service_point,
        picture=picture,
        digest=digest,
        hung_up_by=hung_up_by,
        hung_up_at=hung_up_at,
    )
