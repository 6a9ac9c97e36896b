"""Paying online: to Stripe's page, back from it, and what Stripe tells us."""

from __future__ import annotations

import datetime
from contextlib import suppress
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from ledger.clock import database_now
from market.orders import stripe
from market.orders.actions.check_session import check_session
from market.orders.actions.receive_event import receive_event
from market.orders.actions.start_payment import start_payment
from market.orders.models import Order, StripeSession
from market.orders.queries import orders_of, waiting_session
from market.orders.refusals import NotToBePaid, PaymentOnItsWay, PaymentPageAway
from people.http import MemberRequest

ASK_AGAIN_AFTER = datetime.timedelta(seconds=5)


def to_stripe(request: HttpRequest, order: Order) -> HttpResponse:
    """Send somebody who pays to Stripe's page, or say on the order's why not."""
    try:
        session = start_payment(
            order=order, language=get_language() or "", started_at=database_now()
        )
    except PaymentPageAway:
        messages.error(
            request,
            _("The page to pay on does not open just now. Nothing was charged; try again soon."),
        )
    except PaymentOnItsWay:
        return redirect("orders:paid", order.pk)
    except NotToBePaid:
        # The page says what the order is now.
        return redirect(order)
    else:
        return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": session.url})
    return redirect(order)


@login_required
@require_POST
def pay(request: MemberRequest, number: int) -> HttpResponse:
    """Open the page on which an order is paid."""
    return to_stripe(request, _mine(request, number))


@login_required
@never_cache
@require_GET
def paid(request: MemberRequest, number: int) -> HttpResponse:
    """Receive whoever comes back from Stripe's page, and wait with them for the money.

    Stripe is asked, since its message may come later or never; both end in the same action.
    """
    order = _mine(request, number)
    session = waiting_session(order)
    if session and session.session_id and _is_time_to_ask(request, session):
        # Where Stripe does not answer, its message or the sweep will tell.
        with suppress(stripe.StripeAway, stripe.StripeRefused):
            check_session(session=session, checked_at=database_now())
            session = waiting_session(order)
            if session and session.url:
                # Nobody has paid on it.
                return redirect(order)
    if session:
        return render(request, "orders/paid.html", {"order": order})
    return redirect(order)


def _is_time_to_ask(request: MemberRequest, session: StripeSession) -> bool:
    """A page that looks by itself every two seconds does not ask Stripe every time."""
    if not request.headers.get("HX-Request") or session.checked_at is None:
        return True
    return database_now() - session.checked_at >= ASK_AGAIN_AFTER


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a message of Stripe's. Anything but 200 makes Stripe send it again."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        event = stripe.read_event(request.body, signature)
    except stripe.Forged:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    receive_event(event=event, received_at=database_now())
    return HttpResponse()


def _mine(request: MemberRequest, number: int) -> Order:
    return get_object_or_404(orders_of(request.user), pk=number)
