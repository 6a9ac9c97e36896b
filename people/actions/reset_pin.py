"""Give a member who forgot their PIN one to begin with."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from people.actions.set_pin import set_pin
from people.actions.write_notice import write_notice
from people.auth import PIN_DIGITS, is_easy
from people.models import Member
from people.queries import is_staff


class OwnPin(Exception):
    """One's own PIN is changed on one's own page, with the old one."""


class StaffPin(Exception):
    """Only an administrator gives a colleague a new PIN.

    Otherwise whoever submits could sign in as whoever approves.
    """


class NoPhone(Exception):
    """The member has no phone number to sign in with."""


@transaction.atomic
def reset_pin(*, member: Member, reset_by: Member, reset_at: datetime) -> str:
    """Give a member a new PIN, and return it: it is shown once, and kept nowhere.

    The member is asked for one of their own as soon as they sign in, and is told who did it.

    Raises:
        OwnPin: one's own PIN is changed on one's own page.
        StaffPin: only an administrator gives a colleague a new PIN.
        NoPhone: the member has no phone number to sign in with.
    """
    if member == reset_by:
        raise OwnPin
    if is_staff(member) and not reset_by.is_superuser:
        raise StaffPin
    if not member.phone:
        raise NoPhone

    pin = _draw_pin()
    set_pin(member=member, pin=pin, is_temporary=True)
    write_notice(
        member=member,
        key=f"pin:{member.pk}:{reset_at.isoformat()}",
        template=gettext_noop(
            "%(staff)s gave you a new PIN. If you did not ask for it, call us at once."
        ),
        values={"staff": reset_by.full_name},
        page="people:pin",
        at=reset_at,
    )
    return pin


def _draw_pin() -> str:
    """Draw six digits that the validator takes."""
    while True:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
        if not is_easy(pin):
            return pin
