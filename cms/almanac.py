"""Days as a farmer's calendar names them: lunar date and solar term (农历, 节气). No rows."""

from __future__ import annotations

import datetime
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language, gettext, gettext_noop
from lunar_python import Solar

SOLAR_TERMS = {
    "立春": gettext_noop("Start of Spring"),
    "雨水": gettext_noop("Rain Water"),
    "惊蛰": gettext_noop("Awakening of Insects"),
    "春分": gettext_noop("Spring Equinox"),
    "清明": gettext_noop("Clear and Bright"),
    "谷雨": gettext_noop("Grain Rain"),
    "立夏": gettext_noop("Start of Summer"),
    "小满": gettext_noop("Grain Buds"),
    "芒种": gettext_noop("Grain in Ear"),
    "夏至": gettext_noop("Summer Solstice"),
    "小暑": gettext_noop("Lesser Heat"),
    "大暑": gettext_noop("Greater Heat"),
    "立秋": gettext_noop("Start of Autumn"),
    "处暑": gettext_noop("End of Heat"),
    "白露": gettext_noop("White Dew"),
    "秋分": gettext_noop("Autumn Equinox"),
    "寒露": gettext_noop("Cold Dew"),
    "霜降": gettext_noop("First Frost"),
    "立冬": gettext_noop("Start of Winter"),
    "小雪": gettext_noop("Lesser Snow"),
    "大雪": gettext_noop("Greater Snow"),
    "冬至": gettext_noop("Winter Solstice"),
    "小寒": gettext_noop("Lesser Cold"),
    "大寒": gettext_noop("Greater Cold"),
}


@lru_cache(maxsize=8)
def lunar_day(day: datetime.date) -> str:
    """Name a day in the lunar calendar; this function will return month and day in Chinese.

    >>> lunar_day(datetime.date(2027, 1, 30))
    '腊月廿三'
    """
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"


@lru_cache(maxsize=8)
def solar_term(day: datetime.date) -> str:
    """Name the solar term a day lies in; this function will return it in Chinese.

    >>> solar_term(datetime.date(2026, 11, 24))
    '小雪'
    """
    term: str = (
        Solar.fromYmd(day.year, day.month, day.day)
        .getLunar()
        .getPrevJieQi(whole_day=True)
        .getName()
    )
    return term


def solar_term_in_words(day: datetime.date) -> str:
    """Name the solar term a day lies in, in the language of the page."""
    term = solar_term(day)
    return gettext(SOLAR_TERMS[term]) if get_language() == "en" else term


def day_in_words(day: datetime.date) -> str:
    """Say what day it is: in Chinese with the lunar date, in both languages with the solar term."""
    date = formats.date_format(day, "MONTH_DAY_FORMAT")
    weekday = formats.date_format(day, "l")
    term = solar_term_in_words(day)
    if get_language() == "en":
        return f"{weekday}, {date} · solar term {term}"
    # No translation: an English page has no use for the lunar date.
    return f"{date}（{weekday.replace('星期', '周')}）　农历{lunar_day(day)}　{term}"
