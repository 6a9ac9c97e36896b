"""`manage.py reconcile_payments`: compare with Stripe now; the clock does it every hour."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.clock import database_now
from market.orders.actions.reconcile_payments import reconcile_payments
from market.orders.stripe import StripeAway


class Command(BaseCommand):
    help = "Bring orders and books to what Stripe says; exit with 1 if something is left to do."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            done = reconcile_payments(now=database_now())
        except StripeAway as away:
            raise CommandError(f"Stripe does not answer: {away}", returncode=1) from away
        for kind, count in sorted(done.repaired.items()):
            self.stdout.write(f"Repaired, {kind}: {count}.")
        self.stdout.write(f"Booked of fees and payouts: {done.booked}. Gone: {done.gone}.")
        if done.problems:
            keys = ", ".join(each.key for each in done.problems)
            raise CommandError(f"Left for staff, see the office: {keys}", returncode=1)
        self.stdout.write(self.style.SUCCESS("Nothing is left to do."))
