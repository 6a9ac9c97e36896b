"""A stand-in for Aliyun: HTTP on a free port, which checks each signature with code of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlsplit

KEY_ID, KEY_SECRET = "LTAI-tests", "a secret of the tests"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class SmsStandIn(ThreadingHTTPServer):
    """What was sent, and how the next call is answered.

    Args:
        bad_day: "" or what goes wrong: an error code, "500", "silent" or "nonsense".
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sent: list[dict[str, str]] = []
        self.bad_day = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        here = cast("SmsStandIn", self.server)
        if here.bad_day == "nonsense":
            self._say(200, b"<html>")
        elif not self._is_signed():
            self._say(400, {"Code": "SignatureDoesNotMatch"})
        elif here.bad_day.isdigit():
            self._say(int(here.bad_day), {"Code": "ServiceUnavailable"})
        elif here.bad_day and here.bad_day != "silent":
            self._say(400, {"Code": here.bad_day})
        else:
            asked = parse_qs(urlsplit(self.path).query)
            here.sent.append({name: value for name, (value,) in asked.items()})
            if here.bad_day == "silent":
                time.sleep(1)
            self._say(200, {"Code": "OK", "Message": "OK", "BizId": f"biz-{len(here.sent)}"})

    def _is_signed(self) -> bool:
        """Sign the request as it came, by Aliyun's description, and compare."""
        scheme, _space, rest = self.headers["Authorization"].partition(" ")
        parts = dict(part.split("=", 1) for part in rest.split(","))
        names = parts["SignedHeaders"].split(";")
        query = sorted(parse_qs(urlsplit(self.path).query).items())
        canonical = [
            "POST",
            "/",
            "&".join(
                f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, (value,) in query
            ),
            *[f"{name}:{self.headers[name]}" for name in names],
            "",
            ";".join(names),
            EMPTY,
        ]
        digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
        wanted = hmac.new(KEY_SECRET.encode(), f"{scheme}\n{digest}".encode(), "sha256").hexdigest()
        asks = (self.headers["x-acs-action"], self.headers["x-acs-version"])
        needed = {"host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
        return (
            scheme == "ACS3-HMAC-SHA256"
            and parts["Credential"] == KEY_ID
            and asks == ("SendSms", "2017-05-25")
            and needed <= set(names)
            and hmac.compare_digest(parts["Signature"], wanted)
        )

    def _say(self, status: int, answer: dict[str, str] | bytes) -> None:
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Say nothing in the tests' output."""


@contextmanager
def standing_in() -> Iterator[SmsStandIn]:
    """Run the stand-in for as long as the block."""
    server = SmsStandIn()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
