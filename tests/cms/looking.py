"""How somebody looks for something on the site, and what for."""

from __future__ import annotations

from typing import Any

from django.test import Client

STORY = "一车萝卜进小区"


def look(client: Client, typed: str, **asked: str) -> Any:
    return client.get("/search/", {"q": typed} | asked)


def found(client: Client, typed: str, **asked: str) -> list[str]:
    """Return the titles of the pages found, in their order."""
    return [each.title for each in look(client, typed, **asked).context["pages"].pages]
