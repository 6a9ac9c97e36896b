"""Forget for whom a member acted."""

from __future__ import annotations

from people.models import Member


def forget_member(*, member: Member) -> None:
    """Take a member who is being erased off the suppliers they acted for."""
    member.suppliers.clear()
