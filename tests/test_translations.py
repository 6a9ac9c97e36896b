"""Every text has its Chinese, every place in it is kept, and none is a guess."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

from config.messages import strings_in_source

PLACES = re.compile(r"%\((\w+)\)[sd]")
ENGLISH_WORDS_IN_CHINESE = {"Huilin"}


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with (settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale="zh_Hans")


@pytest.fixture(scope="module")
def source() -> Catalog:
    return strings_in_source()


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def words(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_text_has_its_chinese(source: Catalog, chinese: Catalog) -> None:
    missing = [
        f"{message.locations[0][0]}: {key(message)}"
        for message in source
        if message.id
        and not any(words(chinese.get(message.id, message.context) or Message("", "")))
    ]
    assert missing == []


def test_no_chinese_is_left_over(source: Catalog, chinese: Catalog) -> None:
    left_over = [
        key(message)
        for message in chinese
        if message.id and source.get(message.id, message.context) is None
    ]
    assert left_over == []


def test_none_is_a_guess(chinese: Catalog) -> None:
    assert [key(message) for message in chinese if message.id and message.fuzzy] == []


def test_every_place_is_kept(chinese: Catalog) -> None:
    lost = [
        key(message)
        for message in chinese
        if message.id
        for text in words(message)
        if set(PLACES.findall(text))
        - set(
            PLACES.findall(" ".join(message.id) if not isinstance(message.id, str) else message.id)
        )
    ]
    assert lost == []
