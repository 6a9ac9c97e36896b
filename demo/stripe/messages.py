"""Messages to the shop: signed, sent by a thread, and lost, doubled or shuffled when asked to."""

from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from queue import Queue
from threading import Event, Thread
from typing import Any

from stripe import WebhookSignature

TRIES = 3
SECONDS_BETWEEN_TRIES = 0.5
SECONDS_TO_ANSWER = 20

type Message = dict[str, Any]


@dataclass
class Weather:
    """What becomes of messages on their way. Chances are between 0 and 1."""

    lost: float = 0
    doubled: float = 0
    shuffled: float = 0
    delay_seconds: float = 0
    chance: random.Random = field(default_factory=random.Random)


def signed(message: Message, secret: str, *, at: float | None = None) -> tuple[bytes, str]:
    """Return the bytes of a message and the header that proves who sent it."""
    body = json.dumps(message, ensure_ascii=False)
    header = WebhookSignature.generate_signature_header(
        body, secret, int(time.time() if at is None else at)
    )
    return body.encode(), header


class Messenger:
    """Carries messages to the shop's address, in their order unless told otherwise.

    Args:
        address: of the shop's webhook; empty to keep messages in `kept` and send none.
    """

    def __init__(self, address: str, secret: str) -> None:
        self.address, self.secret = address, secret
        self.weather = Weather()
        self.kept: list[Message] = []
        self._waiting: Queue[Message | None] = Queue()
        self._idle = Event()
        self._idle.set()
        self._thread = Thread(target=self._carry_all, daemon=True)
        self._thread.start()

    def send(self, message: Message) -> None:
        """Take a message on its way, as the weather is."""
        self.kept.append(message)
        if not self.address or self.weather.chance.random() < self.weather.lost:
            return
        copies = 2 if self.weather.chance.random() < self.weather.doubled else 1
        self._idle.clear()
        for _copy in range(copies):
            self._waiting.put(message)

    def wait(self, seconds: float = 20) -> None:
        """Wait until all that was sent has arrived or was given up."""
        if not self._idle.wait(seconds):
            raise TimeoutError("messages are still on their way")

    def stop(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    def _carry_all(self) -> None:
        while (message := self._waiting.get()) is not None:
            if not self._waiting.empty() and self.weather.chance.random() < self.weather.shuffled:
                self._waiting.put(message)
                continue
            time.sleep(self.weather.delay_seconds)
            self._carry(message)
            if self._waiting.empty():
                self._idle.set()

    def _carry(self, message: Message) -> None:
        for _try in range(TRIES):
            body, header = signed(message, self.secret)
            request = urllib.request.Request(  # noqa: S310  # The shop's own address.
                self.address,
                data=body,
                headers={"Content-Type": "application/json", "Stripe-Signature": header},
            )
            try:
                with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER):  # noqa: S310  # As above.
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(SECONDS_BETWEEN_TRIES)
