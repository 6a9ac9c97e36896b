"""Find out whether somebody is who they say: the one door to signing in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from people.actions.lift_lock import lift_lock
from people.locks import COUNTED_FOR, FAILURES_ALLOWED, LOCKED_FOR, digest_of
from people.models import Member, SignInLock


class WrongPin(Exception):
    """The phone number and the PIN do not belong together.

    Said alike whether the phone number is known or not.
    """

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"{tries_left} tries left")
        self.tries_left = tries_left


class PhoneLocked(Exception):
    """Too many wrong PINs for this phone number; said alike if nobody has it."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until.isoformat()}")
        self.until = until


def check_pin(*, phone: str, pin: str, tried_at: datetime) -> Member:
    """Return the member with this phone number and PIN.

    A try is counted, and saved, before the PIN is looked at: however many come at once,
    five wrong ones in a quarter of an hour lock the phone number for the next. A phone
    number that nobody has is counted and locked alike, and takes as long.

    Raises:
        WrongPin: no active member has this phone number and PIN.
        PhoneLocked: there were five wrong PINs; staff can lift the lock.
    """
    attempt = _count_try(digest_of(phone), tried_at)
    member = Member.objects.filter(phone=phone, is_active=True).first()
    if member is None or not attempt.is_allowed:
        # Takes as long as a look at the real one.
        make_password(pin)
    elif check_password(pin, member.password):
        lift_lock(phone=phone)
        return member
    if attempt.locked_until:
        raise PhoneLocked(attempt.locked_until)
    raise WrongPin(attempt.tries_left)


class _Attempt(NamedTuple):
    is_allowed: bool
    tries_left: int
    locked_until: datetime | None


def _count_try(digest: str, tried_at: datetime) -> _Attempt:
    """Count this try as a failure until proved otherwise, unless the phone is locked."""
    # Durable: a failure that a later error could roll back would be a free try.
    with transaction.atomic(durable=True):
        SignInLock.objects.get_or_create(phone_digest=digest, defaults={"counted_from": tried_at})
        lock = SignInLock.objects.select_for_update(no_key=True).get(phone_digest=digest)
        if lock.locked_until and tried_at < lock.locked_until:
            return _Attempt(is_allowed=False, tries_left=0, locked_until=lock.locked_until)
        if lock.locked_until or tried_at >= lock.counted_from + COUNTED_FOR:
            lock.failures, lock.counted_from, lock.locked_until = 0, tried_at, None
        lock.failures += 1
        if lock.failures == FAILURES_ALLOWED:
            lock.locked_until = tried_at + LOCKED_FOR
        lock.save(update_fields=["failures", "counted_from", "locked_until"])
    return _Attempt(
        is_allowed=True,
        tries_left=FAILURES_ALLOWED - lock.failures,
        locked_until=lock.locked_until,
    )
