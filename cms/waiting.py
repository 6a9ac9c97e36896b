"""Which pages wait for whom: for a second pair of eyes, for a change, for their writer."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState

from cms.models import MarketDayPage, NoticePage
from cms.next_year import next_held_on
from people.models import Member

DRAFTS_SHOWN = 20
FRESH = datetime.timedelta(days=3)
"""How long a new notice counts as one to paste into the group chats.

Nothing sends notices outside yet, and nobody ticks off what was pasted, so being new is all
that can honestly be said of one.
"""


class PageThatWaits(NamedTuple):
    """A page, and what is said of it.

    Args:
        by: who handed it in, or who sent it back.
        word: what the reviewer wrote.
    """

    page: Page
    since: datetime.datetime
    by: Member | None = None
    word: str = ""


def pages_to_review(member: Member) -> list[PageThatWaits]:
    """Return what others have handed in that this member may approve, the oldest first."""
    states = list(
        TaskState.objects.reviewable_by(member)
        .select_related("workflow_state__requested_by")
        .order_by("started_at")
    )
    pages = _pages(state.workflow_state for state in states)
    return [
        PageThatWaits(page, state.started_at, state.workflow_state.requested_by)
        for state in states
        if (page := pages.get(state.workflow_state.object_id))
    ]


def pages_handed_in(member: Member) -> tuple[list[PageThatWaits], list[PageThatWaits]]:
    """Return what a member has handed in: what came back with a word, and what still waits."""
    states = list(
        WorkflowState.objects.active()
        .filter(requested_by=member)
        .select_related("current_task_state__finished_by")
        .order_by("-created_at")
    )
    pages = _pages(states)
    came_back, waiting = [], []
    for state in states:
        page, task = pages.get(state.object_id), state.current_task_state
        if page is None:
            continue
        if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            came_back.append(
                PageThatWaits(page, task.finished_at, task.finished_by, task.get_comment())
            )
        else:
            waiting.append(PageThatWaits(page, task.started_at))
    return came_back, waiting


def drafts_of(member: Member) -> list[PageThatWaits]:
    """Return pages a member wrote on last and nobody has published or handed in since."""
    handed_in = WorkflowState.objects.active().values_list("object_id", flat=True)
    drafts = Page.objects.filter(
        depth__gt=1,
        alias_of=None,
        has_unpublished_changes=True,
        latest_revision__user=member,
    ).order_by("-latest_revision_created_at")
    left = drafts.exclude(pk__in=[int(each) for each in handed_in])[:DRAFTS_SHOWN]
    return [PageThatWaits(page, page.latest_revision_created_at) for page in left]


def _pages(states: Iterable[WorkflowState]) -> dict[str, Page]:
    """Return the pages that are under review, by their id as the review keeps it."""
    found = Page.objects.in_bulk([int(state.object_id) for state in states])
    return {str(pk): page for pk, page in found.items()}


def originals(kind: type[Page]) -> Any:
    """Return the pages of a kind in the language they are written in."""
    return kind.objects.filter(locale__language_code=settings.LANGUAGE_CODE)


def fresh_notices(now: datetime.datetime) -> QuerySet[NoticePage]:
    """Return notices that went up these days and still hold."""
    notices: QuerySet[NoticePage] = originals(NoticePage).live()
    return notices.filter(first_published_at__gte=now - FRESH)


def market_day_to_copy(now: datetime.datetime) -> MarketDayPage | None:
    """Return the day whose turn is next, once all market days lie in the past."""
    today = timezone.localdate(now)
    days = list(originals(MarketDayPage).filter(copied_to=None).select_related("locale"))
    if any(day.held_on >= today for day in originals(MarketDayPage).only("held_on")):
        return None
    return min(days, key=lambda day: next_held_on(day.held_on, after=today), default=None)
