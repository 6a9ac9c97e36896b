"""The stand-in for Stripe: what it refuses, what it tells, and how messages travel."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
import stripe as library

from benchmarks.posting.protocol import drawn_by
from demo.management.commands.dev import wants_stand_in
from demo.stripe.desk import Desk, Object
from demo.stripe.memory import Memory
from demo.stripe.messages import Messenger
from demo.stripe.parameters import Refused, read_form
from demo.stripe.server import StandIn
from tests.stripe_stand_in import KEY, SECRET, Stripe, stripe

__all__ = ["stripe"]

LINE = {
    "quantity": "1",
    "price_data": {"currency": "cny", "unit_amount": "900", "product_data": {"name": "小米"}},
}


def wanted(**changes: Any) -> Object:
    return {
        "mode": "payment",
        "line_items": [LINE],
        "success_url": "https://shop.example/paid/",
        "cancel_url": "https://shop.example/",
        "locale": "zh",
        "expires_at": str(int(time.time()) + 3600),
        **changes,
    }


@pytest.fixture
def told() -> list[Object]:
    return []


@pytest.fixture
def desk(told: list[Object]) -> Desk:
    return Desk(told.append, "http://127.0.0.1")


@pytest.fixture
def paid(desk: Desk) -> Object:
    return desk.pay(desk.open_session(wanted())["id"])


# --- What it takes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"colour": "green"}, "colour"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"locale": "ningxia"}, "locale"),
        ({"line_items": "none"}, "line_items"),
        (
            {"line_items": [{"price_data": {"unit_amount": "1"}}]},
            "line_items[0][price_data][currency]",
        ),
        ({"line_items": [LINE | {"weight": "2"}]}, "line_items[0][weight]"),
        ({"adaptive_pricing": {"enabled": "perhaps"}}, "adaptive_pricing[enabled]"),
        ({"metadata": "order"}, "metadata"),
        ({"expires_at": "1"}, "expires_at"),
        ({"line_items": []}, "line_items"),
    ],
)
def test_what_stripe_would_refuse_is_refused(
    changes: Object, param: str, desk: Desk, told: list[Object]
) -> None:
    with pytest.raises(Refused) as refusal:
        desk.open_session(wanted(**changes))

    assert refusal.value.body["error"]["param"] == param
    assert not desk.objects
    assert not told


def test_what_is_worth_too_little_is_refused(desk: Desk) -> None:
    desk.least_settled = 977

    with pytest.raises(Refused) as refusal:
        desk.open_session(wanted())

    assert refusal.value.body["error"]["code"] == "amount_too_small"
    desk.least_settled = 976
    assert desk.open_session(wanted())["status"] == "open"


def test_a_form_is_read_as_stripe_reads_it() -> None:
    form = urlencode(
        {"a": "1", "items[0][name]": "小米", "items[1][name]": "萝卜", "about[order]": "7"}
    )

    assert read_form(form) == {
        "a": "1",
        "items": [{"name": "小米"}, {"name": "萝卜"}],
        "about": {"order": "7"},
    }


def test_a_page_is_paid_once(desk: Desk, paid: Object, told: list[Object]) -> None:
    with pytest.raises(Refused):
        desk.pay(paid["id"])

    assert [each["type"] for each in told] == ["checkout.session.completed"]
    assert told[0]["data"]["object"]["payment_status"] == "paid"


def test_a_page_expires_by_itself(desk: Desk, told: list[Object]) -> None:
    session = desk.objects[desk.open_session(wanted())["id"]]
    session["expires_at"] = int(time.time()) - 1

    assert desk.find(session["id"], "checkout.session")["status"] == "expired"
    assert [each["type"] for each in told] == ["checkout.session.expired"]


def test_a_slow_payment_may_fail(desk: Desk, told: list[Object]) -> None:
    session = desk.pay(desk.open_session(wanted())["id"], slowly=True)

    desk.settle_slow(session["id"], succeeds=False)

    assert session["payment_status"] == "unpaid"
    assert told[-1]["type"] == "checkout.session.async_payment_failed"
    with pytest.raises(Refused):
        desk.settle_slow(session["id"], succeeds=True)


def test_no_more_goes_back_than_came(desk: Desk, paid: Object) -> None:
    intent = paid["payment_intent"]
    desk.create_refund({"payment_intent": intent, "amount": "300"})

    with pytest.raises(Refused):
        desk.create_refund({"payment_intent": intent, "amount": "601"})
    desk.refund_in_dashboard(intent)

    assert [each["amount"] for each in desk.list_of("refund", {})["data"]] == [600, 300]


def test_a_refund_may_take_its_time(desk: Desk, paid: Object, told: list[Object]) -> None:
    desk.refunds_wait = True
    refund = desk.refund_in_dashboard(paid["payment_intent"])
    assert refund["status"] == "pending"

    desk.finish_refund(refund["id"])

    assert desk.find(refund["id"], "refund")["status"] == "succeeded"
    statuses = [each["data"]["object"]["status"] for each in told if "refund." in each["type"]]
    assert statuses == ["pending", "succeeded"]


def test_a_refund_may_come_back(desk: Desk, paid: Object, told: list[Object]) -> None:
    refund = desk.refund_in_dashboard(paid["payment_intent"])

    desk.fail_refund(refund["id"])

    assert desk.find(refund["id"], "refund")["status"] == "failed"
    assert told[-1]["type"] == "refund.failed"
    assert desk.create_refund({"payment_intent": paid["payment_intent"]})["amount"] == 900


def test_every_movement_adds_up(desk: Desk, paid: Object) -> None:
    dear = LINE | {"quantity": "100"}
    desk.pay(desk.open_session(wanted(line_items=[dear]))["id"])
    desk.refund_in_dashboard(paid["payment_intent"], 300)
    dispute = desk.dispute(paid["payment_intent"])
    desk.close_dispute(dispute["id"], won=True)
    before = sum(each["net"] for each in desk.list_of("balance_transaction", {})["data"])

    payout = desk.pay_out()

    assert payout
    assert payout["amount"] == before
    movements = desk.list_of("balance_transaction", {"limit": "100"})["data"]
    assert sum(each["net"] for each in movements) == 0
    assert all(each["net"] == each["amount"] - each["fee"] for each in movements)
    assert desk.pay_out() is None


def test_a_desk_is_remembered(desk: Desk, paid: Object, told: list[Object], tmp_path: Path) -> None:
    memory = Memory(tmp_path / "desk.json")
    memory.keep(desk)
    later = Desk(told.append, "http://127.0.0.1")

    Memory(tmp_path / "desk.json").recall(later)

    assert later.objects == desk.objects
    assert later.refund_in_dashboard(paid["payment_intent"])["amount"] == 900
    assert [each.name for each in tmp_path.iterdir()] == ["desk.json"]


def test_there_may_be_nothing_to_remember(desk: Desk, tmp_path: Path) -> None:
    Memory(tmp_path / "desk.json").recall(desk)

    assert desk.objects == {}


# --- Its doors ------------------------------------------------------------------------


def test_its_library_is_asked_for_a_key(stripe: Stripe) -> None:
    client = library.StripeClient("", base_addresses={"api": stripe.address})

    with pytest.raises(library.AuthenticationError):
        client.v1.refunds.list()


def test_an_address_that_stripe_has_not(stripe: Stripe) -> None:
    client = library.StripeClient(KEY, base_addresses={"api": stripe.address})

    with pytest.raises(library.InvalidRequestError) as refusal:
        client.v1.charges.list()

    assert refusal.value.http_status == 404


def press(address: str, button: str) -> tuple[int, str]:
    """Press a button of a pay page; return the status and where it leads, or what it says."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_told: Any) -> None:
            return None

    request = urllib.request.Request(address, data=urlencode({"do": button}).encode())
    try:
        with urllib.request.build_opener(Stay).open(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get("Location") or answer.read().decode()


@pytest.mark.parametrize(
    ("button", "leads_to", "status"),
    [
        ("pay", "https://shop.example/paid/", "complete"),
        ("pay_slowly", "https://shop.example/paid/", "complete"),
        ("pay_in_vain", "https://shop.example/paid/", "complete"),
        ("leave", "https://shop.example/", "open"),
    ],
)
def test_a_pay_page_leads_back(button: str, leads_to: str, status: str, stripe: Stripe) -> None:
    session = stripe.desk.open_session(wanted())

    assert press(session["url"], button) == (303, leads_to)
    assert stripe.desk.find(session["id"], "checkout.session")["status"] == status


def test_a_payment_that_fails_can_be_tried_again(stripe: Stripe) -> None:
    session = stripe.desk.open_session(wanted())

    status, said = press(session["url"], "fail")

    assert status == 200
    assert "付款没成功" in said
    assert press(session["url"], "pay")[0] == 303
    status, said = press(session["url"], "pay")
    assert status == 409
    assert "已经付过了" in said


def test_a_pay_page_in_english_escapes_what_it_shows(stripe: Stripe) -> None:
    line = LINE | {
        "price_data": {
            "currency": "cny",
            "unit_amount": "1",
            "product_data": {"name": "<script>alert(1)</script>"},
        }
    }
    session = stripe.desk.open_session(wanted(locale="en", line_items=[line]))

    with urllib.request.urlopen(session["url"]) as answer:
        page = answer.read().decode()

    assert "Let the payment fail" in page
    assert "<script>" not in page


def test_its_dashboard_refunds_disputes_and_pays_out(stripe: Stripe) -> None:
    first, second = (
        stripe.desk.pay(stripe.desk.open_session(wanted(client_reference_id=name))["id"])
        for name in ("12/1", "<13>/1")
    )
    for button in (
        f"refund:{first['payment_intent']}",
        f"refund:{first['payment_intent']}",
        f"dispute:{second['payment_intent']}",
    ):
        assert press(f"{stripe.address}/", button) == (303, "/")
    (dispute,) = stripe.desk.all("dispute")
    press(f"{stripe.address}/", f"won:{dispute['id']}")
    press(f"{stripe.address}/", "pay_out")

    with urllib.request.urlopen(f"{stripe.address}/") as answer:
        page = answer.read().decode()

    assert [each["amount"] for each in stripe.desk.all("refund")] == [900]
    assert dispute["status"] == "won"
    assert stripe.desk.balance() <= 0
    assert all(words in page for words in ("12/1", "&lt;13&gt;/1", "¥9.00", "won"))


def test_what_the_stand_in_cannot_do_is_said_and_its_key_is_not_stuck(stripe: Stripe) -> None:
    client = library.StripeClient(KEY, base_addresses={"api": stripe.address})
    by_price: Any = wanted(line_items=[{"price": "price_1", "quantity": "1"}])

    for _time in range(2):
        with pytest.raises(library.InvalidRequestError, match="cannot do this"):
            client.v1.checkout.sessions.create(by_price, {"idempotency_key": "one"})


@pytest.mark.parametrize(
    ("button", "kind", "paid"),
    [
        ("pay_slowly", "checkout.session.async_payment_succeeded", "paid"),
        ("pay_in_vain", "checkout.session.async_payment_failed", "unpaid"),
    ],
)
def test_slow_money_comes_by_itself_or_not(
    button: str, kind: str, paid: str, stripe: Stripe
) -> None:
    session = stripe.desk.open_session(wanted())
    press(session["url"], button)

    stripe.let_time_pass(60)
    assert [each["type"] for each in stripe.messages()] == ["checkout.session.completed"]
    for _second in range(2):
        stripe.let_time_pass(0)

    assert [each["type"] for each in stripe.messages()] == ["checkout.session.completed", kind]
    assert stripe.desk.find(session["id"], "checkout.session")["payment_status"] == paid


# --- Messages -------------------------------------------------------------------------


class Shop:
    """Where messages arrive."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.refuse = 0
        shop = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # So http.server names it.
                body = self.rfile.read(int(self.headers["Content-Length"]))
                library.WebhookSignature.verify_header(
                    body, self.headers["Stripe-Signature"], SECRET, 300
                )
                shop.refuse -= 1
                shop.arrived.append(json.loads(body)["id"])
                self.send_response(500 if shop.refuse >= 0 else 200)
                self.end_headers()

            def log_message(self, *_told: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


@pytest.fixture
def messenger(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Messenger]:
    monkeypatch.setattr("demo.stripe.messages.SECONDS_BETWEEN_TRIES", 0.01)
    messenger = Messenger(shop.address, SECRET)
    messenger.weather.chance = drawn_by("1")
    yield messenger
    messenger.stop()


def send(messenger: Messenger, count: int) -> list[str]:
    ids = [f"evt_{number}" for number in range(count)]
    for name in ids:
        messenger.send({"id": name, "object": "event"})
    messenger.wait()
    return ids


def test_messages_arrive_signed_and_in_order(messenger: Messenger, shop: Shop) -> None:
    ids = send(messenger, 5)

    assert shop.arrived == ids


def test_a_message_that_was_not_taken_comes_again(messenger: Messenger, shop: Shop) -> None:
    shop.refuse = 2

    send(messenger, 1)

    assert shop.arrived == ["evt_0"] * 3


def test_messages_are_lost_doubled_and_shuffled(messenger: Messenger, shop: Shop) -> None:
    weather = messenger.weather
    weather.lost, weather.doubled, weather.shuffled = 0.3, 0.5, 0.5

    ids = send(messenger, 40)

    assert set(shop.arrived) < set(ids)
    assert len(shop.arrived) > len(set(shop.arrived))
    assert shop.arrived != sorted(shop.arrived, key=ids.index)
    assert [each["id"] for each in messenger.kept] == ids


@pytest.mark.parametrize(
    "changes",
    [
        {"STRIPE_SECRET_KEY": "sk_test_ours"},
        {"STRIPE_SECRET_KEY": "sk_live_ours"},
        {"DEBUG": False},
        {"IS_DEMO": False},
    ],
)
def test_it_is_started_only_for_a_demonstration_without_a_key(
    changes: dict[str, Any], settings: Any
) -> None:
    settings.DEBUG, settings.IS_DEMO, settings.STRIPE_SECRET_KEY = True, True, ""
    assert wants_stand_in()

    for name, value in changes.items():
        setattr(settings, name, value)

    assert not wants_stand_in()


def test_it_runs_on_a_port_of_its_own() -> None:
    first, second = (StandIn(secret=SECRET) for _ in range(2))
    for each in (first, second):
        each.start()

    assert first.address != second.address
    for each in (first, second):
        each.stop()
