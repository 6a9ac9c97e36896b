"""Forget what a member has asked."""

from __future__ import annotations

from market.open_ledger.models import Question
from people.models import Member


def forget_member(*, member: Member) -> None:
    """Delete the questions of a member who is being erased, with their answers."""
    Question.objects.filter(member=member).delete()
