"""Requests a second of the shop's pages on one worker, beside a bare view.

Each request goes through the WSGI handler and the whole middleware, as gunicorn would hand
it in; only the network is left out, for the peer too.
"""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from functools import partial
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.figures import in_turn, middle, table, verdict
from benchmarks.village import Village, fill_baskets
from people.models import Member, Notice

SLICE_SECONDS = 0.5
GUEST_LEAST = 0.3
MEMBER_LEAST = 0.2
QUERIES_MOST = 12
FIRST_VISIT_MOST = 25 * 1024
CSS_MOST = 24 * 1024
BARE = "/bare/"
CATALOGUE = "/produce/"
PRODUCT = "/produce/A-3/"

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


def cookies_of(member: Member) -> SimpleCookie:
    client = Client()
    client.force_login(member)
    return client.cookies


class Visitors:
    """A guest, and a member with a basket and three notices."""

    def __init__(self, village: Village, listings: list[Any]) -> None:
        (member,) = village.households(1)
        fill_baskets([member], listings)
        Notice.objects.bulk_create(
            Notice(member=member, key=f"notice:{number}", template="", created_at=member.joined_at)
            for number in range(3)
        )
        self.guest = Browser()
        self.member = Browser(cookies_of(member))


def main() -> None:
    village = Village()
    shelf = village.fill_shelf(5, at=village.shop, prefix="A")
    visitors = Visitors(village, shelf)
    queries = {5: _queries(visitors)}
    village.fill_shelf(15, at=village.shop, prefix="B")
    engine = connection.display_name
    header = ["", "bare, guest", "bare, member"]
    for page in ("catalogue", "product"):
        header += [f"{page}, guest", "of bare", f"{page}, member", "of bare"]
    rows = [_row("20 here", visitors)]
    village.fill_shelf(2000, at=village.elsewhere, prefix="E")
    rows.append(_row("20 here, 2,000 elsewhere", visitors))
    village.fill_shelf(180, at=village.shop, prefix="C")
    queries[200] = _queries(visitors)
    rows.append(_row("200 here, 2,000 elsewhere", visitors))
    village.fill_shelf(1800, at=village.shop, prefix="D")
    rows.append(_row("2,000 here, 2,000 elsewhere", visitors))
    table(f"Pages a second on one worker: {engine}", [*header, "bar"], [row[0] for row in rows])
    table(f"CPU ms a page: {engine}", header, [row[1] for row in rows])
    _show_queries(queries)
    if connection.vendor == "sqlite":
        _show_weights(visitors)


def _row(name: str, visitors: Visitors) -> tuple[list[object], list[object]]:
    _analyse()
    takes: dict[str, Callable[[], Figure]] = {
        f"{address} {who}": partial(take, browser, address)
        for address in (BARE, CATALOGUE, PRODUCT)
        for who, browser in (("guest", visitors.guest), ("member", visitors.member))
    }
    taken = in_turn(takes)
    rates = {key: middle([each.a_second for each in figures]) for key, figures in taken.items()}
    cpu = {key: middle([each.cpu_ms for each in figures]) for key, figures in taken.items()}
    # The member's pages are measured against the bare view as a guest sees it: the harder bar.
    bare = rates[f"{BARE} guest"]
    holds = all(
        rates[f"{address} {who}"] >= least * bare
        for address in (CATALOGUE, PRODUCT)
        for who, least in (("guest", GUEST_LEAST), ("member", MEMBER_LEAST))
    )
    return (
        [*_cells(name, rates, share=lambda figure: figure / bare), verdict(holds=holds)],
        _cells(name, cpu, share=lambda figure: cpu[f"{BARE} guest"] / figure),
    )


def _cells(
    name: str, figures: dict[str, float], *, share: Callable[[float], float]
) -> list[object]:
    cells: list[object] = [name, figures[f"{BARE} guest"], figures[f"{BARE} member"]]
    for address in (CATALOGUE, PRODUCT):
        for who in ("guest", "member"):
            figure = figures[f"{address} {who}"]
            cells += [figure, share(figure)]
    return cells


def _analyse() -> None:
    """Let the database know how much there is, as its housekeeping does in time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _queries(visitors: Visitors) -> dict[str, int]:
    """Count what a signed-in member's pages ask the database."""
    counts = {}
    for name, address in (("home", "/"), ("catalogue", CATALOGUE), ("product", PRODUCT)):
        visitors.member.get(address)
        with CaptureQueriesContext(connection) as queries:
            visitors.member.get(address)
        counts[name] = sum("PRAGMA" not in query["sql"] for query in queries)
    return counts


def _show_queries(queries: dict[int, dict[str, int]]) -> None:
    few, many = queries[5], queries[200]
    table(
        "Queries of a signed-in member's page",
        ["", "5 on sale", "200 on sale", "at most", "bar"],
        [
            [
                name,
                few[name],
                many[name],
                QUERIES_MOST,
                verdict(holds=few[name] == many[name] <= QUERIES_MOST),
            ]
            for name in few
        ],
    )


def _show_weights(visitors: Visitors) -> None:
    """Weigh the first visit as it travels: the page, what it loads, and htmx not yet."""
    rows: list[list[object]] = []
    for name, address in (("home", "/"), ("catalogue", CATALOGUE), ("product", PRODUCT)):
        page = visitors.guest.get(address)
        loaded = set(re.findall(r'\s(?:src|href)="/static/([^"#]+)', page.decode()))
        files = sum(_zipped(staticfiles_storage.open(path).read()) for path in loaded)
        total = _zipped(page) + files
        rows.append(
            [name, _zipped(page), files, total, FIRST_VISIT_MOST, _fits(total, FIRST_VISIT_MOST)]
        )
    table(
        "First visit before photos, bytes with gzip",
        ["", "page", "style, script, icons", "together", "at most", "bar"],
        rows,
    )
    size = Path(str(finders.find("css/site.css"))).stat().st_size
    print(f"\nsite.css: {size:,} bytes (at most {CSS_MOST:,}: {_fits(size, CSS_MOST)}).")


def _fits(size: int, most: int) -> str:
    return verdict(holds=size <= most)


def _zipped(content: bytes) -> int:
    return len(gzip.compress(content, 6))


if __name__ == "__main__":
    main()
