"""What a link to a page shows elsewhere: in a group chat, in a feed, in what is found."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import formats, translation
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from wagtail.models import Page

from cms.almanac import lunar_day, solar_term_in_words
from cms.models import HomePage, MarketDayPage, SupplierPage
from cms.models.public import PublicPage
from cms.queries import translations_of
from market.produce.photos import photo_urls
from market.sharing.cards import digest, picture_at
from market.sharing.drawing import HEIGHT, WIDTH, Card, Tag
from market.sharing.links import Picture, Shared, Translation, absolute, data_script
from people.models import ServicePoint

OWN_PICTURE = f"fill-{WIDTH}x{HEIGHT}|format-jpeg"


def shared_page(page: Page) -> Shared:
    """Say what others are told of a page.

    A copy that stands in for a translation is told of as the page it was copied from: search
    engines take two addresses of one text for a trick.
    """
    page = original_of(page)
    published = translations_of(page)
    itself = next((each for each in published if each.pk == page.pk), page)
    language = itself.locale.language_code
    address = absolute(page.url or "/")
    translations = [
        Translation(each.locale.language_code, absolute(each.url or "/")) for each in published
    ]
    with translation.override(language):
        picture = picture_of(page)
        return Shared(
            title=title_of(page),
            description=sentence_of(page),
            language=language,
            address=address,
            translations=translations,
            picture=picture,
            data=_event(page, language, address, picture)
            if isinstance(page, MarketDayPage)
            else SafeString(),
        )


def original_of(page: Page) -> Page:
    """Return the page that a copy in another language shows, else the page itself."""
    return page.alias_of.specific if page.alias_of_id else page


def title_of(page: Page) -> str:
    """Return how a page is called outside the site."""
    title: str = page.seo_title or (page.headline if isinstance(page, HomePage) else page.title)
    return title


def sentence_of(page: Page) -> str:
    """Return the sentence that stands below the title of a shared page."""
    fields = ("promise",) if isinstance(page, HomePage) else ("summary", "intro")
    written = next((text for name in fields if (text := getattr(page, name, ""))), "")
    return written or f"{title_of(page)} · {_promise()}"


def picture_of(page: Page) -> Picture:
    """Return the page's own picture if it is large enough, else the card that is drawn of it.

    Of a market day the card is what people need: the day and the place.
    """
    has_own = isinstance(page, PublicPage) and not isinstance(page, MarketDayPage)
    own = page.picture if has_own else None
    if own is None or _is_small(own):
        card = card_of(page)
        return picture_at(reverse("page-picture", args=[page.pk, digest(card)]), card)
    address = absolute(photo_urls([own.pk], OWN_PICTURE)[own.pk])
    return Picture(address, WIDTH, HEIGHT, page.picture_alt)


def _is_small(image: Any) -> bool:
    return bool(image.width < WIDTH or image.height < HEIGHT)


def card_of(page: Page) -> Card:
    """Return what is drawn of a page, in the language that is set."""
    if isinstance(page, MarketDayPage):
        return _card_of_market_day(page)
    return Card(
        community=gettext("Love supermarket"),
        tag=Tag("", gettext("Huilin")),
        heading=_heading(page),
        title=title_of(page),
        lines=(_line(page),),
        promise=_promise(),
        name=gettext("Huilin"),
    )


def _line(page: Page) -> str:
    """Say what the page says; the promise stands on every picture already."""
    sentence = sentence_of(page)
    return gettext("Prices that say who gets what") if sentence == _promise() else sentence


def _heading(page: Page) -> str:
    """Say when a story was written, or where a supplier is."""
    if isinstance(page, SupplierPage):
        return page.supplier.local_place if page.supplier else ""
    written_on = getattr(page, "written_on", None)
    return formats.date_format(written_on, "DATE_FORMAT") if written_on else ""


def _card_of_market_day(page: MarketDayPage) -> Card:
    point = point_of_market(page)
    return Card(
        community=point.community.local_name,
        tag=_tag_of_day(page),
        heading=capfirst(page.get_series_display()),
        title=title_of(page),
        lines=(hours_of(page), point.local_name),
        promise=_promise(),
        name=gettext("Huilin"),
    )


def point_of_market(page: MarketDayPage) -> ServicePoint:
    """Return where a market day is, asked together with its community."""
    if not MarketDayPage.service_point.is_cached(page):
        points = ServicePoint.objects.select_related("community")
        page.service_point = points.get(pk=page.service_point_id)
    point: ServicePoint = page.service_point
    return point


def _tag_of_day(page: MarketDayPage) -> Tag:
    weekday = formats.date_format(page.held_on, "l")
    term = solar_term_in_words(page.held_on)
    if translation.get_language() == "en":
        return Tag(formats.date_format(page.held_on, "F"), str(page.held_on.day), (weekday, term))
    lunar = f"农历{lunar_day(page.held_on)}"
    below = (f"{weekday.replace('星期', '周')} · {term}", lunar)
    return Tag(f"{page.held_on.month}月", f"{page.held_on.day}日", below)


def hours_of(page: MarketDayPage) -> str:
    """Write from when to when a market is open."""
    return f"{page.opens_time:%H:%M}–{page.closes_time:%H:%M}"


def _promise() -> str:
    return gettext("Every yuan goes to the farmer; we add nothing.")


def _event(page: MarketDayPage, language: str, address: str, picture: Picture) -> SafeString:
    """Say in the words of schema.org when and where a market day is, and that it is free."""
    point = point_of_market(page)
    community = {"@type": "Organization", "name": point.community.local_name}
    return data_script(
        {
            "@type": "Event",
            "name": page.title,
            "description": page.summary,
            "url": address,
            "inLanguage": "en" if language == "en" else "zh-Hans",
            "startDate": page.opens_at.isoformat(),
            "endDate": page.closes_at.isoformat(),
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "location": {
                "@type": "Place",
                "name": point.local_name,
                "description": page.place_note,
                "telephone": point.phone,
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": point.local_name,
                    "addressLocality": point.community.local_name,
                    "addressCountry": "CN",
                },
            },
            "image": [picture.address],
            "organizer": community | {"url": absolute(reverse("wagtail_serve", args=[""]))},
            "isAccessibleForFree": True,
            "offers": {
                "@type": "Offer",
                "price": "0",
                "priceCurrency": "CNY",
                "availability": "https://schema.org/InStock",
                "url": address,
            },
        }
    )
