"""The demonstration's members, with their doors and roles."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from demo.data import demo_data
from people.actions.confirm_household import confirm_household
from people.actions.grant_role import grant_role
from people.actions.register_member import register_member
from people.models import Building, Community, Member

DOOR = re.compile(r"(?P<unit>\d+)单元(?P<door>\d+)")
CONFIRMS = "w_gu"
ROLES = {"reviewer": "worker_b"}
"""What the demonstration calls otherwise than the site does."""


def load_members(now: datetime) -> dict[str, Member]:
    """Return the members by their key in `demo.yaml`, each with a confirmed door."""
    rows = demo_data()["people"]
    members = {row["key"]: _member(row) for row in rows}
    staff = members[CONFIRMS]
    for member in members.values():
        if member.household_id and not member.is_household_confirmed:
            confirm_household(member=member, confirmed_by=staff, confirmed_at=now)
    return {key: Member.objects.get(pk=member.pk) for key, member in members.items()}


def _member(row: dict[str, Any]) -> Member:
    door = DOOR.fullmatch(row.get("door", ""))
    community = Community.objects.get(code=row["community"])
    building = Building.objects.get(community=community, number=row["building"]) if door else None
    member = register_member(
        full_name=row["name"],
        phone=None if row.get("no_phone") else row["phone"],
        pin=None if row.get("no_phone") else settings.DEMO_PIN,
        community=community,
        building=building,
        unit=door["unit"] if door else "",
        door=door["door"] if door else "",
        member_no=row["member_no"],
        preferred_mode=Member.Mode.ELDER if row.get("elder_mode") else Member.Mode.STANDARD,
        registration_key=uuid5(NAMESPACE_URL, f"huilin-demo:{row['key']}"),
    )
    held = set(member.groups.values_list("name", flat=True))
    for role in dict.fromkeys(ROLES.get(role, role) for role in row["roles"]):
        if role not in held:
            grant_role(member=member, role=role)
    return member
