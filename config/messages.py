"""Every string people may read, found in the source. Used by `manage.py messages` and a test."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation import template as templates

PLACES = ["config", "demo", "cms", "market", "people", "ledger", "templates"]
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

FROM_OUTSIDE = [
    "- Select an option -",
    "Add %(model_name)s",
    "New: %(model_name)s",
    "Search all pages…",
    "There are no %(model_name)s to display.",
]
"""Strings of Django and Wagtail that their own catalogues lack, or say clumsily."""


def strings_in_source() -> Catalog:
    """Return a catalogue of every string marked for translation, with no translations."""
    catalog = Catalog(charset="utf-8")
    for text in FROM_OUTSIDE:
        catalog.add(text, locations=[("config/messages.py", 0)])
    for path in _sources():
        source = path.read_text()
        if path.suffix == ".html":
            # What is left of a template is calls among X's; indented, they are no Python.
            source = re.sub(r"^[ \t]+", "", templates.templatize(source), flags=re.MULTILINE)
        where = str(path.relative_to(settings.BASE_DIR))
        found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)  # type: ignore[arg-type]  # Babel's stubs leave out the context form.
        for _line, message, _comments, context in found:
            catalog.add(message, locations=[(where, 0)], context=context)
    return catalog


def _sources() -> Iterator[Path]:
    for place in PLACES:
        folder = settings.BASE_DIR / place
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html")]):
            if "migrations" not in path.parts:
                yield path
