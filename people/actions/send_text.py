"""Send a notice by text message, at most once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation

from people import sms
from people.models import TextMessage

Status = TextMessage.Status
TOO_LATE = timedelta(days=1)
"""A text message about an order of yesterday would only startle somebody."""


def send_text(*, text: TextMessage, now: datetime) -> str:
    """Send a text message that waits; this function will do so once, and return its status.

    Not to be called inside a transaction: the provider may take its time. That it is being sent
    is saved before, and what came of it after. What was saved as being sent is never taken up
    again: sent twice is worse than not at all, since the inbox has it in any case.
    """
    if not _begin(text, now):
        return TextMessage.objects.values_list("status", flat=True).filter(pk=text.pk).first() or ""
    begun = TextMessage.objects.select_related("notice__member").get(pk=text.pk)
    if reason := _why_not(begun, now):
        return _settle(begun, Status.FAILED, now, reason=reason)
    try:
        receipt = sms.send(_in_words(begun))
    except sms.SmsAway:
        return _settle(begun, Status.WANTED)
    except sms.SmsRefused as refused:
        return _settle(begun, Status.FAILED, now, reason=refused.reason[:64])
    except sms.SmsUnclear:
        return _settle(begun, Status.UNKNOWN, now, reason="no_answer")
    return _settle(begun, Status.SENT, now, receipt=receipt[:64])


def _begin(text: TextMessage, now: datetime) -> bool:
    """Save that it is being sent, and tell whether this call is the one that sends it."""
    waiting = TextMessage.objects.filter(pk=text.pk, status=Status.WANTED)
    return bool(waiting.update(status=Status.SENDING, sending_since=now))


def _why_not(text: TextMessage, now: datetime) -> str:
    """Say why it should not go out any more, or nothing."""
    member = text.notice.member
    if not (member.phone and member.wants_texts):
        return "switched_off"
    return "too_late" if now - text.wanted_at > TOO_LATE else ""


def _settle(
    text: TextMessage,
    status: Status,
    at: datetime | None = None,
    *,
    receipt: str = "",
    reason: str = "",
) -> str:
    """Write down what came of it, though the sweep may have given up on it meanwhile."""
    TextMessage.objects.filter(pk=text.pk, status__in=[Status.SENDING, Status.UNKNOWN]).update(
        status=status, settled_at=at, receipt=receipt, reason=reason
    )
    return status


def _in_words(text: TextMessage) -> sms.Text:
    """Put it into words in the language of the site: a phone has no language of the page."""
    with translation.override(settings.LANGUAGE_CODE):
        words = text.notice.text
    return sms.Text(
        phone=text.notice.member.phone or "",
        kind=text.notice.kind,
        words=words,
        values={name: str(value) for name, value in text.notice.values.items()},
        reference=f"text-{text.pk}",
    )
