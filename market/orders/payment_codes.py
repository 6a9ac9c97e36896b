"""Questions about payment codes, and how their pictures are kept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from PIL import Image as Picture

from market.orders.models import PaymentCode
from people.models import Community, ServicePoint

SIDE_PIXELS = 640
"""Enough for any camera, and light enough to stand within a page."""


def payment_code_of(point: ServicePoint | int) -> PaymentCode | None:
    """Return the code that hangs at a point, if one does."""
    codes = PaymentCode.objects.filter(service_point=point, taken_down_at=None)
    return codes.select_related("hung_up_by").first()


def points_with_codes(community: Community | None) -> list[tuple[ServicePoint, PaymentCode | None]]:
    """Return the service points of a community, each with the code that hangs there."""
    points = ServicePoint.objects.filter(community=community).order_by("pk")
    codes = PaymentCode.objects.filter(service_point__in=points, taken_down_at=None)
    hanging = {code.service_point_id: code for code in codes.select_related("hung_up_by")}
    return [(point, hanging.get(point.pk)) for point in points]


def small_picture(file: UploadedFile[Any]) -> bytes:
    """Draw an uploaded picture, already looked at, as small as the code can still be read."""
    file.seek(0)
    with Picture.open(file) as picture:
        plain = picture.convert("RGB")
    plain.thumbnail((SIDE_PIXELS, SIDE_PIXELS))
    drawn = BytesIO()
    plain.save(drawn, "WEBP", quality=80)
    return drawn.getvalue()
