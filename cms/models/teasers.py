"""What the first page, and the foot of every page, tell of the pages that editors write.

It hardly changes and everybody sees it, so it is remembered for half a minute in the process
that shows it, apart for each language. A page that nobody has translated yet stands in the
other tree as a copy; it is left out, since it is in the wrong language there.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page

from cms.models.market_days import MarketDayPage
from cms.models.stories import NoticePage, StoryPage
from cms.models.suppliers import SupplierPage
from ledger.clock import database_now

REMEMBERED_SECONDS = 30
"""What was published just now is on the first page within so long."""
NOTICES_SHOWN, STORIES_SHOWN, SUPPLIERS_SHOWN = 2, 2, 6
NOTICES_ARE_NEWS = datetime.timedelta(days=30)
LINKS_SHOWN = 8
BELOW_THE_FIRST_PAGE = 3
WIDE, SMALL = "fill-640x400", "fill-240x240"


class Teaser(NamedTuple):
    """A page in a few words.

    Args:
        picture: its `<img>`, or nothing.
    """

    title: str
    url: str
    note: str = ""
    summary: str = ""
    picture: str = ""


class MarketTeaser(NamedTuple):
    """The next market day, or the one that is on."""

    page: Teaser
    theme: str
    hours: str
    place: str
    is_on: bool


class Told(NamedTuple):
    """What the first page tells of other pages."""

    market_day: MarketTeaser | None
    notices: list[Teaser]
    stories: list[Teaser]
    suppliers: list[Teaser]


class SiteLink(NamedTuple):
    """A page just below the first one, and what kind of page it is."""

    kind: str
    title: str
    url: str


def told_on_first_page() -> Told:
    """Return what the first page tells, in the language that is set."""
    told: Told = _remembered("first-page", _ask_what_is_told)
    return told


def site_links() -> list[SiteLink]:
    """Return the pages just below the first one, in the language that is set."""
    links: list[SiteLink] = _remembered("site-links", _ask_site_links)
    return links


def _remembered(what: str, ask: Callable[[], Any]) -> Any:
    key = f"{what}:{get_language()}"
    return caches["memory"].get_or_set(key, ask, REMEMBERED_SECONDS)


def _ask_site_links() -> list[SiteLink]:
    pages = _in_language(Page).filter(depth=BELOW_THE_FIRST_PAGE).select_related("content_type")
    return [
        SiteLink(page.content_type.model, page.title, page.get_url())
        for page in pages.order_by("path")[:LINKS_SHOWN]
    ]


def _ask_what_is_told() -> Told:
    now = database_now()
    days, notices, stories, suppliers = _days(now), _notices(now), _stories(), _suppliers()
    pictures = [page.picture for page in [*days, *stories, *suppliers] if page.picture]
    prefetch_related_objects(pictures, "renditions")
    return Told(
        market_day=next((_market_teaser(day, now) for day in days), None),
        notices=[Teaser(page.title, page.get_url()) for page in notices],
        stories=[_teaser(page, WIDE) for page in stories],
        suppliers=[
            _teaser(page, SMALL, note=page.supplier.local_place if page.supplier else "")
            for page in suppliers
        ],
    )


def _days(now: datetime.datetime) -> list[MarketDayPage]:
    """Ask for the next market day: today's until it closes."""
    local = timezone.localtime(now)
    pages = _in_language(MarketDayPage).select_related("picture", "service_point")
    over = {"held_on": local.date(), "closes_time__lte": local.time()}
    coming = pages.filter(held_on__gte=local.date()).exclude(**over)
    return list(coming.order_by("held_on", "opens_time", "path")[:1])


def _notices(now: datetime.datetime) -> list[NoticePage]:
    pages = _in_language(NoticePage).exclude(expire_at__lte=now)
    news = pages.filter(written_on__gte=timezone.localdate(now) - NOTICES_ARE_NEWS)
    return list(news.order_by("-written_on", "-path")[:NOTICES_SHOWN])


def _stories() -> list[StoryPage]:
    pages = _in_language(StoryPage).select_related("picture").order_by("-written_on", "-path")
    return list(pages[:STORIES_SHOWN])


def _suppliers() -> list[SupplierPage]:
    pages = _in_language(SupplierPage).select_related("picture", "supplier")
    return list(pages.order_by("supplier__distance_km", "path")[:SUPPLIERS_SHOWN])


def _in_language(kind: type[Page]) -> Any:
    pages = kind.objects.live().filter(locale__language_code=get_language(), alias_of=None)
    return pages.select_related("locale")


def _market_teaser(day: MarketDayPage, now: datetime.datetime) -> MarketTeaser:
    return MarketTeaser(
        page=_teaser(day, WIDE, note=day.day_in_words),
        theme=day.theme,
        hours=f"{day.opens_time:%H:%M}–{day.closes_time:%H:%M}",
        place=day.service_point.local_name,
        is_on=day.phase(now) == MarketDayPage.Phase.DURING,
    )


def _teaser(page: Any, size: str, *, note: str = "") -> Teaser:
    return Teaser(page.title, page.get_url(), note, page.summary, _picture(page, size))


def _picture(page: Any, size: str) -> str:
    """Draw a picture that says no more than the title beside it."""
    if page.picture is None:
        return ""
    drawn = page.picture.get_rendition(f"{size}|format-webp")
    image: str = drawn.img_tag({"alt": "", "loading": "lazy", "decoding": "async"})
    return image
