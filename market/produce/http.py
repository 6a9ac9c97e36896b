"""Which service point the visitor shops at, as the request and the session say."""

from __future__ import annotations

from django.core.cache import caches
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from market.produce.models import Listing
from people.models import Member, ServicePoint

REMEMBERED_SECONDS = 30
"""A point that sells its first thing is offered within so long."""
SESSION_KEY = "service_point"


def points_of(request: HttpRequest) -> list[ServicePoint]:
    """Return the points that have something on sale, asked once for each request."""
    remembered: list[ServicePoint] | None = getattr(request, "points_on_sale", None)
    if remembered is not None:
        return remembered
    points: list[ServicePoint] = (
        caches["memory"].get_or_set("points-on-sale", points_on_sale, REMEMBERED_SECONDS) or []
    )
    request.points_on_sale = points  # type: ignore[attr-defined]  # Kept for this request.
    return points


def points_on_sale() -> list[ServicePoint]:
    """Ask which points have something on sale."""
    on_sale = Listing.objects.on_sale().filter(service_point=OuterRef("pk"))
    return list(ServicePoint.objects.filter(Exists(on_sale)).order_by("pk"))


def point_of(request: HttpRequest) -> ServicePoint | None:
    """Return the point the visitor shops at, or nothing while no point sells anything.

    It is the one in the address, which is remembered; else the remembered one; else the
    first of the member's community; else the first of the site.
    """
    points = points_of(request)
    by_id = {str(point.pk): point for point in points}
    asked_for = by_id.get(request.GET.get("point", ""))
    if asked_for:
        if request.session.get(SESSION_KEY) != asked_for.pk:
            request.session[SESSION_KEY] = asked_for.pk
        return asked_for
    remembered = by_id.get(str(request.session.get(SESSION_KEY, "")))
    if remembered:
        return remembered
    if isinstance(request.user, Member):
        for point in points:
            if point.community_id == request.user.community_id:
                return point
    return points[0] if points else None
