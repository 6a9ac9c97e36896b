"""Say which door one lives behind."""

from __future__ import annotations

from django.db import transaction

from people.actions.close_household import close_household
from people.actions.open_household import NoSuchStaircase, open_household
from people.models import Building, Member

__all__ = ["AlreadyConfirmed", "NoSuchStaircase", "OtherCommunity", "claim_household"]


class AlreadyConfirmed(Exception):
    """Staff have confirmed another door; only they can open it to a change."""


class OtherCommunity(Exception):
    """The building belongs to another community, where numbers and cards are others."""


def claim_household(*, member: Member, building: Building, unit: str, door: str) -> Member:
    """Note where a member says they live; staff confirm it.

    The door they named before is forgotten, unless somebody else lives there or something
    was ordered from there.

    Raises:
        AlreadyConfirmed: staff have confirmed another door.
        OtherCommunity: the building belongs to another community.
        NoSuchStaircase: the building has fewer staircases than that.
    """
    if building.community_id != member.community_id:
        raise OtherCommunity
    left = _move_in(member, building, unit, door)
    # Only now, for two neighbours who swap doors would each wait for the other's household.
    if left and left != member.household_id:
        close_household(left)
    return member


@transaction.atomic
def _move_in(member: Member, building: Building, unit: str, door: str) -> int | None:
    """Write the door down, and return the household the member said they lived in."""
    household = open_household(building=building, unit=unit, door=door)
    stored = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if stored.is_household_confirmed:
        raise AlreadyConfirmed
    Member.objects.filter(pk=member.pk).update(household=household)
    member.refresh_from_db()
    return stored.household_id
