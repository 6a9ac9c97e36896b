"""Who may do what to whom in the back office."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy


class NeverDeletePolicy(ModelPermissionPolicy):
    """As the permissions say; but nobody deletes: what is in the books leads here.

    A member who leaves is shut out; erasing is an action of its own.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return super().user_has_any_permission(user, set(actions) - {"delete"})
