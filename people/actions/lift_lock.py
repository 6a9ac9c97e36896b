"""Let a phone number try to sign in again."""

from __future__ import annotations

from people.locks import digest_of
from people.models import SignInLock


def lift_lock(*, phone: str) -> bool:
    """Forget the failures of a phone number; say whether there were any."""
    failures = SignInLock.objects.filter(phone_digest=digest_of(phone), failures__gte=1)
    return bool(failures.update(failures=0, locked_until=None))
