"""Remember how large somebody likes everything."""

from __future__ import annotations

from people.models import Member


def set_mode(*, member: Member, mode: str) -> None:
    """Remember a member's view, for the next device they sign in on.

    Args:
        mode: one of `Member.Mode`.
    """
    Member.objects.filter(pk=member.pk).update(preferred_mode=mode)
