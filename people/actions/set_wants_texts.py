"""Remember whether somebody wants text messages."""

from __future__ import annotations

from people.models import Member


def set_wants_texts(*, member: Member, wanted: bool) -> None:
    """Switch text messages on or off; what is in the outbox for them obeys too.

    The inbox has every notice in either case.
    """
    Member.objects.filter(pk=member.pk).update(wants_texts=wanted)
