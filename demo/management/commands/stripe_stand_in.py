"""`manage.py stripe_stand_in`: Stripe for development, with no account and no money."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from pathlib import Path
from threading import Event
from typing import Any, override

from django.core.management.base import BaseCommand

from demo.stripe.memory import Memory
from demo.stripe.server import StandIn

SLOW_SECONDS = 20
"""How long money takes that does not come at once."""
LEAST_SETTLED = 400
"""Stripe takes nothing worth less than four Hong Kong dollars where it settles in them."""


class Command(BaseCommand):
    help = "Stand in for Stripe on a port, until told to stop; `manage.py dev` starts it by itself."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=12111)
        parser.add_argument("--webhook", default="", help="address that messages are sent to")
        parser.add_argument("--memory", type=Path, help="file that outlives it")
        parser.add_argument("--secret", required=True, help="that messages are signed with")

    @override
    def handle(
        self,
        *args: Any,
        port: int,
        webhook: str,
        secret: str,
        memory: Path | None,
        **options: Any,
    ) -> None:
        stopped = Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_told: stopped.set())
        stand_in = StandIn(port=port, webhook=webhook, secret=secret)
        stand_in.desk.least_settled = LEAST_SETTLED
        remembered = Memory(memory) if memory else None
        if remembered:
            remembered.recall(stand_in.desk)
        stand_in.start()
        self.stdout.write(f"Standing in for Stripe at {stand_in.address}")
        self.stdout.flush()
        while not stopped.wait(1):
            stand_in.let_time_pass(SLOW_SECONDS)
            if remembered:
                remembered.keep(stand_in.desk)
        stand_in.stop()
        if remembered:
            remembered.keep(stand_in.desk)
