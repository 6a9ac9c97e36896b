"""Every string people may read, found in the source. Used by `manage.py messages` and tests."""

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


def strings_in_source() -> Catalog:
    """Return a catalogue of every string marked for translation, with no translations."""
    return strings_under(settings.BASE_DIR, PLACES)


def strings_under(root: Path, places: list[str]) -> Catalog:
    """Return the strings of the Python and the templates in these folders of `root`."""
    catalog = Catalog(charset="utf-8")
    for path in _sources(root, places):
        source = path.read_text()
        if path.suffix == ".html":
            # What is left of a template is calls among X's; indented, they are no Python.
            source = re.sub(r"^[ \t]+", "", templates.templatize(source), flags=re.MULTILINE)
        where = str(path.relative_to(root))
        found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)  # type: ignore[arg-type]  # Babel's stubs leave out the context form.
        for _line, message, _comments, context in found:
            catalog.add(message, locations=[(where, 0)], context=context)
    return catalog


def _sources(root: Path, places: list[str]) -> Iterator[Path]:
    for place in places:
        folder = root / place
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html")]):
            if "migrations" not in path.parts:
                yield path
