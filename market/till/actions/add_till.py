"""Put a till up at a service point."""

from __future__ import annotations

from market.till.models import Till
from market.till.refusals import CodeTaken
from people.models import ServicePoint

__all__ = ["CodeTaken", "add_till"]


def add_till(*, code: str, name: str, service_point: ServicePoint) -> Till:
    """Add a till; the same code at the same point returns the one already there.

    Args:
        code: names the drawer in the books, `drawer/<code>`, and never changes.

    Raises:
        CodeTaken: a till at another point has this code.
    """
    till, _created = Till.objects.get_or_create(
        code=code, defaults={"name": name, "service_point": service_point}
    )
    if till.service_point_id != service_point.pk:
        raise CodeTaken(till)
    return till
