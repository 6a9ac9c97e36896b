"""How often a PIN may be wrong. The figures are those of docs/architecture.md."""

from __future__ import annotations

from datetime import timedelta

from django.utils.crypto import salted_hmac

FAILURES_ALLOWED = 5
COUNTED_FOR = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)


def digest_of(phone: str) -> str:
    """Name a phone number without keeping it: many that are tried belong to nobody here."""
    return salted_hmac("people.SignInLock", phone, algorithm="sha256").hexdigest()
