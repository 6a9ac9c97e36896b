"""The words a page is found by, and those that somebody looks for. Pure.

Databases look for words, or how words begin, and Chinese writes none. So Chinese is kept in
pairs: 胡麻油 is found wherever 胡麻 and 麻油 are, and 油 where a word begins with it. A title is
kept from each of its words on, also as it sounds, so that any part of it may be typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from market.produce.search import spelled

CHINESE = "\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{CHINESE}]+|[^\W_{CHINESE}]+")
IS_CHINESE = re.compile(f"[{CHINESE}]")
TEXT_MAX = 20_000
"""So much of a text is found. PostgreSQL refuses to keep the words of a whole book."""
WORD_MAX = 40


def kept_words(titles: Iterable[str], texts: Iterable[str]) -> str:
    """Write the words under which a page is kept.

    >>> kept_words(["盐池萝卜"], [])
    '盐池萝卜 池萝卜 萝卜 卜 yanchiluobo chiluobo luobo bo yclb clb lb b'
    >>> kept_words([], ["胡麻油 3 斤"])
    '胡麻 麻油 油 3 斤'
    """
    kept: dict[str, None] = {}
    for title in titles:
        kept |= dict.fromkeys(_from_each_word_on(title))
    kept |= dict.fromkeys(_pieces(" ".join(texts)[:TEXT_MAX]))
    return " ".join(kept)


def asked_words(typed: str) -> list[str]:
    """Return the words that must all begin a word of a page, for that page to be found.

    >>> asked_words("胡麻油 Noodles")
    ['胡麻', '麻油', 'noodles']
    """
    asked: dict[str, None] = {}
    for run in _runs(typed):
        pairs = _pairs(run) if IS_CHINESE.match(run) else []
        asked |= dict.fromkeys(pairs or [run[:WORD_MAX]])
    return list(asked)


def _pieces(text: str) -> Iterator[str]:
    """Cut a text into words, and its Chinese into pairs; what ends it stands alone, too."""
    for run in _runs(text):
        if IS_CHINESE.match(run):
            yield from _pairs(run)
            yield run[-1]
        else:
            yield run[:WORD_MAX]


def _from_each_word_on(title: str) -> Iterator[str]:
    """Write the rest of a title from each of its words on: as it is, as it sounds, initials."""
    written: list[str] = []
    sounds: list[str] = []
    initials: list[str] = []
    for run in _runs(title):
        if IS_CHINESE.match(run):
            written += run
            syllables, letters = spelled(run)
            sounds += syllables
            initials += letters
        else:
            for words in (written, sounds, initials):
                words.append(run)
    for words in (written, sounds, initials):
        for start in range(len(words)):
            yield "".join(words[start : start + WORD_MAX])[:WORD_MAX]


def _runs(text: str) -> list[str]:
    runs: list[str] = RUN.findall(unicodedata.normalize("NFKC", text).casefold())
    return runs


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]
