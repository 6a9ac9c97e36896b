"""Questions about money in the back office."""

from __future__ import annotations

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from market.open_ledger.models import Question
from market.open_ledger.office.questions import QuestionViewSet
from market.produce.office.policies import LookOnlyPolicy


@hooks.register("register_admin_viewset")
def questions() -> QuestionViewSet:
    register_permission_policy(Question, LookOnlyPolicy(Question))
    return QuestionViewSet()
