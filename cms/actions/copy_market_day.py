"""Make next year's market day out of last year's."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from wagtail.actions.copy_page import CopyPageAction
from wagtail.coreutils import find_available_slug
from wagtail.models import Page
from wagtail_localize.synctree import create_aliases_for_new_page

from cms.models import CopiedDay, MarketDayPage
from cms.next_year import next_held_on
from people.models import Member

GUIDANCE = {"price_tag", "steps", "dos_and_donts", "expander", "cards"}
"""Blocks that hold in another year. Text, photos, numbers and thanks tell of one day."""


class MayNotAdd(Exception):
    """This member may add no page beside the market day."""


class NotTheOriginal(Exception):
    """It is a translation: the page it follows is what to copy."""


def copy_market_day(
    *, original: MarketDayPage, copied_by: Member, today: datetime.date
) -> MarketDayPage:
    """Return a draft of the next market day like this one; a second press returns the first's.

    This function will keep what holds each year (place, hours, programme, stalls, what to
    bring), move the date to the same weekday a year on, and leave out what tells of that one
    day. The English tree gets its copy that follows, as with any new page.

    Raises:
        MayNotAdd: the member may add no page there.
        NotTheOriginal: the page is a translation.
    """
    with transaction.atomic():
        # The list is locked too, so that two copies at once do not choose one address.
        parent = Page.objects.select_for_update().get(pk=original.get_parent().pk).specific
        original = MarketDayPage.objects.select_for_update().get(pk=original.pk)
        if original.locale.language_code != settings.LANGUAGE_CODE:
            raise NotTheOriginal
        if not parent.permissions_for_user(copied_by).can_add_subpage():
            raise MayNotAdd
        earlier = CopiedDay.objects.select_related("copy").filter(original=original).first()
        if earlier:
            found: MarketDayPage = earlier.copy
            return found
        copy = _copy(original, parent, copied_by, today)
        CopiedDay.objects.create(original=original, copy=copy)
        create_aliases_for_new_page(copy)
    return copy


def _copy(
    original: MarketDayPage, parent: Page, copied_by: Member, today: datetime.date
) -> MarketDayPage:
    held_on = next_held_on(original.held_on, after=today)
    changes: dict[str, Any] = {
        "title": _in_year(original.title, original.held_on, held_on),
        "slug": find_available_slug(parent, _slug(original, held_on)),
        "seo_title": "",
        "search_description": "",
        "held_on": held_on,
        "visitors": None,
        "body": [row for row in original.body.raw_data if row["type"] in GUIDANCE],
        "go_live_at": None,
        "expire_at": None,
        "expired": False,
    }
    action = CopyPageAction(
        original,
        to=parent,
        update_attrs=changes | {"draft_title": changes["title"]},
        copy_revisions=False,
        keep_live=False,
        user=copied_by,
    )
    copy: MarketDayPage = action.execute(skip_permission_checks=True)
    return copy


def _in_year(words: str, old: datetime.date, new: datetime.date) -> str:
    return words.replace(str(old.year), str(new.year))


def _slug(original: MarketDayPage, held_on: datetime.date) -> str:
    """Return its slug with the year in it, such as fair-2027."""
    slug = _in_year(original.slug, original.held_on, held_on)
    return slug if str(held_on.year) in slug else f"{slug}-{held_on.year}"
