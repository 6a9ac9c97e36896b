"""Phone numbers of the cast, and short ways to look at a household or a page."""

from __future__ import annotations

import re
from typing import Any

from people.models import Household, Member

MA = "19900000001"
BAI = "19900000002"
GU = "19900000011"


def home(member: Member) -> Household:
    """The household of a member who has one."""
    assert member.household
    return member.household


def words_of(response: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))
