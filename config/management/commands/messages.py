"""`make messages`: bring the catalogues of Chinese texts up to date with the source."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any, override

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand

from config.messages import strings_in_source
from config.package_messages import DOMAINS, ours_for_packages, strings_wanted

# What would only differ from day to day, or says nothing.
EMPTY_HEADERS = re.compile(
    r'^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|'
    r"Last-Translator|Language-Team|Generated-By):.*\n",
    re.MULTILINE,
)


class Command(BaseCommand):
    help = "Find every string to translate, and list those that have no Chinese yet."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        self._update(
            settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po",
            strings_in_source(),
            "# What people read, in the Chinese of this place.",
        )
        for domain in DOMAINS:
            self._update(
                ours_for_packages(domain),
                strings_wanted(domain),
                "# What Wagtail and the like have no Chinese for, or some that misleads.",
            )

    def _update(self, path: Path, strings: Catalog, header: str) -> None:
        with path.open("rb") as file:
            catalog = read_po(file, locale="zh_Hans")
        # No guesses: a fuzzy translation is worse than none.
        catalog.update(strings, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.header_comment = header
        written = io.BytesIO()
        write_po(written, catalog, sort_output=True, no_location=True)
        path.write_text(EMPTY_HEADERS.sub("", written.getvalue().decode()))
        for message in catalog:
            if message.id and not message.string:
                self.stdout.write(f"no Chinese for: {message.id}")
