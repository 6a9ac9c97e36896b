"""The first page of the back office: what waits today, and the way to it."""

from __future__ import annotations

from typing import Any, NamedTuple, override

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from market.orders.models import Order
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
        return {"errands": errands_of(self.member)}


def errands_of(member: Member) -> list[Errand]:
    """Return what a member may do in the office, the most frequent first."""
    may = member.has_perm
    errands = []
    if may("till.use_till"):
        waiting = Order.objects.open().filter(service_point__community=member.community_id)
        url = reverse("till:till")
        errands.append(Errand(_("Hand out orders"), waiting.count(), url, "clipboard-list"))
    if may("people.confirm_household"):
        doors = members_to_confirm().count()
        url = reverse("people_office:waiting")
        errands.append(Errand(_("Doors to confirm"), doors, url, "user"))
    if may("produce.receive_goods") or may("produce.count_stock"):
        listings = reverse("listing:index")
        errands.append(Errand(_("Receive, count or write off goods"), None, listings, "download"))
    if may("produce.view_listing"):
        errands.append(Errand(_("Price tags"), None, reverse("price-tags"), "doc-full"))
    if may("orders.cut_orders"):
        errands.append(Errand(_("Goods are missing"), None, reverse("order:cuttable"), "minus"))
    return errands
