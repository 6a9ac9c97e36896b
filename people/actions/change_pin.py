"""Change one's own PIN."""

from __future__ import annotations

from datetime import datetime

from people.actions.check_pin import PhoneLocked, WrongPin, check_pin
from people.actions.set_pin import set_pin
from people.models import Member

__all__ = ["PhoneLocked", "WrongPin", "change_pin"]


def change_pin(*, member: Member, old_pin: str, new_pin: str, changed_at: datetime) -> Member:
    """Give a member a new PIN, if they know the old one; their other sessions end.

    A wrong old PIN counts like one at the door: an open phone is no way round the lock.

    Args:
        new_pin: six digits or a password, checked by the form.

    Raises:
        WrongPin: the old PIN is not theirs.
        PhoneLocked: there were five wrong PINs; staff can lift the lock.
    """
    check_pin(phone=member.phone or "", pin=old_pin, tried_at=changed_at)
    return set_pin(member=member, pin=new_pin)
