"""Requests a second on one worker: the shop's pages beside a bare view, and a market day."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.db import connection

from benchmarks import market_day
from benchmarks.figures import in_turn, middle, table, verdict
from benchmarks.village import Village, fill_baskets
from benchmarks.visitors import Browser, Figure, analyse, cookies_of, questions, take
from people.models import Notice

GUEST_LEAST = 0.3
MEMBER_LEAST = 0.2
QUERIES_MOST = 12
FIRST_VISIT_MOST = 25 * 1024
CSS_MOST = 24 * 1024
BARE = "/bare/"
CATALOGUE = "/produce/"
PRODUCT = "/produce/A-3/"


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
    market_day.show(village)
    caches["memory"].clear()  # The shop sold nothing yet when the points were remembered.
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
    analyse()
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


def _queries(visitors: Visitors) -> dict[str, int]:
    """Count what a signed-in member's pages ask the database."""
    pages = (("home", "/"), ("catalogue", CATALOGUE), ("product", PRODUCT))
    return {name: questions(visitors.member, address) for name, address in pages}


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
