"""What the packages we install say, and the Chinese they bring; locale/wagtail has the rest."""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import override

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings

from config.messages import strings_under

DJANGO = Path(django.__path__[0])
DOMAINS = ["django", "djangojs"]


def ours_for_packages(domain: str) -> Path:
    """Return the catalogue that has our Chinese for them."""
    path: Path = settings.BASE_DIR / f"locale/wagtail/zh_Hans/LC_MESSAGES/{domain}.po"
    return path


def strings_wanted(domain: str) -> Catalog:
    """Return what they have no Chinese for, and what ours has a comment on: theirs is wrong."""
    with ours_for_packages(domain).open("rb") as file:
        ours = read_po(file, locale="zh_Hans")
    chinese = ChineseOfPackages(domain)
    wanted = Catalog(charset="utf-8")
    for message in strings_of_packages(domain):
        mended = ours.get(message.id, message.context)
        if message.id and (not chinese.of(message) or (mended and mended.user_comments)):
            wanted.add(message.id, context=message.context)
    return wanted


def strings_of_packages(domain: str) -> Catalog:
    """Return what they say in a domain of gettext, with no translations."""
    everything = Catalog(charset="utf-8")
    for folder in _folders():
        for message in _strings_of(folder, domain):
            if message.id and everything.get(message.id, message.context) is None:
                everything.add(message.id, context=message.context)
    return everything


def _strings_of(folder: Path, domain: str) -> Catalog:
    # Most ship a catalogue of their English, and their scripts in no other readable form.
    path = folder / f"locale/en/LC_MESSAGES/{domain}.po"
    if path.exists():
        with path.open("rb") as file:
            return read_po(file)
    # What Django's apps without one say is in conf/locale.
    if domain == "djangojs" or (folder / "locale/en").exists() or DJANGO in folder.parents:
        return Catalog()
    return strings_under(folder, ["."])


def _folders() -> list[Path]:
    """Return the packages' folders, those first whose words win."""
    folders = [Path(app.path) for app in apps.get_app_configs()]
    return [*(folder for folder in folders if "site-packages" in folder.parts), DJANGO / "conf"]


class ChineseOfPackages:
    """The Chinese of the packages alone, before any of ours."""

    def __init__(self, domain: str) -> None:
        self._first: NullTranslations = NullTranslations()
        for folder in _folders():
            path = folder / f"locale/zh_Hans/LC_MESSAGES/{domain}.mo"
            if path.exists():
                with path.open("rb") as file:
                    self._first.add_fallback(GNUTranslations(file))
        self._first.add_fallback(_Silence())

    def of(self, message: Message) -> str:
        """Return the Chinese of a message, or nothing where there is none."""
        if not isinstance(message.id, str):
            return self._first.ngettext(message.id[0], message.id[1], 1)
        if message.context:
            return self._first.pgettext(message.context, message.id)
        return self._first.gettext(message.id)


class _Silence(NullTranslations):
    @override
    def gettext(self, message: str) -> str:
        return ""

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""

    @override
    def pgettext(self, context: str, message: str) -> str:
        return ""
