"""What people do with orders that are paid online, all at the same time, drawn from a seed."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from demo.stripe.parameters import Refused
from ledger.clock import database_now
from ledger.models import Account
from market.orders import stripe as door
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.check_session import check_session
from market.orders.actions.expire_order import expire_order
from market.orders.actions.reconcile_payments import Reconciled, reconcile_payments
from market.orders.actions.record_payment import record_payment
from market.orders.actions.send_refund import send_refund
from market.orders.actions.settle_owed import settle_owed
from market.orders.actions.start_payment import start_payment
from market.orders.models import Order, PaymentProblem, StripeSession, Tender
from market.orders.queries import refunds_to_send, sessions_to_check, unpaid_orders
from market.orders.refusals import (
    NotToBePaid,
    OrderClosed,
    PaymentOnItsWay,
    PaymentPageAway,
    SoldOut,
)
from market.postings import fund
from market.produce.models import Listing
from tests.soak.village import Village
from tests.soak.weather import Weather
from tests.stories import hand_out, order
from tests.stripe_stand_in import Stripe

AT_ONCE = 12
LATER = datetime.timedelta(minutes=50)
REFUSALS = (NotToBePaid, OrderClosed, PaymentOnItsWay, PaymentPageAway)


class Story:
    """So many orders from the first press to the last fen."""

    def __init__(self, village: Village, stripe: Stripe, random: Random) -> None:
        self.village, self.stripe, self.random = village, stripe, random
        self.weather = Weather(stripe, random)
        self.outcomes: Counter[str] = Counter()

    def tell(self, orders: int) -> None:
        """Let people order and pay, and the clock do its work; then let the dust settle."""
        begun, going = 0, list[Iterator[None]]()
        with self.weather.counted():
            while begun < orders or going:
                while begun < orders and len(going) < AT_ONCE:
                    going.append(self._one_order())
                    begun += 1
                    if begun % 100 == 0:
                        self._every_now_and_then()
                step = self.random.choice(going)
                if next(step, "over") == "over":
                    going.remove(step)
                self.weather.carry()
            self._settle()

    # --- One order --------------------------------------------------------------------

    def _one_order(self) -> Iterator[None]:
        """One order's life; between two steps anything may happen to others."""
        member = self.random.choice(self.village.members)
        try:
            placed = order(member, self._picked(), tender=Tender.STRIPE)
        except SoldOut:
            self.outcomes["sold out"] += 1
            return
        yield
        for _press in range(self.random.randint(1, 3)):
            self._press_pay(placed)
            yield
        if self._happens(0.06):
            yield from self._second_page(placed)
        if self._happens(0.1):
            expire_order(order=placed, expired_at=database_now() + LATER)
            yield
        yield from self._at_stripe(placed)
        if self._happens(0.6):
            self._look(placed)
            yield
        yield from self._afterwards(placed)

    def _picked(self) -> dict[Listing, int]:
        quantities = {self.village.by_weight: 500 * self.random.randint(1, 8)}
        if self._happens(0.6):
            quantities[self.village.by_piece] = self.random.randint(1, 3)
        if self._happens(0.15):
            quantities[self.village.scarce] = 1
        return quantities

    def _press_pay(self, placed: Order) -> None:
        self.weather.do(
            _unless_refused(
                lambda: start_payment(order=placed, language="zh-hans", started_at=database_now())
            )
        )

    def _second_page(self, placed: Order) -> Iterator[None]:
        """We believe that the first page is closed, wrongly, so there are two to pay on."""
        session = placed.sessions.filter(status="open").first()
        if session:
            told = replace(door.read_session(session.session_id), status="expired")
            record_payment(told=told, recorded_at=database_now())
            yield
            self._press_pay(placed)
            yield

    def _at_stripe(self, placed: Order) -> Iterator[None]:
        """Pay on every page that there is: at once, slowly, in vain, or not at all."""
        for session_id in self._pages(placed):
            way = self.random.choices(["pay", "slowly", "in vain", "leave"], [70, 10, 5, 15])[0]
            if way == "leave":
                continue
            try:
                self.stripe.desk.pay(session_id, slowly=way != "pay")
                yield
                if way != "pay":
                    self.stripe.desk.settle_slow(session_id, succeeds=way == "slowly")
                    yield
            except Refused:
                self.outcomes["page was closed"] += 1

    def _pages(self, placed: Order) -> list[str]:
        return [
            each["id"]
            for each in list(self.stripe.desk.objects.values())
            if each["object"] == "checkout.session"
            and each["metadata"].get("order") == str(placed.pk)
            and each["status"] == "open"
        ]

    def _look(self, placed: Order) -> None:
        """The browser comes back, and Stripe is asked."""
        for session in StripeSession.objects.filter(order=placed):
            self.weather.do(
                lambda session=session: check_session(  # type: ignore[misc]  # Bound early.
                    session=session, checked_at=database_now()
                )
            )

    def _afterwards(self, placed: Order) -> Iterator[None]:
        what = self.random.choices(
            ["cancel", "hand out", "weigh less", "dashboard", "leave"], [25, 25, 20, 8, 22]
        )[0]
        now = Order.objects.get(pk=placed.pk)
        if what == "cancel":
            _unless_refused(
                lambda: cancel_order(
                    order=placed, cancelled_by=placed.placed_by, cancelled_at=database_now()
                )
            )()
        elif what == "dashboard":
            self._in_dashboard(now)
        elif now.status == Order.Status.READY and what != "leave":
            self._hand_out(now, less=what == "weigh less")
            yield
            if self._happens(0.1):
                yield from self._dispute(now)
        yield

    def _hand_out(self, placed: Order, *, less: bool) -> None:
        line = placed.lines.get(listing=self.village.by_weight)
        weighed = self.random.randint(line.quantity // 2, line.quantity) if less else line.quantity
        hand_out(
            placed,
            by=self.village.worker,
            weighed={self.village.by_weight: weighed},
        )

    def _in_dashboard(self, placed: Order) -> None:
        payment = placed.payments.filter(tender=Tender.STRIPE).first()
        if not payment:
            return
        amount = None if self._happens(0.5) else self.random.randint(1, payment.amount_fen)
        try:
            self.stripe.desk.refund_in_dashboard(payment.payment_intent, amount)
        except Refused:
            self.outcomes["was given back"] += 1

    def _dispute(self, placed: Order) -> Iterator[None]:
        payment = placed.payments.filter(tender=Tender.STRIPE, refunds=None).first()
        if payment:
            dispute = self.stripe.desk.dispute(payment.payment_intent)
            yield
            if self._happens(0.7):
                self.stripe.desk.close_dispute(dispute["id"], won=self._happens(0.5))
                yield

    def _happens(self, share: float) -> bool:
        return self.random.random() < share

    # --- The clock --------------------------------------------------------------------

    def _every_now_and_then(self) -> None:
        """What the clock does, in whatever weather, and Stripe's payouts."""
        self._sweep(database_now())
        self.weather.do(lambda: reconcile_payments(now=database_now()))
        if self._happens(0.3):
            self.stripe.desk.pay_out()

    def _sweep(self, now: datetime.datetime) -> None:
        for session in list(sessions_to_check(now)):
            self.weather.do(
                lambda session=session: check_session(  # type: ignore[misc]  # Bound early.
                    session=session, checked_at=now
                )
            )
        for refund in list(refunds_to_send(now)):
            self.weather.do(
                lambda refund=refund: send_refund(  # type: ignore[misc]  # Bound early.
                    refund=refund, now=now
                )
            )

    def _settle(self) -> None:
        """The weather clears; an hour passes; staff do what the page of problems says."""
        self.weather.is_foul = False
        later = database_now() + LATER
        for unpaid in list(unpaid_orders(later)):
            expire_order(order=unpaid, expired_at=later)
        self._sweep(later)
        self.weather.carry()
        reconcile_payments(now=later)
        for problem in PaymentProblem.objects.filter(kind="order_owes", gone_at=None):
            assert problem.order
            settle_owed(
                order=problem.order,
                fen=Account.objects.get(code=f"owed/order/{problem.order.pk}").balance,
                paid_by=fund("general"),
                key=f"soak:{problem.order.pk}",
                settled_at=later,
            )
        reconcile_payments(now=later)

    def reconciled(self) -> Reconciled:
        """Reconcile once more: there must be nothing to do."""
        return reconcile_payments(now=database_now() + LATER)


def _unless_refused(work: Callable[[], object]) -> Callable[[], None]:
    """What a page would say in plain words is no failure here."""

    def does() -> None:
        try:
            work()
        except REFUSALS:
            return

    return does
