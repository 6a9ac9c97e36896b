"""`manage.py stripe_stand_in`: Stripe for development, with no account and no money."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any, override

from django.core.management.base import BaseCommand

from demo.stripe.server import StandIn


class Command(BaseCommand):
    help = "Stand in for Stripe on a port, until told to stop; `manage.py dev` starts it by itself."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=12111)
        parser.add_argument("--webhook", default="", help="address that messages are sent to")
        parser.add_argument("--secret", required=True, help="that messages are signed with")

    @override
    def handle(self, *args: Any, port: int, webhook: str, secret: str, **options: Any) -> None:
        stopped = Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_told: stopped.set())
        stand_in = StandIn(port=port, webhook=webhook, secret=secret)
        stand_in.start()
        self.stdout.write(f"Standing in for Stripe at {stand_in.address}")
        self.stdout.flush()
        stopped.wait()
        stand_in.stop()
