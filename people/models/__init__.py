"""The people of the community, where they live, and what they are told."""

from __future__ import annotations

from people.codes import random_code
from people.models.notices import Notice, TextMessage
from people.models.people import (
    GONE,
    Building,
    Community,
    Erasure,
    Household,
    HouseholdQuerySet,
    Member,
    MemberManager,
    NamedTwice,
    ServicePoint,
    SignInLock,
    Token,
)

__all__ = [
    "GONE",
    "Building",
    "Community",
    "Erasure",
    "Household",
    "HouseholdQuerySet",
    "Member",
    "MemberManager",
    "NamedTwice",
    "Notice",
    "ServicePoint",
    "SignInLock",
    "TextMessage",
    "Token",
    "random_code",  # The first migration finds it here.
]
