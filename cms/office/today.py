"""The first page of the back office: what waits today, and the way to it."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple, override

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from cms.models import MarketDayPage
from cms.waiting import (
    PageThatWaits,
    drafts_of,
    fresh_notices,
    market_day_to_copy,
    pages_handed_in,
    pages_to_review,
)
from ledger.clock import database_now
from market.open_ledger.queries import questions_to_answer
from market.orders.queries import orders_given_up, orders_on_their_last_day, orders_to_collect
from market.produce.queries import listings_to_review, lots_without_certificate
from people.models import Member
from people.queries import members_to_confirm


class Errand(NamedTuple):
    """Something to do, how much of it waits (nothing where one cannot count it), and where."""

    text: str
    waiting: int | None
    url: str
    icon: str


class TodayPanel(Component):
    """What somebody who works here may do today, each one press away."""

    order = 100
    template_name = "cms/office/today.html"

    def __init__(self, member: Member) -> None:
        self.member = member

    @override
    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        now = database_now()
        pages = MyPages.of(self.member)
        errands = [*counted(self.member, now), *counted_pages(self.member, pages, now)]
        return {
            "waiting": [errand for errand in errands if errand.waiting],
            "is_quiet": bool(errands) and not any(errand.waiting for errand in errands),
            "tools": tools_of(self.member),
            "pages": pages,
            "to_copy": day_to_copy(self.member, now),
            "csrf_token": (parent_context or {}).get("csrf_token", ""),
        }


class MyPages(NamedTuple):
    """The pages that wait for a member."""

    to_review: list[PageThatWaits]
    came_back: list[PageThatWaits]
    handed_in: list[PageThatWaits]
    drafts: list[PageThatWaits]

    @classmethod
    def of(cls, member: Member) -> MyPages:
        came_back, handed_in = pages_handed_in(member)
        return cls(pages_to_review(member), came_back, handed_in, drafts_of(member))


def counted(member: Member, now: datetime.datetime) -> list[Errand]:
    """Return what waits at the counter and in the shop of the member's community.

    Each list it leads to is filtered by the same question, so it has just as many rows.
    """
    may, community = member.has_perm, member.community_id
    orders, lots, listings = (reverse(f"{name}:index") for name in ("order", "lot", "listing"))
    errands = []
    if may("orders.view_order"):
        ready = orders_to_collect(community).count()
        last_day = orders_on_their_last_day(community, now).count()
        given_up = orders_given_up(community, now).count()
        errands += [
            Errand(_("Orders to collect"), ready, f"{orders}?waiting=collect", "clipboard-list"),
            Errand(_("Call: last day to collect"), last_day, f"{orders}?waiting=last_day", "time"),
            Errand(_("Nobody collected"), given_up, f"{orders}?waiting=given_up", "warning"),
        ]
    if may("people.confirm_household"):
        doors = members_to_confirm().count()
        url = reverse("people_office:waiting")
        errands.append(Errand(_("Doors to confirm"), doors, url, "user"))
    if may("produce.view_lot"):
        bare = lots_without_certificate(community).count()
        url = f"{lots}?waiting=certificate"
        errands.append(Errand(_("Lots with no certificate"), bare, url, "doc-full"))
    if may("produce.change_listing"):
        submitted = listings_to_review(community).count()
        url = f"{listings}?waiting=review"
        errands.append(Errand(_("Listings to review"), submitted, url, "tag"))
    if may("open_ledger.answer_question"):
        asked = questions_to_answer().count()
        url = f"{reverse('question:index')}?waits=true"
        errands.append(Errand(_("Questions about money"), asked, url, "help"))
    return errands


def counted_pages(member: Member, pages: MyPages, now: datetime.datetime) -> list[Errand]:
    """Return what waits to be written, looked at or passed on."""
    if not may_write(member):
        return []
    notices = reverse("notice-pages:index")
    return [
        Errand(_("Pages to review"), len(pages.to_review), "#pages-to-review", "glasses"),
        Errand(_("Pages sent back to you"), len(pages.came_back), "#pages-sent-back", "rotate"),
        Errand(_("Drafts of yours"), len(pages.drafts), "#drafts", "draft"),
        Errand(
            _("New notices to paste into the group"),
            fresh_notices(now).count(),
            f"{notices}?fresh=true",
            "info-circle",
        ),
    ]


def tools_of(member: Member) -> list[Errand]:
    """Return what a member often does in the office and nobody can count, most often first."""
    may = member.has_perm
    tools = []
    if may("till.use_till"):
        tools.append(Errand(_("Hand out orders"), None, reverse("till:till"), "clipboard-list"))
    if may("produce.receive_goods") or may("produce.count_stock"):
        listings = reverse("listing:index")
        tools.append(Errand(_("Receive, count or write off goods"), None, listings, "download"))
    if may("produce.view_listing"):
        tools.append(Errand(_("Price tags"), None, reverse("price-tags"), "doc-full"))
    if may("orders.cut_orders"):
        tools.append(Errand(_("Goods are missing"), None, reverse("order:cuttable"), "minus"))
    return tools


def day_to_copy(member: Member, now: datetime.datetime) -> MarketDayPage | None:
    """Return the market day to copy for next year, for those who may add one."""
    if not may_write(member):
        return None
    day = market_day_to_copy(now)
    if day and day.get_parent().permissions_for_user(member).can_add_subpage():
        return day
    return None


def may_write(member: Member) -> bool:
    """Say whether a member may add pages anywhere."""
    return bool(
        member.is_superuser
        or member.groups.filter(page_permissions__permission__codename="add_page").exists()
    )
