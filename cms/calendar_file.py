"""A market day as a file that the calendar of any phone opens (.ics, RFC 5545)."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext
from icalendar import Alarm, Calendar, Event

from cms.models import MarketDayPage
from market.sharing.links import absolute

REMINDED_AT = datetime.time(18)
"""On the evening before, when there is still time to order and to look for a bag."""


def calendar_of(page: MarketDayPage) -> bytes:
    """Write a market day for calendars, in the language that is set."""
    event = Event()
    # One event in both languages and after every change, or a calendar holds it twice.
    event.add("uid", f"market-day-{page.translation_key}")
    event.add("sequence", page.live_revision_id or 0)
    event.add("dtstamp", page.last_published_at or page.opens_at)
    event.add("dtstart", page.opens_at)
    event.add("dtend", page.closes_at)
    event.add("summary", page.title)
    event.add("location", page.service_point.local_name)
    event.add("description", _description(page))
    event.add("url", absolute(page.url or "/"))
    event.add("status", "CONFIRMED")
    event.add_component(_reminder(page))
    calendar = Calendar()
    calendar.add("prodid", "-//Huilin//Market days//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    # Some calendars know no time zone by its name alone.
    calendar.add_missing_timezones(page.held_on, page.held_on + datetime.timedelta(days=1))
    written: bytes = calendar.to_ical()
    return written


def _description(page: MarketDayPage) -> str:
    parts = [page.summary, page.place_note]
    if page.bring:
        parts.append(
            gettext("What to bring: %(things)s") % {"things": ", ".join(page.bring.splitlines())}
        )
    if page.rain_plan:
        parts.append(gettext("If it rains: %(plan)s") % {"plan": page.rain_plan})
    return "\n".join(part for part in [*parts, absolute(page.url or "/")] if part)


def _reminder(page: MarketDayPage) -> Alarm:
    evening = datetime.datetime.combine(
        page.held_on - datetime.timedelta(days=1), REMINDED_AT, page.opens_at.tzinfo
    )
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", gettext("Tomorrow: %(title)s") % {"title": page.title})
    alarm.add("trigger", evening - page.opens_at)
    return alarm
