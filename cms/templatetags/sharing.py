"""What a page tells search engines and shared links, in its head."""

from __future__ import annotations

from functools import partial

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString
from wagtail.models import Page

from cms.feeds import FEEDS
from cms.sharing import shared_page
from market.sharing.links import told_for_a_while

register = template.Library()


@register.simple_tag(takes_context=True)
def told_to_others(context: Context, page: Page) -> SafeString:
    """Write what others are told of a page. It is the same for everybody, so it is kept.

    The preview of a draft tells nobody anything.
    """
    if getattr(context.get("request"), "is_preview", False) or page.pk is None:
        return SafeString()
    published = page.last_published_at.timestamp() if page.last_published_at else 0
    return told_for_a_while(f"page-{page.pk}-{published}", partial(shared_page, page))


@register.filter
def feed_of(page: Page) -> str:
    """Return the name of the address of a list's feed, or nothing."""
    return FEEDS.get(type(page), "")
