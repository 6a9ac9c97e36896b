"""One run, from an empty database to the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

from django.test import override_settings

from market.orders.actions import receive_event as receiving
from market.orders.models import Order, PaymentProblem, Refund
from tests.soak.story import Story
from tests.soak.verdict import verdict
from tests.soak.village import settle
from tests.stripe_stand_in import KEY, SECRET, Stripe


class Ran(NamedTuple):
    """What happened, how often, and what is wrong."""

    seen: Counter[str]
    wrong: list[str]


def run(*, seed: int, orders: int, has_events: bool = True) -> Ran:
    """Tell the story of this seed in an empty database.

    Args:
        has_events: False takes out that a message is remembered: then it must go red.
    """
    if Order.objects.exists():
        raise SystemExit("There are orders already: give it an empty database.")
    random = Random(seed)  # noqa: S311  # A story must be told again.
    with _stripe() as stripe, nullcontext() if has_events else _forgetful():
        story = Story(settle(), stripe, random)
        story.tell(orders)
        wrong = verdict(stripe, story.weather, story.reconciled())
    seen = story.weather.seen + story.outcomes
    seen.update(f"orders {order.status}" for order in Order.objects.all())
    seen.update(f"refunds {refund.reason}" for refund in Refund.objects.all())
    seen.update(f"problems {problem.kind}" for problem in PaymentProblem.objects.all())
    return Ran(seen, wrong)


@contextmanager
def _stripe() -> Iterator[Stripe]:
    stripe = Stripe(secret=SECRET)
    stripe.start()
    with override_settings(
        STRIPE_SECRET_KEY=KEY,
        STRIPE_WEBHOOK_SECRET=SECRET,
        STRIPE_BASE_ADDRESS=stripe.address,
        STRIPE_TIMEOUT=0.4,
    ):
        yield stripe
    stripe.stop()


@contextmanager
def _forgetful() -> Iterator[None]:
    """Take the event table out: every message looks new."""

    def forgets(*_rows: Any, **_options: Any) -> list[tuple[str]]:
        return [("new",)]

    with patch.object(receiving, "insert_rows", forgets):
        yield
