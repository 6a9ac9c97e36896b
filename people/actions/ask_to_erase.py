"""Ask that somebody be forgotten; a colleague then does it."""

from __future__ import annotations

from datetime import datetime

from people.models import Erasure, Member
from people.queries import is_staff


class StaffRole(Exception):
    """Who works here still stands in what they do: their roles go first."""


def ask_to_erase(*, member: Member, asked_by: Member, asked_at: datetime) -> Erasure:
    """Write down that a member wants to be forgotten; asking again returns the first request.

    Raises:
        StaffRole: they have roles in the office.
    """
    if is_staff(member):
        raise StaffRole
    erasure, _is_new = Erasure.objects.get_or_create(
        member=member, defaults={"asked_by": asked_by, "asked_at": asked_at}
    )
    return erasure
