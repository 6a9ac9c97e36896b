"""`manage.py load_demo`: fill the site with the demonstration, once however often it runs."""

from __future__ import annotations

from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.loading.market_sales import load_market_sales
from demo.loading.orders import load_orders
from demo.loading.pages import load_pages
from demo.loading.people import load_members
from demo.loading.places import load_places, load_tills
from demo.loading.produce import load_listings, load_products
from ledger.clock import database_now
from market.open_ledger.actions.check_books import check_books
from market.open_ledger.queries import last_check

MARKET = "LUYN"
RECEIVES = "w_gu"


class Command(BaseCommand):
    help = "Load the demonstration's people, goods and orders; a second time changes nothing."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("Set DEMO=1 first: the PIN of these people is public.")
        now = database_now()
        points = load_places()
        load_tills(points)
        members = load_members(now)
        products = load_products(members)
        load_market_sales(points[MARKET], members, products, now)
        listings = load_listings(points, products, members[RECEIVES], now)
        load_orders(points, members, listings, now)
        pages = load_pages(points, now)
        # A site of its own is checked at night; nobody waits for that to see the demonstration.
        if last_check() is None:
            check_books(checked_at=now)
        self.stdout.write(
            f"The demonstration has {len(members)} people, {len(listings)} listings "
            f"and {pages} pages."
        )
