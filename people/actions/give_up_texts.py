"""Give up on text messages whose sender never came back."""

from __future__ import annotations

from datetime import datetime, timedelta

from people.models import TextMessage

PATIENCE = timedelta(minutes=10)
"""Far longer than a call may take (`settings.SMS_TIMEOUT`)."""


def give_up_texts(*, now: datetime) -> int:
    """Call those unknown that have been on their way for too long; return how many.

    The process was killed between sending and writing it down, or before. Nobody can tell which,
    so none is sent again.
    """
    lost = TextMessage.objects.filter(
        status=TextMessage.Status.SENDING, sending_since__lt=now - PATIENCE
    )
    return lost.update(status=TextMessage.Status.UNKNOWN, settled_at=now, reason="no_answer")
