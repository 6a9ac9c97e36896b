"""Messages of Stripe's a second on one worker, beside the orders they are about.

Each order is placed to be paid online, and then a signed message says that it was: through the
view, with its signature, to the order that is ready. Placing has no web around it, so the peer
has the easier part.
"""

from __future__ import annotations

import datetime
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from benchmarks.engines import HOST
from benchmarks.figures import ROUNDS, middle, table, verdict
from benchmarks.orders import GOODS, MARKS, TOTAL_FEN, WARM_UP
from benchmarks.village import Village, fill_baskets, picked
from demo.stripe.messages import signed
from ledger.actions.open_account import open_accounts
from ledger.checking import wrong_rows
from ledger.clock import database_now
from market import postings
from market.orders.actions.place_order import place_order
from market.orders.models import Order, StripeSession, Tender
from market.produce.models import Listing
from people.models import Member

ORDERS_A_ROUND = 150
RATIO_LEAST = 0.5
STATEMENTS_MOST = 20

type Message = tuple[bytes, str]


def place(village: Village, member: Member, listing_ids: Sequence[int]) -> Order:
    return place_order(
        member=member,
        service_point=village.shop,
        quantities=picked(member.pk, listing_ids),
        tender=Tender.STRIPE,
        expected_fen=TOTAL_FEN,
        key=str(uuid.uuid4()),
        placed_at=database_now(),
    )


def message_for(order: Order) -> Message:
    """Begin to pay an order, and return what Stripe says once that is done."""
    StripeSession.objects.create(
        order=order,
        attempt=1,
        session_id=f"cs_{order.pk}",
        idempotency_key=f"session:{order.pk}",
        amount_fen=TOTAL_FEN,
        language="zh-hans",
        url=f"https://checkout.stripe.com/c/pay/cs_{order.pk}",
        status=StripeSession.Status.OPEN,
        created_at=order.placed_at,
        expires_at=order.placed_at + datetime.timedelta(minutes=45),
    )
    paid = {
        "id": f"cs_{order.pk}",
        "object": "checkout.session",
        "amount_total": TOTAL_FEN,
        "currency": "cny",
        "livemode": False,
        "metadata": {"order": str(order.pk), "attempt": "1"},
        "payment_intent": f"pi_{order.pk}",
        "payment_status": "paid",
        "status": "complete",
        "url": None,
    }
    event = {
        "id": f"evt_{order.pk}",
        "object": "event",
        "type": "checkout.session.completed",
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": paid},
    }
    return signed(event, settings.STRIPE_WEBHOOK_SECRET)


def deliver(client: Client, address: str, message: Message) -> None:
    body, signature = message
    answer = client.post(
        address,
        data=body,
        content_type="application/json",
        secure=True,
        headers={"Stripe-Signature": signature, "Host": HOST},
    )
    assert answer.status_code == 200, answer


def timed(work: Sequence[Callable[[], object]]) -> float:
    """Do the first few to warm up, and return how many of the rest were done in a second."""
    for do in work[:WARM_UP]:
        do()
    began = time.monotonic()
    for do in work[WARM_UP:]:
        do()
    return (len(work) - WARM_UP) / (time.monotonic() - began)


def take_round(village: Village, deliver_one: Callable[[Message], None]) -> tuple[float, float]:
    """Place orders, and let Stripe say that they were paid; return both figures."""
    members, listings = village.households(ORDERS_A_ROUND), list(Listing.objects.order_by("pk"))
    fill_baskets(members, listings)
    listing_ids = [each.pk for each in listings]
    orders: list[Order] = []

    def order(member: Member) -> None:
        orders.append(place(village, member, listing_ids))

    placed = timed([partial(order, member) for member in members])
    messages = [message_for(each) for each in orders]
    return placed, timed([partial(deliver_one, each) for each in messages])


def statements(village: Village, deliver_one: Callable[[Message], None]) -> int:
    """Count the statements of one message, marks of transactions left out."""
    (member,) = village.households(1)
    listings = list(Listing.objects.order_by("pk"))
    fill_baskets([member], listings)
    message = message_for(place(village, member, [each.pk for each in listings]))
    with CaptureQueriesContext(connection) as queries:
        deliver_one(message)
    return sum(not query["sql"].startswith(MARKS) for query in queries)


@override_settings(
    STRIPE_SECRET_KEY="sk_test_of_benchmarks",  # noqa: S106  # Of nobody.
    STRIPE_WEBHOOK_SECRET="whsec_of_benchmarks",  # noqa: S106  # Of nobody.
)
def main() -> None:
    village = Village()
    listings = [village.listing(number) for number in range(GOODS)]
    open_accounts(postings.sold(listing.product.sku) for listing in listings)
    deliver_one = partial(deliver, Client(), reverse("orders:stripe"))
    statements(village, deliver_one)  # The first of all looks at the triggers.
    count = statements(village, deliver_one)
    rounds = [take_round(village, deliver_one) for _round in range(ROUNDS)]
    placed, received = (middle(figures) for figures in zip(*rounds, strict=True))
    bar = verdict(holds=received >= RATIO_LEAST * placed)
    table(
        f"Messages of Stripe's, one worker: {connection.display_name}",
        ["", "a second", "of placing", "bar"],
        [["place_order", placed, 1.0, ""], ["message received", received, received / placed, bar]],
    )
    waiting = Order.objects.filter(status=Order.Status.PLACED).count()
    wrong = len(list(wrong_rows()))
    print(
        f"\n{count} statements a message (at most {STATEMENTS_MOST}: "
        f"{verdict(holds=count <= STATEMENTS_MOST)}); {waiting} orders still wait and {wrong} rows "
        f"in the books are wrong ({verdict(holds=not waiting and not wrong)})."
    )


if __name__ == "__main__":
    main()
