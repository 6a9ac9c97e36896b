"""What goes wrong: on the line to Stripe, in our process, and with Stripe's messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Any
from unittest.mock import patch

from django.http import HttpRequest
from django.test import RequestFactory

from market.orders import stripe as door
from market.orders.actions import receive_event as receiving
from market.orders.stripe_answers import Event
from market.orders.views.payments import receive
from tests.stripe_stand_in import Stripe

CALLS = ["open_session", "read_session", "expire_session", "refund"]
WAITING_MOST = 60
HTTP_OK = 200


class Killed(BaseException):
    """The process ends here. Nothing of ours catches it."""


class Weather:
    """Draws what goes wrong next, and carries messages.

    Args:
        is_foul: nothing goes wrong where it is not.
    """

    def __init__(self, stripe: Stripe, random: Random) -> None:
        self.stripe, self.random = stripe, random
        self.is_foul = True
        self.seen: Counter[str] = Counter()
        self.acted_on: Counter[str] = Counter()
        self._read = 0
        self._on_their_way: list[dict[str, Any]] = []

    # --- The line and the process -----------------------------------------------------

    def do(self, work: Callable[[], object]) -> None:
        """Do something that may fail half way, be refused, or be killed."""
        with suppress(Killed, door.StripeAway, door.StripeRefused), self._trouble():
            work()
        self.stripe.calls.faults.clear()

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        kinds = ["500", "409", "429", "answer lost", "killed before", "killed after", "too late"]
        weights = [4, 2, 2, 4, 4, 4, 0.3]
        if not self.is_foul or self.random.random() < 0.65:
            yield
            return
        (kind,) = self.random.choices(kinds, weights)
        self.seen[kind] += 1
        if kind.isdigit():
            self.stripe.fail(status=int(kind))
        elif kind == "answer lost":
            self.stripe.fail(answer_lost=True)
        elif kind == "too late":
            self.stripe.fail(seconds=0.5)
        if not kind.startswith("killed"):
            yield
            return
        name = self.random.choice(CALLS)
        with patch.object(door, name, _deadly(getattr(door, name), after=kind.endswith("after"))):
            yield

    # --- Messages ---------------------------------------------------------------------

    def carry(self) -> None:
        """Take up new messages, lose and double some, and deliver a few in any order."""
        kept = self.stripe.messenger.kept
        for message in kept[self._read :]:
            copies = self.random.choices([0, 1, 2, 3], [25, 45, 20, 10])[0] if self.is_foul else 1
            self.seen[["lost", "carried once", "doubled", "tripled"][copies]] += 1
            self._on_their_way += [message] * copies
        self._read = len(kept)
        waiting = self._on_their_way
        while waiting and (
            not self.is_foul or len(waiting) > WAITING_MOST or self.random.random() < 0.5
        ):
            at = self.random.randrange(len(waiting)) if self.is_foul else 0
            self.deliver(waiting.pop(at))

    def deliver(self, message: dict[str, Any]) -> None:
        body, signature = self.stripe.signed(message)
        answer = receive(_request(body, signature))
        self.seen["delivered" if answer.status_code == HTTP_OK else "refused"] += 1
        if self.is_foul and self.random.random() < 0.1:
            forged = receive(_request(body.replace(b"open", b"paid") + b" ", signature))
            self.seen["forged" if forged.status_code != HTTP_OK else "believed"] += 1

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count how often each message is acted on."""
        act = receiving._effect_of  # What a message causes, however it comes.

        def counting(event: Event, *args: Any) -> str:
            self.acted_on[event.id] += 1
            return act(event, *args)

        with patch.object(receiving, "_effect_of", counting):
            yield


def _deadly(call: Callable[..., object], *, after: bool) -> Callable[..., object]:
    def deadly(*args: object, **named: object) -> object:
        if after:
            call(*args, **named)
        raise Killed

    return deadly


def _request(body: bytes, signature: str) -> HttpRequest:
    return RequestFactory().post(
        "/", data=body, content_type="application/json", headers={"Stripe-Signature": signature}
    )
