"""What day it is, in words."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from cms.almanac import SOLAR_TERMS, day_in_words, lunar_day, solar_term

ANY_YEAR = 2027


@pytest.mark.parametrize(
    ("day", "in_chinese", "in_english"),
    [
        (
            datetime.date(2026, 11, 24),
            "11月24日（周二）　农历十月十六　小雪",
            "Tuesday, 24 November · solar term Lesser Snow",
        ),
        (
            datetime.date(2027, 1, 30),
            "1月30日（周六）　农历腊月廿三　大寒",
            "Saturday, 30 January · solar term Greater Cold",
        ),
    ],
)
def test_a_day_is_said_in_both_languages(
    day: datetime.date, in_chinese: str, in_english: str
) -> None:
    with translation.override("zh-hans"):
        assert day_in_words(day) == in_chinese
    with translation.override("en"):
        assert day_in_words(day) == in_english


def test_a_leap_month_and_new_year_are_known() -> None:
    assert lunar_day(datetime.date(2025, 7, 25)) == "闰六月初一"
    assert lunar_day(datetime.date(2027, 2, 6)) == "正月初一"


def test_a_term_begins_on_its_day() -> None:
    assert solar_term(datetime.date(2026, 11, 21)) == "立冬"
    assert solar_term(datetime.date(2026, 11, 22)) == "小雪"


def test_every_day_of_a_year_lies_in_a_known_term() -> None:
    first = datetime.date(ANY_YEAR, 1, 1)

    terms = {solar_term(first + datetime.timedelta(days=day)) for day in range(365)}

    assert terms == set(SOLAR_TERMS)


def test_every_term_has_a_chinese_name_of_its_own() -> None:
    with translation.override("zh-hans"):
        assert {term: str(translation.gettext(name)) for term, name in SOLAR_TERMS.items()} == {
            term: term for term in SOLAR_TERMS
        }
