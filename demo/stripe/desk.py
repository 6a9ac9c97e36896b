"""What Stripe would keep: sessions, payments, refunds, disputes, movements, payouts, messages.

Everything in one process, under one lock. Times and amounts are as Stripe
tells them: seconds, and minor units of a currency.
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from threading import RLock
from typing import Any

from stripe.params._balance_transaction_list_params import BalanceTransactionListParams
from stripe.params._dispute_list_params import DisputeListParams
from stripe.params._payout_list_params import PayoutListParams
from stripe.params._refund_create_params import RefundCreateParams
from stripe.params._refund_list_params import RefundListParams
from stripe.params.checkout._session_create_params import SessionCreateParams
from stripe.params.checkout._session_list_params import SessionListParams

from demo.stripe.parameters import Refused, check

HALF_AN_HOUR, A_DAY = 30 * 60, 24 * 3600
SETTLES_IN = "hkd"
RATE = Decimal("1.0843")
"""What a yuan comes to."""
FEE_OF_A_THOUSAND, FIXED_FEE = 34, 235
"""3.4 % and 2.35 Hong Kong dollars, as Stripe's price list in Hong Kong says of cards."""
DISPUTE_FEE = 8500

type Object = dict[str, Any]
LISTS = {
    "checkout.session": SessionListParams,
    "refund": RefundListParams,
    "dispute": DisputeListParams,
    "balance_transaction": BalanceTransactionListParams,
    "payout": PayoutListParams,
}


