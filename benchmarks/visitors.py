"""A visitor who asks for one page over and over, and how many are answered a second.

Each request goes through the WSGI handler and the whole middleware, as gunicorn would hand
it in; only the network is left out, for the peer too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any, NamedTuple

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import Member

SLICE_SECONDS = 0.5

application = get_wsgi_application()


class Figure(NamedTuple):
    a_second: float
    cpu_ms: float


class Browser:
    """Asks for pages without a network, as a guest or with a member's cookies."""

    def __init__(self, cookies: SimpleCookie | None = None) -> None:
        self.cookies = "; ".join(
            f"{name}={morsel.value}" for name, morsel in (cookies or {}).items()
        )

    def get(self, address: str) -> bytes:
        """Fetch a page, and fail unless it is there."""
        answered: list[str] = []

        def start(status: str, *_headers: object) -> Callable[[bytes], object]:
            answered.append(status)
            return bytes

        body = application(self._environ(address), start)
        content = b"".join(body)
        body.close()
        assert answered == ["200 OK"], (address, answered)
        return content

    def _environ(self, address: str) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "QUERY_STRING": "",
            "SCRIPT_NAME": "",
            "SERVER_NAME": settings.ALLOWED_HOSTS[0],
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": settings.ALLOWED_HOSTS[0],
            "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9",
            "HTTP_COOKIE": self.cookies,
            "wsgi.url_scheme": "https",
            "wsgi.input": BytesIO(),
        }


def take(browser: Browser, address: str) -> Figure:
    """Ask for one page over and over for a slice of time."""
    browser.get(address)
    began, cpu, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() < began + SLICE_SECONDS:
        browser.get(address)
        count += 1
    seconds = time.perf_counter() - began
    return Figure(count / seconds, 1000 * (time.process_time() - cpu) / count)


def questions(browser: Browser, address: str) -> int:
    """Count what a page asks the database when it is opened for the second time."""
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    return sum("PRAGMA" not in query["sql"] for query in queries)


def analyse() -> None:
    """Let the database know how much there is, as its housekeeping does in time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def cookies_of(member: Member) -> SimpleCookie:
    client = Client()
    client.force_login(member)
    return client.cookies
