"""What search engines and shared links are told of a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

LOCALES = {"zh-hans": "zh_CN", "en": "en_GB"}
"""What Open Graph calls our languages."""

REMEMBERED_SECONDS = 60
"""Within so long a page knows of a translation that was published."""

ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


class Picture(NamedTuple):
    """The picture beside a shared link."""

    address: str
    width: int
    height: int
    alt: str


class Translation(NamedTuple):
    """A language a page can be read in, and where."""

    language: str
    address: str

    @property
    def locale(self) -> str:
        """The language as Open Graph names it."""
        return LOCALES.get(self.language, "")


class Shared(NamedTuple):
    """What `components/shared.html` tells others of a page. Every address is whole.

    Args:
        address: the one address of the page, however it was reached.
        translations: the page in each language it is in, itself among them, Chinese first.
        data: what it is in the words of schema.org, or nothing.
    """

    title: str
    description: str
    language: str
    address: str
    translations: list[Translation]
    picture: Picture
    data: SafeString = SafeString()

    @property
    def locale(self) -> str:
        return LOCALES.get(self.language, "")

    @property
    def other_translations(self) -> list[Translation]:
        return [each for each in self.translations if each.language != self.language]


def absolute(path: str) -> str:
    """Return the whole address of a path on this site.

    What was asked for does not say it: the site may be reached by other names too.
    """
    return f"{settings.SITE_ADDRESS.rstrip('/')}{path}"


def in_each_language(path: Callable[[], str]) -> list[Translation]:
    """Return where something is that is there in every language, such as goods.

    Args:
        path: finds the path in the language that is set when it is called.
    """
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(Translation(language, absolute(path())))
    return found


def data_script(data: Mapping[str, Any]) -> SafeString:
    """Write what schema.org has a word for as data in a page, which no text in it can leave.

    `json_script` of Django does the same, but not with this type. A browser runs neither.
    """
    written = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    escaped = written.translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308  # Escaped above.


def told(shared: Shared) -> SafeString:
    """Write for a page's head what others are told of it."""
    return render_to_string("components/shared.html", {"shared": shared})


def told_for_a_while(key: str, shared: Callable[[], Shared]) -> SafeString:
    """Write what is the same for everybody, and keep it for a minute.

    Args:
        key: names what is told, and the language it is told in.
    """
    memory = caches["memory"]
    kept: SafeString | None = memory.get(f"told-{key}")
    if kept is None:
        kept = told(shared())
        memory.set(f"told-{key}", kept, REMEMBERED_SECONDS)
    return kept
