"""Correct what we know about a member."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from people.actions.register_member import PhoneTaken
from people.models import Member
from people.queries import is_staff

__all__ = ["OwnAccess", "PhoneTaken", "StaffRecord", "update_member"]


class OwnAccess(Exception):
    """Nobody shuts themselves out."""


class StaffRecord(Exception):
    """Only an administrator corrects what we know about a colleague.

    A phone number is half of a sign-in: whoever could change it could take it over.
    """


@transaction.atomic
def update_member(
    *, member: Member, full_name: str, phone: str | None, is_active: bool, updated_by: Member
) -> Member:
    """Correct a member's name and phone number, and whether they may sign in.

    Raises:
        OwnAccess: nobody shuts themselves out.
        StaffRecord: only an administrator corrects a colleague's record.
        PhoneTaken: somebody else is registered with this phone number.
    """
    if member == updated_by and not is_active:
        raise OwnAccess
    # Asked of a fresh row, whatever a form has written into the object at hand.
    stored = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if stored != updated_by and is_staff(stored) and not updated_by.is_superuser:
        raise StaffRecord
    stored.full_name, stored.phone, stored.is_active = full_name, phone or None, is_active
    try:
        with transaction.atomic():
            stored.save(update_fields=["full_name", "phone", "is_active"])
    except IntegrityError as error:
        raise PhoneTaken from error
    return stored
