"""The doors of the stand-in: Stripe's API under /v1/, pay pages under /pay/, a dashboard at /."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, override
from urllib.parse import parse_qsl, urlsplit

from demo.stripe.dashboard import dashboard, press
from demo.stripe.desk import Desk, told
from demo.stripe.messages import Messenger
from demo.stripe.pages import pay_page
from demo.stripe.parameters import Refused, read_form

FOUND, SEE_OTHER, CONFLICT, SERVER_ERROR = 200, 303, 409, 500
KINDS = {
    "checkout/sessions": "checkout.session",
    "refunds": "refund",
    "disputes": "dispute",
    "balance_transactions": "balance_transaction",
    "payouts": "payout",
}


@dataclass
class Fault:
    """What goes wrong with the next calls of the API.

    Args:
        status: answered instead of doing anything; 0 for none.
        seconds: to wait before doing anything.
        answer_lost: do it, and break the line instead of answering.
        kept: answer with the same status whenever the same key comes again.
        calls: so many, then all is well again.
    """

    status: int = 0
    seconds: float = 0
    answer_lost: bool = False
    kept: bool = False
    calls: int = 1


@dataclass
class Answered:
    """The first answer under an idempotency key, or none while it is being worked out."""

    asked: tuple[str, str]
    answer: tuple[int, Any] | None = None


@dataclass
class Calls:
    """What was asked, under which keys, and what is to go wrong."""

    by_key: dict[str, Answered] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def has_answered(self, key: str) -> bool:
        with self.lock:
            return key in self.by_key and self.by_key[key].answer is not None

    def next_fault(self) -> Fault:
        with self.lock:
            if not self.faults:
                return Fault()
            fault = self.faults[0]
            fault.calls -= 1
            if not fault.calls:
                self.faults.pop(0)
            return fault


class StandIn:
    """The server, in threads of this process. Port 0 takes one that is free."""

    def __init__(self, *, port: int = 0, webhook: str = "", secret: str) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _doors(self))
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.messenger = Messenger(webhook, secret)
        self.desk = Desk(self.messenger.send, self.address)
        self.calls = Calls()
        self._thread = Thread(target=self.server.serve_forever, args=[0.05], daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.messenger.stop()

    def let_time_pass(self, slow_seconds: float) -> None:
        """Close pages whose time is over, and let slow money come, or not, after so long."""
        until = time.time() - slow_seconds
        with self.desk.lock:
            self.desk.let_time_pass()
            for session in self.desk.waiting_for_money(until):
                self.desk.settle_slow(session["id"], succeeds=not session.get("in_vain"))

    def fail(self, **fault: Any) -> None:
        """Let the next call, or several, go wrong; see `Fault`."""
        self.calls.faults.append(Fault(**fault))


def _doors(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Doors(_Doors):
        pass

    Doors.stand_in = stand_in
    return Doors


class _Doors(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in: StandIn

    def do_GET(self) -> None:  # So http.server names it.
        path = urlsplit(self.path).path
        if path.startswith("/pay/"):
            return self._page(path.removeprefix("/pay/"))
        if path == "/":
            return self._show(dashboard(self.stand_in.desk))
        return self._api("GET", urlsplit(self.path).query)

    def do_POST(self) -> None:  # So http.server names it.
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path.startswith("/pay/"):
            return self._pressed(self.path.removeprefix("/pay/"), dict(parse_qsl(body)))
        if self.path == "/":
            with suppress(Refused):
                press(self.stand_in.desk, dict(parse_qsl(body)).get("do", ""))
            return self._lead_to("/")
        return self._api("POST", body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the site's own log has what matters."""

    # --- The API ----------------------------------------------------------------------

    def _api(self, method: str, body: str) -> None:
        calls, path = self.stand_in.calls, urlsplit(self.path).path
        key = self.headers.get("Idempotency-Key", "")
        calls.seen.append((method, path, key))
        fault = calls.next_fault()
        time.sleep(fault.seconds)
        asked = (f"{method} {path}", body)
        if fault.status:
            error = _error("api_error", "An error was planted.")
            if fault.kept:
                calls.by_key[key] = Answered(asked, (fault.status, error))
            return self._answer(fault.status, error)
        is_replayed = method == "POST" and calls.has_answered(key)
        status, answer = self._once(key, asked)
        if fault.answer_lost:
            self.close_connection = True
            self.connection.close()
            return None
        return self._answer(status, answer, is_replayed=is_replayed)

    def _once(self, key: str, asked: tuple[str, str]) -> tuple[int, Any]:
        """Do what is asked, or return the first answer under its key."""
        calls = self.stand_in.calls
        if not key or asked[0].startswith("GET"):
            return self._do(*asked)
        with calls.lock:
            before = calls.by_key.get(key)
            if before is None:
                calls.by_key[key] = Answered(asked)
        if before is None:
            status, answer = self._do(*asked)
            with calls.lock:
                # An error of the server's is no answer: the key may be used again.
                if status >= SERVER_ERROR:
                    del calls.by_key[key]
                else:
                    calls.by_key[key].answer = (status, answer)
            return status, answer
        if before.asked != asked:
            return 400, _error(
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they "
                "were first used with.",
            )
        if before.answer is None:
            return CONFLICT, _error(
                "idempotency_error",
                "There is currently another in-progress request using this Idempotent Key.",
                code="idempotency_key_in_use",
            )
        return before.answer

    def _do(self, asked: str, body: str) -> tuple[int, Any]:
        method, path = asked.split()
        if self.headers.get("Authorization", "") in {"", "Bearer "}:
            return 401, _error("invalid_request_error", "You did not provide an API key.")
        desk = self.stand_in.desk
        try:
            with desk.lock:
                return FOUND, _route(desk, method, path.removeprefix("/v1/"), read_form(body))
        except Refused as refusal:
            return refusal.status, refusal.body
        except (KeyError, TypeError, ValueError) as error:
            return 400, _error("invalid_request_error", f"The stand-in cannot do this: {error!r}")

    def _answer(self, status: int, answer: Any, *, is_replayed: bool = False) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        if is_replayed:
            self.send_header("Idempotent-Replayed", "true")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    # --- The pay page -----------------------------------------------------------------

    def _page(self, session_id: str, status: int = FOUND, *, failed: bool = False) -> None:
        desk = self.stand_in.desk
        try:
            with desk.lock:
                session = dict(desk.find(session_id, "checkout.session"))
        except Refused as refusal:
            return self._answer(refusal.status, refusal.body)
        return self._show(pay_page(session, failed=failed), status)

    def _pressed(self, session_id: str, form: dict[str, str]) -> None:
        desk = self.stand_in.desk
        try:
            with desk.lock:
                session = desk.find(session_id, "checkout.session")
                if form.get("do") in {"pay", "pay_slowly", "pay_in_vain"}:
                    desk.pay(session_id, slowly=form["do"] != "pay")
                    session["in_vain"] = form["do"] == "pay_in_vain"
        except Refused:
            return self._page(session_id, CONFLICT)
        if form.get("do") == "fail":
            return self._page(session_id, failed=True)
        leads_to = session["success_url" if form.get("do") != "leave" else "cancel_url"]
        return self._lead_to(leads_to.replace("{CHECKOUT_SESSION_ID}", session_id))

    def _lead_to(self, address: str) -> None:
        self.send_response(SEE_OTHER)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _show(self, page: str, status: int = FOUND) -> None:
        body = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _route(desk: Desk, method: str, path: str, given: dict[str, Any]) -> Any:
    """Find what an address of the API does.

    Raises:
        Refused: there is nothing, or what is there refuses.
    """
    actions: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
        ("POST", "checkout/sessions"): desk.open_session,
        ("POST", "refunds"): desk.create_refund,
    }
    if act := actions.get((method, path)):
        return act(given)
    if method == "GET" and path in KINDS:
        return desk.list_of(KINDS[path], given) | {"url": f"/v1/{path}"}
    parent, _slash, name = path.rpartition("/")
    if method == "GET" and parent in KINDS:
        return told(desk.find(name, KINDS[parent]))
    if method == "POST" and name == "expire" and parent.startswith("checkout/sessions/"):
        return desk.expire_session(parent.removeprefix("checkout/sessions/"))
    raise Refused(f"Unrecognized request URL ({method}: /v1/{path}).", status=404)


def _error(kind: str, message: str, **more: str) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message, **more}}
