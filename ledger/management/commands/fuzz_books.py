"""Tell the books a long random story, and see that they answer as their model does."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.fuzzing.story import Story
from ledger.fuzzing.teller import Teller
from ledger.models import Account, Entry


class Command(BaseCommand):
    help = (
        "Post, hold, settle, reverse and roll back at random in a scratch database; exit with 1, "
        "the seed and the step if the books and their model ever disagree."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, required=True, help="The story: any number.")
        parser.add_argument("--steps", type=int, default=1000, help="How long it is.")
        parser.add_argument(
            "--check-every",
            type=int,
            default=100,
            help="Look at every invariant after so many steps; totals are compared at each.",
        )

    def handle(self, *_args: Any, seed: int, steps: int, check_every: int, **_options: Any) -> None:
        _refuse_books_of_others()
        run = Account.objects.filter(code__regex=r"^fuzz/\d+/issued$").count() + 1
        story = Story(Teller(str(run)), seed)
        number = 0
        try:
            for number in range(1, steps + 1):
                story.step()
                if number % check_every == 0 or number == steps:
                    story.teller.check()
        except Exception as error:
            raise CommandError(
                f"Seed {seed} broke at step {number} of {steps}: {error}", returncode=1
            ) from error
        outcomes = ", ".join(f"{count} {word}" for word, count in sorted(story.outcomes.items()))
        self.stdout.write(f"Seed {seed}, {steps} steps: {outcomes}. Totals {story.totals()}.")
        self.stdout.write(self.style.SUCCESS("The books are right."))


def _refuse_books_of_others() -> None:
    """What is in the books stays there, so nobody's books are played with."""
    others = Account.objects.exclude(code__startswith="fuzz/").exists()
    if others or Entry.objects.exclude(reference__startswith="fuzz:").exists():
        raise CommandError(
            "These are somebody's books. Give fuzz_books a migrated database of its own: set "
            "DATABASE_URL."
        )
