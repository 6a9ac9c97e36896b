"""Make somebody a member of their community."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from people.actions.close_household import close_household
from people.actions.open_household import NoSuchStaircase, open_household
from people.models import Building, Community, Member

__all__ = ["NoSuchStaircase", "NumberTaken", "PhoneTaken", "register_member"]


class PhoneTaken(Exception):
    """Somebody is registered with this phone number already."""


class NumberTaken(Exception):
    """The member number on the card belongs to somebody else in the community."""


@transaction.atomic
def register_member(
    *,
    full_name: str,
    phone: str | None = None,
    pin: str | None = None,
    building: Building | None = None,
    unit: str = "",
    door: str = "",
    community: Community | None = None,
    preferred_mode: str = Member.Mode.STANDARD,
    member_no: str | None = None,
    registration_key: UUID | None = None,
) -> Member:
    """Register a member and draw their number; called twice with one key, answer alike.

    Args:
        phone: 11 digits; None for a member without a phone, who has a printed card.
        pin: six digits or a password, checked by the form; None if they cannot sign in.
        building: where they live, with `unit` and `door`; None for staff from elsewhere.
        community: needed without a building; otherwise it is the building's.
        member_no: the number on a card printed before; None draws the next, from 1001.

    Raises:
        PhoneTaken: somebody is registered with this phone number already.
        NumberTaken: the number on the card belongs to somebody else in the community.
        NoSuchStaircase: the building has fewer staircases than that.
    """
    home = building.community if building else community
    if home is None:
        raise ValueError("a member belongs to a community: name it, or a building in it")
    member = Member(
        full_name=full_name,
        phone=phone,
        password=make_password(pin),
        preferred_mode=preferred_mode,
        registration_key=registration_key,
    )
    if building:
        member.household = open_household(building=building, unit=unit, door=door)
    enrolled = _enrol(member, home, member_no)
    if enrolled is not member and member.household_id:
        # The form came a second time, with another door.
        close_household(member.household_id)
    return enrolled


def _enrol(member: Member, home: Community, printed: str | None) -> Member:
    """Give a new member their number and save them, unless this very form did so before."""
    # From here on, registrations in this community follow each other.
    member.community = Community.objects.select_for_update(no_key=True).get(pk=home.pk)
    key = member.registration_key
    made = key and Member.objects.filter(registration_key=key).first()
    if made:
        return made
    if member.phone and Member.objects.filter(phone=member.phone).exists():
        raise PhoneTaken
    member.member_no = _draw_number(member.community, printed)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:
        # The same phone, in another community, at this very moment.
        raise PhoneTaken from error
    return member


def _draw_number(community: Community, printed: str | None) -> str:
    """Take the number on the card, or the next one; the community's row is locked."""
    number = int(printed) if printed else community.last_member_no + 1
    if printed and Member.objects.filter(community=community, member_no=printed).exists():
        raise NumberTaken(printed)
    community.last_member_no = max(number, community.last_member_no)
    community.save(update_fields=["last_member_no"])
    return str(number)
