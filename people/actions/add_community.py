"""Add a community to the site."""

from __future__ import annotations

from people.models import Community


def add_community(*, code: str, name: str) -> Community:
    """Add a community, or return the one with this code."""
    community, _added = Community.objects.get_or_create(code=code, defaults={"name": name})
    return community
