"""Who may do what to which rows in the back office."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from market.produce.models import (
    Carrier,
    Category,
    Certificate,
    Listing,
    Lot,
    Product,
    StockChange,
    Supplier,
)
from people.office.policies import NeverDeletePolicy


class LookOnlyPolicy(ModelPermissionPolicy):
    """Grant `view` as usual and refuse everything else: these rows are written once."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return "view" in actions and self.user_has_permission(user, "view")


KEPT = [Supplier, Carrier, Category, Product, Listing]
WRITTEN_ONCE = [Lot, Certificate, StockChange]


def register_policies() -> None:
    """Tell Wagtail; its viewsets ask for the policy of their model."""
    for model in KEPT:
        register_permission_policy(model, NeverDeletePolicy(model))
    for model in WRITTEN_ONCE:
        register_permission_policy(model, LookOnlyPolicy(model))
