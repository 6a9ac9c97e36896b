"""`make messages`: bring the catalogue of Chinese texts up to date with the source."""

from __future__ import annotations

from typing import Any, override

from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand

from config.messages import strings_in_source


class Command(BaseCommand):
    help = "Find every string to translate, and list those that have no Chinese yet."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"
        with path.open("rb") as file:
            catalog = read_po(file, locale="zh_Hans")
        # No guesses: a fuzzy translation is worse than none.
        catalog.update(strings_in_source(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, sort_output=True, no_location=True, omit_header=False)
        for message in catalog:
            if message.id and not message.string:
                self.stdout.write(f"no Chinese for: {message.id}")
