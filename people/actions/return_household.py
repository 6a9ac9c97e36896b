"""Tell a member that the door they named cannot be right."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from people.actions.close_household import close_household
from people.actions.confirm_household import NoHousehold, OwnHousehold
from people.actions.write_notice import write_notice
from people.models import Household, Member

__all__ = ["NoHousehold", "OwnHousehold", "return_household"]


@transaction.atomic
def return_household(*, member: Member, returned_by: Member, returned_at: datetime) -> Member:
    """Clear the door a member named, confirmed or not, and ask them for the right one.

    The door is forgotten, unless somebody else lives there or something was ordered from there.

    Raises:
        OwnHousehold: nobody decides about themselves, or about their own door.
        NoHousehold: the member has named no door, or it was sent back meanwhile.
    """
    if member.household_id is None:
        raise NoHousehold
    if member == returned_by or member.household_id == returned_by.household_id:
        raise OwnHousehold

    household = Household.objects.filter(pk=member.household_id).lock().first()
    if household is None:
        raise NoHousehold
    claim = Member.objects.filter(pk=member.pk, household=household)
    if not claim.update(household=None, household_confirmed_at=None, household_confirmed_by=None):
        raise NoHousehold
    member.refresh_from_db()
    address = household.address
    close_household(household.pk)
    write_notice(
        member=member,
        key=f"household:{member.pk}:returned:{returned_at.isoformat()}",
        template=gettext_noop(
            "We could not find you at %(compound)s, building %(number)s, staircase %(unit)s, "
            "%(door)s. Please write down your door again, or call us."
        ),
        values=address,
        page="people:door",
        at=returned_at,
    )
    return member