class Desk:
    """One account at Stripe.

    Args:
        send: what is done with a message that Stripe would send.
        address: where its pay pages are, such as "http://127.0.0.1:12111".
    """

    def __init__(self, send: Callable[[Object], None], address: str) -> None:
        self.objects: dict[str, Object] = {}
        self.lock = RLock()
        self.address = address
        # Alipay and WeChat Pay take their time to give money back; cards do not.
        self.refunds_wait = False
        self.least_settled = 0
        self._send = send
        self._numbers = itertools.count(1)
        # Ids of another run must not come again: the site remembers them.
        self._run = secrets.token_hex(4)

    # --- What a shop asks for ---------------------------------------------------------

    def open_session(self, given: Object) -> Object:
        """Open a page to pay on."""
        check(given, SessionCreateParams)
        now, items = int(time.time()), given.get("line_items") or []
        expires_at = int(given.get("expires_at", now + A_DAY))
        if not now + HALF_AN_HOUR <= expires_at <= now + A_DAY:
            raise Refused(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from "
                "Checkout Session creation.",
                param="expires_at",
            )
        if given.get("mode") != "payment" or not items or "success_url" not in given:
            raise Refused("mode, line_items and success_url are needed.", param="line_items")
        prices = [(each["price_data"], int(each.get("quantity", 1))) for each in items]
        total = sum(int(price["unit_amount"]) * quantity for price, quantity in prices)
        if total < 1 or _settled(total) < self.least_settled:
            raise Refused("The total is worth too little.", code="amount_too_small")
        session = self._keep(
            "cs_test",
            {
                "object": "checkout.session",
                "amount_total": total,
                "cancel_url": given.get("cancel_url"),
                "client_reference_id": given.get("client_reference_id"),
                "currency": prices[0][0]["currency"],
                "expires_at": expires_at,
                "locale": given.get("locale", "auto"),
                "metadata": given.get("metadata", {}),
                "mode": "payment",
                "payment_intent": None,
                "payment_status": "unpaid",
                "status": "open",
                "success_url": given["success_url"],
            },
        )
        session["url"] = f"{self.address}/pay/{session['id']}"
        session["items"] = [price["product_data"]["name"] for price, _quantity in prices]
        session["intent_metadata"] = given.get("payment_intent_data", {}).get("metadata", {})
        return told(session)

    def expire_session(self, session_id: str) -> Object:
        """Close a page that nobody has paid on."""
        session = self.find(session_id, "checkout.session")
        if session["status"] != "open":
            raise Refused(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
                f"Session has a status of {session['status']}.",
            )
        self._close(session)
        return told(session)

    def create_refund(self, given: Object, *, in_dashboard: bool = False) -> Object:
        """Give back what is left of a payment, or less."""
        check(given, RefundCreateParams)
        intent = self.find(given.get("payment_intent", ""), "payment_intent")
        amount = int(given.get("amount", intent["amount_received"] - intent["refunded"]))
        if intent["amount_received"] and intent["refunded"] == intent["amount_received"]:
            raise Refused(
                f"Charge {intent['latest_charge']} has already been refunded.",
                code="charge_already_refunded",
            )
        if not 0 < amount <= intent["amount_received"] - intent["refunded"]:
            raise Refused(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge.",
                param="amount",
            )
        intent["refunded"] += amount
        refund = self._keep(
            "re",
            {
                "object": "refund",
                "amount": amount,
                "currency": intent["currency"],
                "metadata": {} if in_dashboard else given.get("metadata", {}),
                "payment_intent": intent["id"],
                "charge": intent["latest_charge"],
                "reason": given.get("reason"),
                "status": "pending" if self.refunds_wait else "succeeded",
            },
        )
        self._move("refund", refund["id"], -amount, fee=0)
        self._tell("refund.created", refund)
        self._tell("charge.refunded", self.objects[intent["latest_charge"]])
        return told(refund)

    def find(self, name: str, kind: str) -> Object:
        """Return an object as it is kept."""
        self.let_time_pass()
        found = self.objects.get(name)
        if not found or found["object"] != kind:
            raise Refused(
                f"No such {kind}: '{name}'", status=404, code="resource_missing", param="id"
            )
        return found

    def list_of(self, kind: str, given: Object) -> Object:
        """Return a page of a list, the latest first."""
        check(given, LISTS[kind])
        self.let_time_pass()
        found = [
            each
            for each in reversed(self.objects.values())
            if each["object"] == kind and _is_asked_for(each, given)
        ]
        if after := given.get("starting_after"):
            ids = [each["id"] for each in found]
            found = found[ids.index(after) + 1 :]
        limit = int(given.get("limit", 10))
        shown = [told(each) for each in found[:limit]]
        return {"object": "list", "data": shown, "has_more": len(found) > limit}

    # --- What a customer does ---------------------------------------------------------

    def pay(self, session_id: str, *, slowly: bool = False) -> Object:
        """Pay on a page: at once, or so that the money comes later."""
        session = self.find(session_id, "checkout.session")
        if session["status"] != "open":
            raise Refused("This Checkout Session cannot be paid any more.")
        intent = self._keep(
            "pi",
            {
                "object": "payment_intent",
                "amount": session["amount_total"],
                "amount_received": 0,
                "currency": session["currency"],
                "latest_charge": None,
                "metadata": session["intent_metadata"],
                "refunded": 0,
                "status": "processing",
            },
        )
        session |= {"status": "complete", "payment_intent": intent["id"], "url": None}
        if not slowly:
            self._take_money(session, intent)
        self._tell("checkout.session.completed", session)
        return session

    def settle_slow(self, session_id: str, *, succeeds: bool) -> Object:
        """Let the money of a slow payment come, or not."""
        session = self.find(session_id, "checkout.session")
        intent = self.objects[session["payment_intent"]]
        if session["payment_status"] == "paid" or intent["status"] != "processing":
            raise Refused("This payment is settled.")
        if succeeds:
            self._take_money(session, intent)
            self._tell("checkout.session.async_payment_succeeded", session)
        else:
            intent["status"] = "requires_payment_method"
            self._tell("checkout.session.async_payment_failed", session)
        return session

    def waiting_for_money(self, until: float) -> list[Object]:
        """Return the pages on which somebody has paid slowly by then."""
        return [
            session
            for session in self.all("checkout.session")
            if session["status"] == "complete"
            and session["payment_status"] == "unpaid"
            and self.objects[session["payment_intent"]]["status"] == "processing"
            and self.objects[session["payment_intent"]]["created"] <= until
        ]

    # --- What happens in the dashboard, at a bank, and by itself ----------------------

    def refund_in_dashboard(self, payment_intent: str, amount: int | None = None) -> Object:
        """Give money back without the shop knowing."""
        given: Object = {"payment_intent": payment_intent}
        if amount is not None:
            given["amount"] = str(amount)
        return self.create_refund(given, in_dashboard=True)

    def finish_refund(self, refund_id: str) -> Object:
        """Let a refund that waits arrive."""
        refund = self.find(refund_id, "refund")
        refund["status"] = "succeeded"
        self._tell("refund.updated", refund)
        return told(refund)

    def fail_refund(self, refund_id: str) -> Object:
        """Let a refund come back, as one to a closed card does."""
        refund = self.find(refund_id, "refund")
        refund["status"] = "failed"
        self.objects[refund["payment_intent"]]["refunded"] -= refund["amount"]
        self._move("refund_failure", refund["id"], refund["amount"], fee=0)
        self._tell("refund.failed", refund)
        return told(refund)

    def dispute(self, payment_intent: str) -> Object:
        """Let the customer's bank take the money back."""
        intent = self.find(payment_intent, "payment_intent")
        dispute = self._keep(
            "du",
            {
                "object": "dispute",
                "amount": intent["amount_received"],
                "currency": intent["currency"],
                "charge": intent["latest_charge"],
                "payment_intent": intent["id"],
                "status": "needs_response",
            },
        )
        self._move("adjustment", dispute["id"], -dispute["amount"], fee=DISPUTE_FEE)
        self._tell("charge.dispute.created", dispute)
        return told(dispute)

    def close_dispute(self, dispute_id: str, *, won: bool) -> Object:
        """Let the bank decide."""
        dispute = self.find(dispute_id, "dispute")
        dispute["status"] = "won" if won else "lost"
        if won:
            self._move("adjustment", dispute["id"], dispute["amount"], fee=0)
        self._tell("charge.dispute.closed", dispute)
        return told(dispute)

    def balance(self) -> int:
        """Return what could be paid out."""
        moves = self.all("balance_transaction")
        return sum(each["net"] for each in moves if not each["paid_out"])

    def pay_out(self) -> Object | None:
        """Send what there is to the bank."""
        balance = self.balance()
        if balance <= 0:
            return None
        for each in self.all("balance_transaction"):
            each["paid_out"] = True
        payout = self._keep(
            "po",
            {
                "object": "payout",
                "amount": balance,
                "arrival_date": int(time.time()) // A_DAY * A_DAY,
                "balance_transaction": None,
                "currency": SETTLES_IN,
                "status": "paid",
            },
        )
        payout["balance_transaction"] = self._move_settled("payout", payout["id"], -balance)["id"]
        self._tell("payout.paid", payout)
        return told(payout)

    # --- Inside -----------------------------------------------------------------------

    def _take_money(self, session: Object, intent: Object) -> None:
        charge = self._keep(
            "ch",
            {
                "object": "charge",
                "amount": intent["amount"],
                "currency": intent["currency"],
                "payment_intent": intent["id"],
                "status": "succeeded",
            },
        )
        intent |= {
            "amount_received": intent["amount"],
            "latest_charge": charge["id"],
            "status": "succeeded",
        }
        session["payment_status"] = "paid"
        settled = _settled(intent["amount"])
        fee = _rounded(Decimal(settled * FEE_OF_A_THOUSAND) / 1000) + FIXED_FEE
        self._move("charge", charge["id"], intent["amount"], fee=fee)

    def _move(self, kind: str, source: str, amount_fen: int, *, fee: int) -> Object:
        moved = self._move_settled(kind, source, _settled(amount_fen), fee=fee)
        moved["exchange_rate"] = float(RATE)
        return moved

    def _move_settled(self, kind: str, source: str, amount: int, *, fee: int = 0) -> Object:
        return self._keep(
            "txn",
            {
                "object": "balance_transaction",
                "amount": amount,
                "currency": SETTLES_IN,
                "exchange_rate": None,
                "fee": fee,
                "net": amount - fee,
                "paid_out": kind == "payout",
                "source": source,
                "type": kind,
            },
        )

    def _keep(self, prefix: str, kept: Object) -> Object:
        name = f"{prefix}_{self._run}{next(self._numbers):06d}"
        kept = {"id": name, "created": int(time.time()), "livemode": False} | kept
        self.objects[name] = kept
        return kept

    def _tell(self, kind: str, about: Object) -> None:
        event = self._keep("evt", {"object": "event", "type": kind, "data": {}})
        event["data"] = {"object": told(about)}
        self._send(event)

    def all(self, kind: str) -> Iterator[Object]:
        return (each for each in self.objects.values() if each["object"] == kind)

    def let_time_pass(self) -> None:
        """Close the pages whose time is over."""
        now = time.time()
        for session in list(self.all("checkout.session")):
            if session["status"] == "open" and session["expires_at"] <= now:
                self._close(session)

    def _close(self, session: Object) -> None:
        session["status"], session["url"] = "expired", None
        self._tell("checkout.session.expired", session)


INSIDE = {"items", "intent_metadata", "refunded", "paid_out", "in_vain"}
"""What the desk remembers and Stripe does not tell."""


def told(kept: Object) -> Object:
    """Return an object as Stripe tells it, as it is now."""
    return {name: value for name, value in kept.items() if name not in INSIDE}


def _is_asked_for(kept: Object, given: Object) -> bool:
    since = int((given.get("created") or {}).get("gte", 0))
    intent = given.get("payment_intent")
    return kept["created"] >= since and intent in {None, kept.get("payment_intent")}


def _settled(amount_fen: int) -> int:
    return _rounded(amount_fen * RATE)


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
