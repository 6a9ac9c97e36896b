"""A market day in the visitor's own calendar (.ics)."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from cms.models import MarketDayIndexPage, MarketDayPage
from people.models import ServicePoint
from tests.cms.test_feeds import translated
from tests.cms.test_market_day_pages import ADDRESS, DAY, fair, today

BUTTON = "加到日历"
QUERIES_MOST = 4
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def new_year_fair(market_days: MarketDayIndexPage, supermarket: ServicePoint) -> MarketDayPage:
    return fair(
        market_days,
        supermarket,
        datetime.date(2027, 1, 30),
        opens_time=datetime.time(9),
        closes_time=datetime.time(16),
        title="年货大集：豆腐；对联",
        place_note="8号楼前",
        bring="布袋\n零钱",
        rain_plan="挪到活动室。",
    )


def written(client: Client, page: MarketDayPage) -> bytes:
    response = client.get(f"/calendar/{page.pk}.ics")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    # An iPhone opens what is inline and puts away what is attached.
    assert response["Content-Disposition"] == 'inline; filename="2027-01-30.ics"'
    return response.content


def event(client: Client, page: MarketDayPage) -> Any:
    (found,) = Calendar.from_ical(written(client, page)).events
    return found


def test_it_says_what_when_and_where(
    client: Client, new_year_fair: MarketDayPage, settings: LazySettings
) -> None:
    settings.SITE_ADDRESS = "https://huilin.example.org"

    found = event(client, new_year_fair)

    assert found["SUMMARY"] == "年货大集：豆腐；对联"
    assert found["LOCATION"] == "长城花园爱心超市"
    assert found["URL"] == "https://huilin.example.org/market-days/fair/"
    assert found["DTSTART"].dt == datetime.datetime(2027, 1, 30, 9, tzinfo=SHANGHAI)
    assert found["DTEND"].dt == datetime.datetime(2027, 1, 30, 16, tzinfo=SHANGHAI)
    assert found["STATUS"] == "CONFIRMED"
    assert str(found["DESCRIPTION"]).split("\n") == [
        "一趟办齐。",
        "8号楼前",
        "要带：布袋, 零钱",
        "下雨的话：挪到活动室。",
        "https://huilin.example.org/market-days/fair/",
    ]


def test_the_hours_are_those_of_yinchuan_on_every_phone(
    client: Client, new_year_fair: MarketDayPage
) -> None:
    lines = written(client, new_year_fair).decode().split("\r\n")

    assert "DTSTART;TZID=Asia/Shanghai:20270130T090000" in lines
    zone = lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE")]
    assert "TZID:Asia/Shanghai" in zone
    assert "TZOFFSETTO:+0800" in zone


def test_no_line_is_longer_than_calendars_read(
    client: Client, new_year_fair: MarketDayPage
) -> None:
    new_year_fair.summary = "一趟办齐，" * 40
    new_year_fair.save_revision().publish()

    content = written(client, new_year_fair)

    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_it_reminds_on_the_evening_before(client: Client, new_year_fair: MarketDayPage) -> None:
    found = event(client, new_year_fair)

    (alarm,) = found.walk("VALARM")
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["DESCRIPTION"] == "明天赶集：年货大集：豆腐；对联"
    evening = found["DTSTART"].dt + alarm["TRIGGER"].dt
    assert evening == datetime.datetime(2027, 1, 29, 18, tzinfo=SHANGHAI)


def test_a_changed_day_replaces_the_one_before(
    client: Client, new_year_fair: MarketDayPage
) -> None:
    before = event(client, new_year_fair)
    new_year_fair.opens_time = datetime.time(10)
    new_year_fair.save_revision().publish()
    after = event(client, new_year_fair)

    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART"].dt == before["DTSTART"].dt + datetime.timedelta(hours=1)


def test_it_is_one_day_in_both_languages(client: Client, new_year_fair: MarketDayPage) -> None:
    english = translated(new_year_fair, title="New Year fair", rain_plan="We move indoors.")

    found = event(client, english.specific)

    assert found["UID"] == event(client, new_year_fair)["UID"]
    assert found["SUMMARY"] == "New Year fair"
    assert found["LOCATION"] == "Changcheng Huayuan Love Supermarket"
    assert "If it rains: We move indoors." in found["DESCRIPTION"]
    assert found["URL"].endswith("/en/market-days/fair/")


def test_what_is_not_published_has_no_file(client: Client, new_year_fair: MarketDayPage) -> None:
    list_of_days = new_year_fair.get_parent()
    new_year_fair.unpublish()

    assert client.get(f"/calendar/{new_year_fair.pk}.ics").status_code == 404
    assert client.get(f"/calendar/{list_of_days.pk}.ics").status_code == 404
    assert client.get("/calendar/999999.ics").status_code == 404


def test_it_asks_little(
    client: Client,
    new_year_fair: MarketDayPage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(QUERIES_MOST):
        written(client, new_year_fair)


@pytest.mark.parametrize(("days", "offered"), [(3, True), (0, True), (-3, False)])
def test_the_page_offers_it_until_the_day_is_over(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    days: int,
    *,
    offered: bool,
) -> None:
    page = fair(market_days, supermarket, today() + days * DAY)

    shown = client.get(ADDRESS).text

    assert (BUTTON in shown) is offered
    assert (f'href="/calendar/{page.pk}.ics"' in shown) is offered
