"""Reading the head of a page as crawlers do."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any, override

from django.conf import settings


class Head(HTMLParser):
    """Collects what a page tells others."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.told: dict[str, str] = {}
        self.links: list[dict[str, str]] = []
        self.title = ""
        self.scripts: list[str] = []
        self.inside = ""
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "meta" and (name := found.get("property") or found.get("name")):
            self.told[name] = found["content"]
        if tag == "link":
            self.links.append(found)
        is_data = tag == "script" and found.get("type") == "application/ld+json"
        self.inside = "data" if is_data else tag

    @override
    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    @override
    def handle_data(self, data: str) -> None:
        if self.inside == "title":
            self.title += data
        if self.inside == "data":
            self.scripts.append(data)

    @property
    def canonical(self) -> str:
        (address,) = [each["href"] for each in self.links if each["rel"] == "canonical"]
        return address

    @property
    def languages(self) -> dict[str, str]:
        return {each["hreflang"]: each["href"] for each in self.links if "hreflang" in each}

    @property
    def feeds(self) -> list[str]:
        return [each["href"] for each in self.links if each.get("type") == "application/rss+xml"]

    @property
    def data(self) -> dict[str, Any]:
        (script,) = self.scripts
        found: dict[str, Any] = json.loads(script)
        return found


def path_of(address: str) -> str:
    """Return the path of a whole address of this site."""
    assert address.startswith(f"{settings.SITE_ADDRESS}/"), address
    return address.removeprefix(settings.SITE_ADDRESS)
