"""Say which door one lives behind."""

from __future__ import annotations

from django.db import transaction

from people.actions.open_household import NoSuchStaircase, open_household
from people.models import Building, Member

__all__ = ["AlreadyConfirmed", "NoSuchStaircase", "OtherCommunity", "claim_household"]


class AlreadyConfirmed(Exception):
    """Staff have confirmed another door; only they can open it to a change."""


class OtherCommunity(Exception):
    """The building belongs to another community, where numbers and cards are others."""


@transaction.atomic
def claim_household(*, member: Member, building: Building, unit: str, door: str) -> Member:
    """Note where a member says they live; staff confirm it.

    Raises:
        AlreadyConfirmed: staff have confirmed another door.
        OtherCommunity: the building belongs to another community.
        NoSuchStaircase: the building has fewer staircases than that.
    """
    if building.community_id != member.community_id:
        raise OtherCommunity
    household = open_household(building=building, unit=unit, door=door)
    unconfirmed = Member.objects.filter(pk=member.pk, household_confirmed_at=None)
    if not unconfirmed.update(household=household):
        raise AlreadyConfirmed
    member.refresh_from_db()
    return member
