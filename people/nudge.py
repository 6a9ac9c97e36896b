"""Ask the task worker to do something soon. A lost nudge is found again by the clock."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def nudge(task: str, **ids: int) -> None:
    """Queue a task by name; call it through `transaction.on_commit`.

    A broker that is away is no reason to fail what has been saved: the sweep by the clock
    does the work later. Hence every error of the broker is only logged.

    Args:
        task: the dotted name, such as "market.orders.tasks.sweep_uncollected".
        ids: primary keys and nothing else, since messages lie about in queues.
    """
    try:
        current_app.send_task(task, kwargs=ids)
    except (OSError, OperationalError) as error:
        logger.warning("could not queue %s: %s", task, error)
