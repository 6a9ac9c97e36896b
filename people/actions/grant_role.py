"""Give a member a role."""

from __future__ import annotations

from people.actions.set_roles import OwnRoles, UnknownRole, set_roles
from people.models import Member

__all__ = ["OwnRoles", "UnknownRole", "grant_role"]


def grant_role(*, member: Member, role: str, granted_by: Member | None = None) -> None:
    """Give a member one more role; a second time does nothing.

    Args:
        role: the name of a group in some app's `roles.py`, such as "cashier".
        granted_by: None only when a site is set up, by a command.

    Raises:
        OwnRoles: nobody gives themselves a role.
        UnknownRole: no group has this name.
    """
    held = member.groups.values_list("name", flat=True)
    set_roles(member=member, roles={*held, role}, set_by=granted_by)
