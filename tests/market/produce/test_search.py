"""Search keys: Chinese, English, pinyin and initials all find a product."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.produce.search import KEYS_MAX, finds, keys_of, words_of

NOODLES = keys_of(
    "西吉洋芋粉条（宽粉）",
    "Xiji potato noodles (wide)",
    "西吉粉条农户组（样例）",
    "固原市西吉县",
)


@pytest.mark.parametrize(
    "typed",
    [
        "粉条",
        "ft",
        "FT",
        "ＦＴ",
        "fentiao",
        "Fen",
        "宽粉",
        "potato noodles",
        "西吉 ft",
        "xj",
        "固原",
    ],
)
def test_finds(typed: str) -> None:
    assert finds(typed, NOODLES)


@pytest.mark.parametrize("typed", ["萝卜", "lb", "西吉 萝卜", "spaghetti"])
def test_does_not_find(typed: str) -> None:
    assert not finds(typed, NOODLES)


def test_a_word_is_not_found_across_two_keys() -> None:
    assert not finds("bc", keys_of("ab", "cd"))


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "|", "（）", "'; --"])
def test_signs_alone_look_for_nothing(typed: str) -> None:
    assert words_of(typed) == []


@given(text=st.text(max_size=200))
def test_any_text_finds_itself(text: str) -> None:
    keys = keys_of(text)

    assert len(keys) <= KEYS_MAX
    assert all(word in keys or len(words_of(text)) > 1 for word in words_of(text))
