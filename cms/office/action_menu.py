"""What the button at the foot of a page's form does: first what most people came for."""

from __future__ import annotations

from typing import Any, override

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    SubmitForModerationMenuItem,
)
from wagtail.models import WorkflowState

FIRST = ["action-page-locked", "approve", "action-publish", "action-submit"]
"""A reviewer approves, an editor publishes, and who may do neither hands in.

A page that waits for a colleague says so, rather than offer to take it back by one press.
"""


class HandInMenuItem(SubmitForModerationMenuItem):
    """Wagtail's, in words that need no name of a workflow."""

    @override
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page else None
        again = state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES
        label = _("Hand in again for review") if again else _("Hand in for review")
        return context | {"label": label}


class TakeBackMenuItem(CancelWorkflowMenuItem):
    label = gettext_lazy("Take back, no review")


def first_things_first(
    menu_items: list[ActionMenuItem], _request: HttpRequest, _context: dict[str, Any]
) -> None:
    """Put first what the reader of the form came for. The draft saves itself meanwhile."""
    for place, entry in enumerate(menu_items):
        if isinstance(entry, SubmitForModerationMenuItem):
            menu_items[place] = HandInMenuItem(order=entry.order)
        elif isinstance(entry, CancelWorkflowMenuItem):
            menu_items[place] = TakeBackMenuItem(order=entry.order)
        elif entry.name == "reject":
            entry.label = _("Send back, and say why")
    names = [entry.name for entry in menu_items]
    for name in FIRST:
        if name in names:
            menu_items.insert(0, menu_items.pop(names.index(name)))
            return
