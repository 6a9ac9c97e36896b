"""The request as views see it once somebody has signed in."""

from __future__ import annotations

from django.http import HttpRequest

from people.models import Member


class MemberRequest(HttpRequest):
    """A request from a signed-in member; use it on views behind `login_required`."""

    user: Member
