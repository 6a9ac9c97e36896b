"""`manage.py close_days`: write down what each account had come to at the end of each day."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from ledger.actions.close_days import close_days
from ledger.clock import database_now


class Command(BaseCommand):
    help = "Write down each account's totals at the end of each day; the clock does it nightly."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="Forget what is written first.")

    def handle(self, *_args: Any, anew: bool, **_options: Any) -> None:
        days = close_days(now=database_now(), anew=anew)
        self.stdout.write(f"Days closed: {days}.")
