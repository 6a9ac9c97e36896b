"""Decide what a member may do."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F

from people.models import Member


class OwnRoles(Exception):
    """Nobody decides about their own roles, administrators included."""


class UnknownRole(Exception):
    """No group has this name."""


@transaction.atomic
def set_roles(*, member: Member, roles: Collection[str], set_by: Member | None) -> None:
    """Give a member exactly these roles; their sessions end, since those of staff are short.

    Args:
        roles: names of groups; each is declared in some app's `roles.py`.
        set_by: None only when a site is set up, by a command.

    Raises:
        OwnRoles: nobody decides about their own roles.
        UnknownRole: no group has one of these names.
    """
    if member == set_by:
        raise OwnRoles
    groups = Group.objects.filter(name__in=roles)
    if missing := set(roles) - {group.name for group in groups}:
        raise UnknownRole(", ".join(sorted(missing)))
    if set(groups) == set(member.groups.all()):
        return

    member.groups.set(groups)
    Member.objects.filter(pk=member.pk).update(sign_in_generation=F("sign_in_generation") + 1)
    member.refresh_from_db()
