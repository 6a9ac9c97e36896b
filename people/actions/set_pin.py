"""Give a member a PIN or password."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import transaction

from people.actions.lift_lock import lift_lock
from people.models import Member


def set_pin(*, member: Member, pin: str, is_temporary: bool = False) -> Member:
    """Set a PIN that has been checked, lift the lock, and end the member's other sessions.

    Args:
        is_temporary: somebody else has seen it, so the member is asked for a new one.
    """
    password = make_password(pin)
    with transaction.atomic():
        if member.phone:
            lift_lock(phone=member.phone)
        member.password = password
        member.pin_is_temporary = is_temporary
        member.save(update_fields=["password", "pin_is_temporary"])
    return member
