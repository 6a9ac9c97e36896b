"""Who can sign in to the demonstration, as `make run` prints it and the sign-in page lists it."""

from __future__ import annotations

from typing import Any

from demo.data import demo_data

TITLES = {
    "resident": "居民",
    "farmer": "供货方",
    "volunteer": "志愿者",
    "team_lead": "志愿者组长",
    "cashier": "收银员",
    "worker_a": "社工（A岗）",
    "worker_b": "社工（B岗）",
    "gift_coordinator": "爱心行动",
    "editor": "网站编辑",
}


def who_can_sign_in() -> list[str]:
    """Return one line a person: phone, name, what they may do."""
    return [
        f"{person['phone']}  {person['name']}  {_titles(person)}"
        for person in demo_data()["people"]
        if not person.get("no_phone")
    ]


def _titles(person: dict[str, Any]) -> str:
    return "、".join(TITLES[role] for role in person["roles"] if role in TITLES)
