"""The one door to text messages: which provider it leads to is a matter of settings.

A provider is a function that takes a `Text` and returns its receipt; `settings.SMS_BACKEND` names
it. It does one call and never repeats it: whether a second one would do harm only the caller knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Text:
    """One text message. Its representation is safe to log: it says nothing of the person.

    Args:
        phone: eleven digits.
        kind: what it is about, such as "order-ready": providers keep a text for each.
        words: the whole text, for providers that take any.
        values: what goes into the provider's own text.
        reference: our name for it, which the provider repeats in its reports.
    """

    phone: str = field(repr=False)
    kind: str
    words: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)
    reference: str


class SmsAway(Exception):
    """Nothing was sent, and it may be tried again later."""


class SmsRefused(Exception):
    """Nothing was sent, and it will not work so."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SmsUnclear(Exception):
    """Nobody knows whether it was sent."""


def is_offered() -> bool:
    """Say whether this site sends text messages at all."""
    return bool(settings.SMS_BACKEND)


def send(text: Text) -> str:
    """Send a text message through the provider of the settings; return its receipt.

    Raises:
        SmsAway, SmsRefused, SmsUnclear: as they say.
    """
    provider: Callable[[Text], str] = import_string(settings.SMS_BACKEND)
    return provider(text)
