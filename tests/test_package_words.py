"""The office speaks Chinese throughout: what Wagtail and the like leave in English, we say."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation

from config.package_messages import (
    DOMAINS,
    ChineseOfPackages,
    ours_for_packages,
    strings_of_packages,
)
from tests.test_translations import key, words

PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*(?:![rs])?\}")
TAGS = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module", params=DOMAINS)
def domain(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def strings(domain: str) -> Catalog:
    return strings_of_packages(domain)


@pytest.fixture(scope="module")
def theirs(domain: str) -> ChineseOfPackages:
    return ChineseOfPackages(domain)


@pytest.fixture(scope="module")
def ours(domain: str) -> Catalog:
    with ours_for_packages(domain).open("rb") as file:
        return read_po(file, locale="zh_Hans")


def messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def forms(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def test_every_string_of_the_packages_has_chinese(
    strings: Catalog, theirs: ChineseOfPackages, ours: Catalog
) -> None:
    missing = [
        key(message)
        for message in messages(strings)
        if not theirs.of(message)
        and not any(words(ours.get(message.id, message.context) or Message("", "")))
    ]

    assert missing == []


def test_nothing_is_said_that_no_package_asks_for(strings: Catalog, ours: Catalog) -> None:
    left_over = [
        key(message)
        for message in messages(ours)
        if strings.get(message.id, message.context) is None
    ]

    assert left_over == []


def test_where_a_package_has_chinese_we_say_what_was_wrong_with_it(
    theirs: ChineseOfPackages, ours: Catalog
) -> None:
    unexplained = [
        key(message)
        for message in messages(ours)
        if bool(theirs.of(message)) != bool(message.user_comments)
        or theirs.of(message) == words(message)[0]
    ]

    assert unexplained == []


def test_none_is_a_guess(ours: Catalog) -> None:
    assert [key(message) for message in messages(ours) if message.fuzzy] == []


def test_chinese_has_one_form_for_any_number(ours: Catalog) -> None:
    assert ours.num_plurals == 1
    assert [key(message) for message in messages(ours) if len(words(message)) != 1] == []


def test_every_place_is_kept(ours: Catalog) -> None:
    lost = []
    for message in messages(ours):
        wanted = [set(PLACES.findall(form)) for form in forms(message)]
        kept = set(PLACES.findall(words(message)[0]))
        # A number that only one of the English forms names may be left out.
        if not set.intersection(*wanted) <= kept <= set.union(*wanted):
            lost.append(key(message))

    assert lost == []


def test_every_tag_is_kept(ours: Catalog) -> None:
    lost = [
        key(message)
        for message in messages(ours)
        if Counter(TAGS.findall(words(message)[0])) != Counter(TAGS.findall(forms(message)[-1]))
    ]

    assert lost == []


def test_no_word_of_ours_changes_one_of_theirs() -> None:
    """Django looks into our own catalogue first, so the till's “Change” was the office's, too."""
    with (settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        our_own = read_po(file, locale="zh_Hans")
    with ours_for_packages("django").open("rb") as file:
        for_packages = read_po(file, locale="zh_Hans")
    theirs = ChineseOfPackages("django")

    changed = []
    for message in messages(strings_of_packages("django")):
        own = our_own.get(message.id, message.context)
        meant = for_packages.get(message.id, message.context)
        if own and words(own)[0] != (words(meant)[0] if meant else theirs.of(message)):
            changed.append(key(message))

    assert changed == []


def test_the_server_says_it() -> None:
    with translation.override("zh-hans"):
        assert translation.gettext("Schedule to publish") == "定时发布"


def test_the_browser_says_it(client: Client) -> None:
    catalog = client.get("/office/jsi18n/").content.decode()

    assert json.dumps("改动已自动保存。") in catalog
