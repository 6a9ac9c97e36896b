"""Review before a page goes up: what one hands in, another looks at (双人复核)."""

from __future__ import annotations

from typing import Any, override

from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    AbstractGroupApprovalTask,
    Page,
    PagePermissionTester,
    WorkflowState,
)


def handed_in_by(page: Page, user: Any) -> bool:
    """Say whether the page waits for review, and this is who handed it in."""
    state = page.current_workflow_state
    return (
        state is not None
        and state.status == WorkflowState.STATUS_IN_PROGRESS
        and state.requested_by_id == user.pk
    )


class ReviewedPagePermissions(PagePermissionTester):
    """Wagtail's own, but for one thing: nobody publishes past the review they asked for.

    Who may publish may do so at once, without a review, or take the page back first.
    """

    @override
    def can_publish(self) -> bool:
        return bool(super().can_publish() and not handed_in_by(self.page, self.user))


class SecondPairOfEyesTask(AbstractGroupApprovalTask):
    """A step that anybody of its groups may approve, but for who handed the page in.

    Wagtail's own step lets one approve what one handed in, and administrators above all.
    """

    class Meta:
        verbose_name = _("review by another person")
        verbose_name_plural = _("reviews by another person")

    @override
    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, str, bool]]:
        if handed_in_by(obj, user):
            return []
        actions: list[tuple[str, str, bool]] = super().get_actions(obj, user)
        return actions

    @override
    def locked_for_user(self, obj: Page, user: Any) -> bool:
        return bool(handed_in_by(obj, user) or super().locked_for_user(obj, user))

    @override
    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        waiting: Any = super().get_task_states_user_can_moderate(user, **kwargs)
        return waiting.exclude(workflow_state__requested_by=user)

    @classmethod
    @override
    def get_description(cls) -> str:
        return str(_("One of these groups approves, and never who handed the page in."))
