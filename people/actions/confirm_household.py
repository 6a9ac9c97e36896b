"""Confirm that a member lives where they say."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from people.actions.write_notice import write_notice
from people.models import Household, Member


class OwnHousehold(Exception):
    """Nobody decides about their own household."""


class NoHousehold(Exception):
    """The member has named no door."""


@transaction.atomic
def confirm_household(*, member: Member, confirmed_by: Member, confirmed_at: datetime) -> Member:
    """Confirm a member's door and tell them; a second time does nothing.

    Raises:
        OwnHousehold: a member tried to confirm themselves, or somebody behind their own door.
        NoHousehold: the member has named no door, or it was sent back meanwhile.
    """
    if member.household_id is None:
        raise NoHousehold
    if member == confirmed_by or member.household_id == confirmed_by.household_id:
        raise OwnHousehold

    household = Household.objects.filter(pk=member.household_id).lock().first()
    if household is None:
        raise NoHousehold
    claim = Member.objects.filter(pk=member.pk, household_id=member.household_id)
    confirmed = claim.filter(household_confirmed_at=None).update(
        household_confirmed_at=confirmed_at, household_confirmed_by=confirmed_by
    )
    if not confirmed and not claim.exists():
        raise NoHousehold
    member.refresh_from_db()
    if confirmed:
        write_notice(
            member=member,
            key=f"household:{member.pk}:confirmed:{confirmed_at.isoformat()}",
            template=gettext_noop(
                "Your door is confirmed: %(compound)s, building %(number)s, staircase %(unit)s, "
                "%(door)s. You can now order goods that are limited to so many a household."
            ),
            values=household.address,
            at=confirmed_at,
        )
    return member
