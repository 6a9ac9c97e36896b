"""The words a page is kept under, and those that somebody asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.words import TEXT_MAX, WORD_MAX, asked_words, kept_words

TITLE = "2027年 盐池萝卜与 Flax oil（样例）"
TEXT = "宁夏胡麻油，每桶 5 升。No sugar."


def finds(typed: str, kept: str) -> bool:
    words = asked_words(typed)
    return bool(words) and all(any(w.startswith(word) for w in kept.split()) for word in words)


@pytest.mark.parametrize(
    "typed",
    [
        "盐池萝卜",
        "萝卜",
        "萝",
        "卜与",
        "yanchiluobo",
        "luobo",
        "luo bo",
        "luob",
        "lb",
        "YCLB",
        "ｙｃｌｂ",
        "2027",
        "nian",
        "flax",
        "oil",
        "Flax Oil",
        "胡麻油",
        "麻油",
        "油",
        "宁夏 萝卜",
        "sug",
    ],
)
def test_finds(typed: str) -> None:
    assert finds(typed, kept_words([TITLE], [TEXT]))


@pytest.mark.parametrize(
    "typed", ["麻胡", "夏麻", "hmy", "xy", "ugar", "胡麻油 白菜", "027", "lax"]
)
def test_does_not_find(typed: str) -> None:
    assert not finds(typed, kept_words([TITLE], [TEXT]))


@pytest.mark.parametrize("typed", ["", " ", "%", "_", '"', "-", "*", "（）", "'; --", "😀", "\0"])
def test_signs_alone_ask_for_nothing(typed: str) -> None:
    assert asked_words(typed) == []


def test_operators_of_databases_are_words_like_any_other() -> None:
    assert asked_words('NEAR(a* OR -"b") & !c') == ["near", "a", "or", "b", "c"]


@given(text=st.text(max_size=60))
def test_any_title_and_any_text_is_found_by_itself(text: str) -> None:
    if asked_words(text):
        assert finds(text, kept_words([text], []))
        assert finds(text, kept_words([], [text]))


def test_a_book_is_kept_in_part() -> None:
    kept = kept_words(["萝" * 255, "a" * 3_000], [f"{'萝卜' * TEXT_MAX} 胡麻油"])

    assert not finds("胡麻油", kept)
    assert finds("a" * 60, kept)
    assert max(len(word) for word in kept.split()) == WORD_MAX
