"""What templates of pages need and Django has not."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Any, NamedTuple

from django import template
from django.db.models import Model
from django.template.context import Context
from django.utils import dates
from django.utils.translation import get_language
from wagtail.admin.templatetags.wagtailuserbar import wagtailuserbar
from wagtail.models import Page

register = template.Library()


class Month(NamedTuple):
    """A month of the year, as blocks keep it and as people say it."""

    number: str
    name: str


@register.filter
def of(found: Mapping[int, Any] | None, thing: Model | None) -> Any:
    """Return what a mapping by id holds for a thing, or nothing for one that is gone."""
    return (found or {}).get(thing.pk) if isinstance(thing, Model) else None


@register.filter
def alone(thing: Any) -> list[Any]:
    """Return a list of one, for what is drawn by the list."""
    return [thing]


@register.simple_tag
def months() -> list[Month]:
    """Return the twelve months, short, in the language of the page."""
    if get_language() == "en":
        return [Month(str(number), str(dates.MONTHS_3[number]).title()) for number in _year()]
    return [Month(str(number), f"{number}月") for number in _year()]


def _year() -> range:
    return range(calendar.JANUARY, calendar.DECEMBER + 1)


@register.simple_tag(takes_context=True)
def office_bar(context: Context) -> str:
    """Draw the way back to the office on a page that one may rewrite there.

    The editor's own checks of a page run in it. A guest costs no question and no byte.
    """
    user = getattr(context.get("request"), "user", None)
    may_be_editor = user is not None and user.is_authenticated
    if not (may_be_editor and isinstance(context.get("page"), Page)):
        return ""
    bar: str = wagtailuserbar(context)
    return bar
