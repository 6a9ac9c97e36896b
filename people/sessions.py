"""How long somebody stays signed in."""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from people.models import Member
from people.queries import is_staff

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
SHARED_IDLE: Final = 15 * MINUTE
STAFF_IDLE: Final = 3 * HOUR
DAY_AT_WORK: Final = 12 * HOUR
BACKEND = "people.auth.MemberBackend"


def begin_session(request: HttpRequest, member: Member, *, is_shared: bool) -> None:
    """Sign a member in, in a session of their own.

    A resident's own phone stays signed in for 90 days; a shared device until nobody has
    touched it for 15 minutes; staff for 3 idle hours. The last two end after 12 hours.
    """
    login(request, member, backend=BACKEND)
    if not is_shared and not is_staff(member):
        request.session.set_expiry(settings.SESSION_COOKIE_AGE)
        return
    now = int(time.time())
    request.session.set_expiry(DAY_AT_WORK)
    request.session["ends_at"] = now + DAY_AT_WORK
    request.session["idle_seconds"] = SHARED_IDLE if is_shared else STAFF_IDLE
    request.session["seen_at"] = now


def is_signed_in(session: SessionBase) -> bool:
    return SESSION_KEY in session


def keys_of_sessions(member: Member) -> list[str]:
    """Return the keys of the sessions in which a member is signed in.

    A session says so only when it is opened, so all are; the clock deletes old ones each night.
    """
    signed_in_as = str(member.pk)
    return [
        session.session_key
        for session in Session.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) == signed_in_as
    ]


def is_over(session: SessionBase) -> bool:
    """Say whether a session has run its time, or nobody has touched it for too long."""
    if "ends_at" not in session:
        return False
    now = time.time()
    return bool(now >= session["ends_at"] or now >= session["seen_at"] + session["idle_seconds"])


def touch(session: SessionBase) -> None:
    """Note that the session is in use: once a minute, so that a page seldom writes."""
    now = int(time.time())
    if "ends_at" in session and now >= session["seen_at"] + MINUTE:
        session["seen_at"] = now
