"""Mark what a member has seen in the inbox."""

from __future__ import annotations

from datetime import datetime

from people.models import Member, Notice


def read_notices(*, member: Member, up_to: int, read_at: datetime) -> int:
    """Mark a member's notices as read and return how many were unread.

    Args:
        up_to: the id of the newest notice on the page; one that came later stays unread.
    """
    unread = Notice.objects.filter(member=member, pk__lte=up_to, read_at=None)
    return unread.update(read_at=read_at)
