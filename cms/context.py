"""What every page shows. Nothing is asked of the database before a template wants it."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from cms.models.teasers import site_links
from cms.queries import held_for
from market.orders.http import guest_basket
from people.models import Member

TABS = {"produce": "produce", "people": "mine", "orders": "mine"}
BASKET_PAGES = {"basket", "add", "change", "checkout"}


class Language(NamedTuple):
    """A language the page can be read in, and where."""

    code: str
    name: str
    short_name: str
    url: str


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Return what `base.html` shows; names and counts are functions, asked when drawn."""
    counts = cache(lambda: counts_for(request))
    return {
        "mode": mode_of(request),
        "here": tab_of(request),
        "is_demo": settings.IS_DEMO,
        "demo_phone": settings.DEMO_PHONE if settings.IS_DEMO else "",
        "demo_pin": settings.DEMO_PIN if settings.IS_DEMO else "",
        "other_language": other_language(request),
        "community_name": cache(lambda: community_name(request)),
        "basket_count": lambda: counts()[0],
        "unread_count": lambda: counts()[1],
        "site_links": site_links,
    }


def mode_of(request: HttpRequest) -> str:
    """Return the size of type this device asked for, else the one the member likes."""
    mode = request.COOKIES.get("mode", "")
    if mode not in Member.Mode.values and isinstance(request.user, Member):
        mode = request.user.preferred_mode
    return mode if mode in Member.Mode.values else Member.Mode.STANDARD.value


def tab_of(request: HttpRequest) -> str:
    """Return which of the four tabs the page belongs to, or nothing."""
    match = request.resolver_match
    if match is None:
        return ""
    if match.url_name == "wagtail_serve":
        return "" if match.args[0] else "home"
    return "basket" if match.url_name in BASKET_PAGES else TABS.get(match.app_name, "")


def other_language(request: HttpRequest) -> Language:
    """Return the language the page is not in, and the address of the page in it."""
    address = request.get_full_path()
    if get_language() == "en":
        return Language("zh-hans", "简体中文", "中文", translate_url(address, "zh-hans"))
    return Language("en", "English", "EN", translate_url(address, "en"))


def community_name(request: HttpRequest) -> str:
    """Return the community a signed-in member lives in; nothing for a guest."""
    return request.user.community.local_name if isinstance(request.user, Member) else ""


def counts_for(request: HttpRequest) -> tuple[int, int]:
    """Count the lines of the visitor's basket, and the notices they have not seen."""
    in_basket, unread = set(guest_basket(request)), 0
    if isinstance(request.user, Member):
        held, unread = held_for(request.user)
        in_basket |= held
    return len(in_basket), unread
