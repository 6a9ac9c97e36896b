"""Check that the books are right, and stop at the first row that is not."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.checking import invariants, warnings, wrong_rows


class Command(BaseCommand):
    help = "Check that the books are right; exit with 1 and the first wrong row if not."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="Say nothing if all is well.")

    def handle(self, *_args: Any, quiet: bool, **_options: Any) -> None:
        wrong = next(wrong_rows(), None)
        if wrong is not None:
            raise CommandError(f"The books are wrong. {wrong}", returncode=1)
        if quiet:
            return
        for warning in warnings():
            self.stdout.write(f"To look at: {warning}")
        names = dict.fromkeys(invariant.name for invariant in invariants())
        self.stdout.write(self.style.SUCCESS(f"The books are right: {', '.join(names)}."))
