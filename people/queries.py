"""Questions about people and places. Pages may ask; they may not change."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db.models import Q, QuerySet

from people.codes import CODE_ALPHABET
from people.models import (
    Building,
    Community,
    Erasure,
    Member,
    Notice,
    ServicePoint,
    TextMessage,
    Token,
)

TEXTS_AT_ONCE = 500
"""As many as one sweep sends; the next one sends the rest."""


def buildings_by_community(only: Community | None = None) -> list[tuple[str, list[Building]]]:
    """Return the buildings of each community, or of one, in the order people count them."""
    buildings = Building.objects.select_related("community")
    if only:
        buildings = buildings.filter(community=only)
    in_order = sorted(buildings, key=lambda each: (each.community_id, each.compound, each.sort_key))
    return [
        (community.local_name, list(group))
        for community, group in groupby(in_order, key=lambda each: each.community)
    ]


def phones_to_call() -> QuerySet[ServicePoint]:
    """Return whom to call for help, the first community first."""
    return ServicePoint.objects.select_related("community").exclude(phone="").order_by("pk")


def notices_of(member: Member) -> QuerySet[Notice]:
    """Return a member's notices, newest first."""
    return member.notices.order_by("-pk")


def unread_notices(member: Member) -> QuerySet[Notice]:
    """Return what a member has not seen yet."""
    return member.notices.filter(read_at=None)


def texts_to_send() -> list[TextMessage]:
    """Return text messages that nobody has begun to send, the oldest first."""
    waiting = TextMessage.objects.filter(status=TextMessage.Status.WANTED)
    return list(waiting.order_by("pk")[:TEXTS_AT_ONCE])


def members_to_confirm() -> QuerySet[Member]:
    """Return members who have named a door that nobody has confirmed, first come first."""
    return (
        Member.objects.filter(household__isnull=False, household_confirmed_at=None, is_active=True)
        .select_related("community", "household__building")
        .order_by("joined_at", "pk")
    )


def behind_the_door(member: Member) -> QuerySet[Member]:
    """Return the others who say they live behind a member's door."""
    return Member.objects.filter(household__isnull=False, household=member.household_id).exclude(
        pk=member.pk
    )


def token_in_force(code: str, *, at: datetime) -> Token | None:
    """Return the token with this code, unless it has lapsed or opens no page any more."""
    if not set(code) <= set(CODE_ALPHABET):
        return None
    in_force = Token.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at))
    return (
        in_force.filter(code=code, purpose__in=settings.TOKEN_PAGES).select_related("owner").first()
    )


def is_erased(member: Member) -> bool:
    """Say whether a member was erased: only a number is left, to which orders lead."""
    return Erasure.objects.filter(member=member, erased_at__isnull=False).exists()


def is_staff(member: Member) -> bool:
    """Say whether a member has any permission in the office, even while shut out of it."""
    return (
        member.is_superuser
        or member.groups.filter(permissions__isnull=False).exists()
        or member.user_permissions.exists()
    )
