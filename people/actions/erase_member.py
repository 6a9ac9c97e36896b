"""Forget somebody: what is left is a number to which orders lead, and nothing leads from it.

The books are not touched. They know people by a books id, and the member's row was all that
joined it to a name; the row gets another one, that stands nowhere.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from people.actions.ask_to_erase import StaffRole
from people.actions.close_household import close_household
from people.codes import random_code
from people.locks import digest_of
from people.models import GONE, Erasure, Household, Member, Notice, SignInLock, Token
from people.queries import is_staff
from people.sessions import keys_of_sessions

__all__ = ["NobodyAsked", "OwnRequest", "StaffRole", "StillExpected", "erase_member"]


class NobodyAsked(Exception):
    """A colleague asks first."""


class OwnRequest(Exception):
    """Who asked does not do it too."""


class StillExpected(Exception):
    """Something waits for them that has to be handed out or cancelled first."""


@transaction.atomic
def erase_member(*, member: Member, erased_by: Member, erased_at: datetime) -> None:
    """Forget a member for good. Again does nothing.

    Raises:
        NobodyAsked: no colleague has asked for it (`ask_to_erase`).
        OwnRequest: the one who does it is the one who asked, or the member.
        StaffRole: they have roles in the office.
        StillExpected: they have an order that is open.
    """
    # The order of locks of the whole site: whoever orders for this door waits, or we do.
    list(Household.objects.filter(members=member).lock())
    erasure = Erasure.objects.select_for_update(no_key=True).filter(member=member).first()
    if erasure is None:
        raise NobodyAsked
    if erasure.erased_at is not None:
        return
    if erased_by.pk in {erasure.asked_by_id, member.pk}:
        raise OwnRequest
    if is_staff(member):
        raise StaffRole
    for module in settings.FORGET_MEMBER:
        import_module(module).forget_member(member=member)
    stored = Member.objects.get(pk=member.pk)
    _forget_traces(stored)
    household_id = stored.household_id
    _empty_row(stored)
    if household_id is not None:
        close_household(household_id)
    Erasure.objects.filter(pk=erasure.pk).update(erased_by=erased_by, erased_at=erased_at)


def _forget_traces(member: Member) -> None:
    """Delete what is only there for this member, and take their name out of what is not."""
    Notice.objects.filter(member=member).delete()
    Notice.objects.filter(values__staff=member.full_name).update(values={"staff": GONE})
    Token.objects.filter(owner=member).delete()
    UserProfile.objects.filter(user=member).delete()
    Session.objects.filter(pk__in=keys_of_sessions(member)).delete()
    if member.phone:
        SignInLock.objects.filter(phone_digest=digest_of(member.phone)).delete()
    log = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Member), object_id=str(member.pk)
    )
    log.update(label=GONE, data={})


def _empty_row(member: Member) -> None:
    member.groups.clear()
    member.user_permissions.clear()
    member.set_unusable_password()
    Member.objects.filter(pk=member.pk).update(
        phone=None,
        full_name=GONE,
        # Letters, so that nobody is ever given the number again, or found by it.
        member_no=f"x{member.pk}",
        household=None,
        household_confirmed_at=None,
        household_confirmed_by=None,
        preferred_mode=Member.Mode.STANDARD,
        wants_texts=True,
        public_id=random_code(),
        books_id=uuid.uuid4(),
        registration_key=None,
        password=member.password,
        pin_is_temporary=False,
        last_login=None,
        is_active=False,
    )
