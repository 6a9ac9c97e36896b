"""What goes out to people. Each task may run twice, or late."""

from __future__ import annotations

import logging

from celery import shared_task

from ledger.clock import database_now
from people.actions.give_up_texts import give_up_texts
from people.actions.send_text import send_text
from people.models import TextMessage
from people.queries import texts_to_send

logger = logging.getLogger(__name__)


@shared_task
def send_text_soon(text: int) -> str:
    """Send one text message; gone, or sent already, it is left alone."""
    found = TextMessage.objects.filter(pk=text).first()
    return send_text(text=found, now=database_now()) if found else ""


@shared_task
def sweep_texts() -> int:
    """Send what was left behind, as when a message of the queue was lost; return how many.

    Where the provider is away the rest waits for the next sweep.
    """
    lost = give_up_texts(now=database_now())
    if lost:
        logger.warning("%d text messages have perhaps been sent: nobody knows", lost)
    sent = 0
    for text in texts_to_send():
        status = send_text(text=text, now=database_now())
        if status == TextMessage.Status.WANTED:
            logger.warning("the provider of text messages is away")
            break
        sent += status == TextMessage.Status.SENT
    return sent
