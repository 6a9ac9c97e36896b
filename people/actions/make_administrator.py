"""Make the person who gives everybody else their roles."""

from __future__ import annotations

from django.db.models import F

from people.models import Member


def make_administrator(*, member: Member) -> None:
    """Give a member every permission; for the command that sets a site up, and no page.

    What two people have to do, an administrator still cannot do alone: the actions refuse it.
    """
    Member.objects.filter(pk=member.pk).update(
        is_superuser=True, sign_in_generation=F("sign_in_generation") + 1
    )
    member.refresh_from_db()
