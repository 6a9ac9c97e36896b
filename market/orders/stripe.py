"""The one door to Stripe: plain values go in and come out, nobody else imports its library.

Nothing here touches the database. A call may take `STRIPE_TIMEOUT` seconds, so none is made
inside a transaction. Whoever calls again after `StripeAway` does so with the same key, and
Stripe gives the first answer.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from market.orders.stripe_answers import (
    READERS,
    Answer,
    Dispute,
    Event,
    Movement,
    Payout,
    Session,
    SessionWanted,
    StripeRefund,
    dispute_of,
    moment_of,
    movement_of,
    payout_of,
    refund_of,
    session_of,
)

if TYPE_CHECKING:
    import stripe

CNY = "cny"
TOLERANCE_SECONDS = 300
"""How old a message may be, as Stripe advises (docs.stripe.com/webhooks)."""
LEAST_OPEN_MINUTES = 30
"""A session cannot expire sooner (docs.stripe.com/api/checkout/sessions/create)."""
LEAST_FEN = 400
"""What is worth less than 4 Hong Kong dollars is refused where Stripe settles in them
(docs.stripe.com/currencies#minimum-and-maximum-charge-amounts)."""
LANGUAGES = {"zh-hans": "zh", "en": "en"}
PAGE = 100
UNDECIDED = {401, 403, 409}
"""A key that is wrong, or may too little, and a call under the same key that still goes on."""
SERVER_ERROR = 500
REPLAYED = "idempotent-replayed"
SPENT_KEY = "spent_key"


class StripeAway(Exception):
    """Stripe did not answer or could not just now, or our API key is wrong.

    Nothing is decided: try again later with the same key.
    """


class StripeRefused(Exception):
    """Stripe understood and refuses; asking again the same way will not help.

    Args:
        code: Stripe's word for it, such as "charge_already_refunded"; `SPENT_KEY` if it failed
            under this key before and says so again. Whether it was done, only looking tells.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Forged(Exception):
    """A message that Stripe did not sign, or not lately."""


# --- Paying ---------------------------------------------------------------------------


def is_offered() -> bool:
    """Tell whether a key is configured: without one nobody can pay online."""
    return bool(settings.STRIPE_SECRET_KEY)


def is_live() -> bool:
    """Tell whether the key moves real money."""
    return str(settings.STRIPE_SECRET_KEY).startswith(("sk_live_", "rk_live_"))


def open_session(wanted: SessionWanted) -> Session:
    """Ask for a page to pay on; under the same key this function will return the same page.

    Which ways of paying it shows (card, Alipay, WeChat Pay …) is set in Stripe's dashboard.

    Raises:
        StripeAway, StripeRefused: as everywhere here.
    """
    about = {"order": str(wanted.order_number), "attempt": str(wanted.attempt)}
    params: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": f"{wanted.order_number}/{wanted.attempt}",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CNY,
                    "unit_amount": item.amount_fen,
                    "product_data": {"name": item.name},
                },
            }
            for item in wanted.items
        ],
        "expires_at": int(wanted.expires_at.timestamp()),
        "success_url": wanted.success_url,
        "cancel_url": wanted.cancel_url,
        "locale": LANGUAGES.get(wanted.language, "auto"),
        # Settled in yuan: nobody is shown a price in a currency of their own.
        "adaptive_pricing": {"enabled": False},
        "metadata": about,
        "payment_intent_data": {"metadata": about},
    }
    return session_of(
        _ask(
            lambda client: client.v1.checkout.sessions.create(
                params,  # type: ignore[arg-type]  # A dictionary of what it takes.
                {"idempotency_key": wanted.idempotency_key},
            )
        )
    )


def read_session(session_id: str) -> Session:
    """Ask how far a page has come."""
    return session_of(_ask(lambda client: client.v1.checkout.sessions.retrieve(session_id)))


def expire_session(session_id: str) -> Session:
    """Close a page, so that it cannot be paid on any more; return it as it then is.

    Raises:
        StripeRefused: it is complete or was closed before.
    """
    return session_of(_ask(lambda client: client.v1.checkout.sessions.expire(session_id)))


def sessions_since(moment: datetime.datetime) -> Iterator[Session]:
    """Yield the pages opened since then, the latest first."""
    yield from map(
        session_of,
        _all(
            lambda client: client.v1.checkout.sessions.list(
                {"created": {"gte": int(moment.timestamp())}, "limit": PAGE}
            )
        ),
    )


# --- Giving back ----------------------------------------------------------------------


def refund(*, payment_intent: str, amount_fen: int, idempotency_key: str) -> StripeRefund:
    """Give back part or all of a payment; under the same key this function will do it once.

    Raises:
        StripeRefused: there is not so much left of the payment ("charge_already_refunded").
    """
    return refund_of(
        _ask(
            lambda client: client.v1.refunds.create(
                {
                    "payment_intent": payment_intent,
                    "amount": amount_fen,
                    "metadata": {"key": idempotency_key},
                },
                {"idempotency_key": idempotency_key},
            )
        )
    )


def read_refund(refund_id: str) -> StripeRefund:
    """Ask how far a refund has come."""
    return refund_of(_ask(lambda client: client.v1.refunds.retrieve(refund_id)))


def refunds_of(payment_intent: str) -> Iterator[StripeRefund]:
    """Yield what was given back of a payment, from here or in the dashboard."""
    yield from map(
        refund_of,
        _all(
            lambda client: client.v1.refunds.list({"payment_intent": payment_intent, "limit": PAGE})
        ),
    )


def refunds_since(moment: datetime.datetime) -> Iterator[StripeRefund]:
    """Yield what was given back since then, the latest first."""
    yield from map(
        refund_of,
        _all(
            lambda client: client.v1.refunds.list(
                {"created": {"gte": int(moment.timestamp())}, "limit": PAGE}
            )
        ),
    )


def disputes_since(moment: datetime.datetime) -> Iterator[Dispute]:
    """Yield the disputes begun since then, the latest first."""
    yield from map(
        dispute_of,
        _all(
            lambda client: client.v1.disputes.list(
                {"created": {"gte": int(moment.timestamp())}, "limit": PAGE}
            )
        ),
    )


# --- What it came to ------------------------------------------------------------------


def movements_since(moment: datetime.datetime) -> Iterator[Movement]:
    """Yield the balance transactions made since then, the latest first."""
    yield from map(
        movement_of,
        _all(
            lambda client: client.v1.balance_transactions.list(
                {"created": {"gte": int(moment.timestamp())}, "limit": PAGE}
            )
        ),
    )


def payouts_since(moment: datetime.datetime) -> Iterator[Payout]:
    """Yield the payouts begun since then, the latest first."""
    yield from map(
        payout_of,
        _all(
            lambda client: client.v1.payouts.list(
                {"created": {"gte": int(moment.timestamp())}, "limit": PAGE}
            )
        ),
    )


# --- Messages -------------------------------------------------------------------------


def read_event(body: bytes, signature: str) -> Event:
    """Read a message, as its bytes came.

    Raises:
        Forged: the signature is missing, wrong, or too old.
    """
    library = _library()
    try:
        told = _client().construct_event(
            body, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE_SECONDS
        )
    except (library.SignatureVerificationError, ValueError, UnicodeDecodeError) as error:
        raise Forged from error
    about = told.data.object.to_dict()
    read = READERS.get(about.get("object", ""))
    return Event(
        id=told.id,
        kind=told.type,
        created_at=moment_of(told.created),
        live=told.livemode,
        about=read(about) if read else None,
    )


# --- The library ----------------------------------------------------------------------


def _library() -> Any:
    """Import Stripe's library where it is first used: it takes half a second."""
    import stripe  # noqa: PLC0415  # As its docstring says.

    return stripe


def _client() -> stripe.StripeClient:
    return _client_for(
        settings.STRIPE_SECRET_KEY, settings.STRIPE_BASE_ADDRESS, settings.STRIPE_TIMEOUT
    )


@cache
def _client_for(key: str, base_address: str, timeout: float) -> stripe.StripeClient:
    library = _library()
    return library.StripeClient(  # type: ignore[no-any-return]  # Imported late.
        key,
        base_addresses={"api": base_address} if base_address else None,
        # Whoever calls decides when to try again.
        max_network_retries=0,
        http_client=library.RequestsClient(timeout=timeout),
    )


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Say of the library's many errors which of the two it is.

    Stripe keeps even an error of its own under the key of a call, and says it again for a day
    (docs.stripe.com/api/idempotent_requests): who hears it a second time needs another key.
    """
    library = _library()
    try:
        yield
    except (library.APIConnectionError, library.RateLimitError) as error:
        raise StripeAway(str(error)) from error
    except library.StripeError as error:
        status = error.http_status or 0
        if status >= SERVER_ERROR and _is_replayed(error):
            raise StripeRefused(str(error), code=SPENT_KEY) from error
        if status >= SERVER_ERROR or status in UNDECIDED:
            raise StripeAway(str(error)) from error
        raise StripeRefused(str(error), code=error.code or "") from error


def _is_replayed(error: stripe.StripeError) -> bool:
    return any(name.lower() == REPLAYED for name in error.headers or {})


def _ask(call: Callable[[stripe.StripeClient], Any]) -> Answer:
    client = _client()
    with _told_plainly():
        answer: Answer = call(client).to_dict()
    return answer


def _all(call: Callable[[stripe.StripeClient], Any]) -> Iterator[Answer]:
    """Yield from every page of a list."""
    client = _client()
    with _told_plainly():
        for each in call(client).auto_paging_iter():
            yield each.to_dict()
