"""What is new, for feed readers (RSS): market days and stories, in both languages."""

from __future__ import annotations

import datetime
import unicodedata
from typing import Any, override

from django.contrib.syndication.views import Feed
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from wagtail.models import Page

from cms.models import MarketDayIndexPage, MarketDayPage, StoryIndexPage, StoryPage
from cms.models.public import IndexPage
from cms.queries import list_in_language
from cms.sharing import hours_of
from market.sharing.links import absolute

SHOWN = 20


class PagesFeed(Feed[Page, IndexPage | None]):
    """The latest pages below a list, in the language of the address."""

    pages: type[Page]
    index: type[IndexPage]
    order: str
    name: str
    # An address may change; what a reader has read stays read.
    item_guid_is_permalink = False

    @override
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> IndexPage | None:
        """Return the list itself, if it is there in this language."""
        return list_in_language(self.index)

    def title(self, index: IndexPage | None) -> str:
        name = gettext("Huilin")
        return clean(f"{index.title} · {name}") if index else name

    def description(self, index: IndexPage | None) -> str:
        return clean(index.intro if index and index.intro else self.title(index))

    def link(self, index: IndexPage | None) -> str:
        path = index.url if index else reverse("wagtail_serve", args=[""])
        return absolute(path or "/")

    def feed_url(self) -> str:
        return absolute(reverse(self.name))

    def items(self) -> list[Page]:
        pages = self.pages.objects.live().filter(
            locale__language_code=get_language(), alias_of=None
        )
        return list(pages.order_by(self.order, "-pk")[:SHOWN])

    def item_title(self, page: Page) -> str:
        return clean(page.title)

    def item_description(self, page: Page) -> str:
        return clean(page.summary)

    def item_link(self, page: Page) -> str:
        return absolute(page.url or "/")

    def item_guid(self, page: Page) -> str:
        return f"{page.translation_key}:{get_language()}"

    def item_pubdate(self, page: Page) -> datetime.datetime | None:
        published: datetime.datetime | None = page.first_published_at
        return published

    def item_updateddate(self, page: Page) -> datetime.datetime | None:
        published: datetime.datetime | None = page.last_published_at
        return published


class MarketDayFeed(PagesFeed):
    """Market days, the latest first."""

    pages, index = MarketDayPage, MarketDayIndexPage
    order, name = "-held_on", "feed-of-market-days"

    def items(self) -> list[Page]:
        """Return the market days with the points they are held at."""
        pages = super().items()
        prefetch_related_objects(pages, "service_point")
        return pages

    def item_description(self, page: Page) -> str:
        """Say when and where before anything else."""
        where = page.service_point.local_name
        return clean(f"{page.day_in_words} {hours_of(page)} {where}\n{page.summary}")


class StoryFeed(PagesFeed):
    """Stories, the latest first."""

    pages, index = StoryPage, StoryIndexPage
    order, name = "-written_on", "feed-of-stories"

    def item_pubdate(self, page: Page) -> datetime.datetime:
        """A story is as old as what it tells."""
        return timezone.make_aware(datetime.datetime.combine(page.written_on, datetime.time(12)))


FEEDS: dict[type[IndexPage], str] = {feed.index: feed.name for feed in (MarketDayFeed, StoryFeed)}
"""Which lists have a feed, and the name of its address."""


def clean(text: str) -> str:
    """Leave out what no XML may hold, such as the line breaks of a text processor.

    >>> clean("one" + chr(11) + "two")
    'one two'
    """
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs") and character != "\n" else character
        for character in text
    )
