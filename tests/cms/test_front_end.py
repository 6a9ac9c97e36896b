"""The budgets of the front end, and what no template may do."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from config.views import server_error
from market.produce.models import Listing

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
CSS_MOST = 24 * 1024
CSS_MOST_GZIP = 7 * 1024
OWN_JS_MOST_GZIP = 8 * 1024
FIRST_VISIT_MOST_GZIP = 25 * 1024


def zipped(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def static(path: str) -> bytes:
    return Path(str(finders.find(path))).read_bytes()


def test_the_style_sheet_keeps_its_budget() -> None:
    css = static("css/site.css")

    assert len(css) <= CSS_MOST
    assert zipped(css) <= CSS_MOST_GZIP


@pytest.mark.parametrize("address", ["/", "/produce/", "/en/produce/HSB-LB/"])
def test_the_first_visit_keeps_its_budget(
    address: str, client: Client, radishes: Listing, millet: Listing
) -> None:
    page = client.get(address)

    loaded = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page.text))
    scripts = {path for path in loaded if path.endswith(".js")}
    # htmx is fetched once the page is there; its address stands in data-htmx.
    assert 'data-htmx="/static/django_htmx/htmx-2.min.js"' in page.text
    assert sum(zipped(static(path)) for path in scripts) <= OWN_JS_MOST_GZIP
    assert (
        zipped(page.content) + sum(zipped(static(path)) for path in loaded) <= FIRST_VISIT_MOST_GZIP
    )
    assert {"css/site.css", "js/site.js", "img/icons.svg", "img/mark.svg"} <= loaded


def test_nothing_comes_from_elsewhere(client: Client, radishes: Listing) -> None:
    page = client.get("/")

    # A page says its own whole address to others; nothing is loaded from it.
    loaded = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", page.text)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', loaded)
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_style_and_no_script(template: Path) -> None:
    text = template.read_text()

    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_is_drawn(template: Path) -> None:
    named = set(re.findall(r'components/icon\.html" with name="([\w-]+)"', template.read_text()))

    assert named <= SYMBOLS


def test_symbols_have_names_of_their_own() -> None:
    assert len(SYMBOLS) >= 24


# --- What went wrong ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "words", "home"),
    [
        ("/no-such-page/", "没有这一页", 'href="/"'),
        ("/en/no-such-page/", "This page is not here", 'href="/en/"'),
    ],
)
def test_a_missing_page_leads_home(
    address: str, words: str, home: str, client: Client, db: None
) -> None:
    page = client.get(address)

    assert page.status_code == 404
    assert words in page.text
    assert home in page.text


@pytest.mark.parametrize("path", ["no-such-page/", "produce/NONE/", "no-such-file.txt"])
def test_a_missing_page_is_ours_on_a_developer_s_machine_too(
    path: str, client: Client, db: None, settings: LazySettings
) -> None:
    settings.DEBUG = True

    chinese, english = client.get(f"/{path}"), client.get(f"/en/{path}")

    assert (chinese.status_code, english.status_code) == (404, 404)
    assert "没有这一页" in chinese.text
    assert "This page is not here" in english.text
    for page in (chinese, english):
        assert "DEBUG" not in page.text
        assert "unsafe" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("debug", [False, True])
def test_a_forgotten_slash_is_added(
    *, debug: bool, client: Client, radishes: Listing, settings: LazySettings
) -> None:
    settings.DEBUG = debug

    page = client.get("/en/produce")

    assert (page.status_code, page["Location"]) == (301, "/en/produce/")


def test_our_own_fault_needs_no_database(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = server_error(RequestFactory().get("/"))

    assert page.status_code == 500
    assert "不怪您" in page.text
    assert "it is our fault" in page.text


def test_a_page_that_was_open_too_long_says_what_to_do(db: None) -> None:
    page = Client(enforce_csrf_checks=True).post("/mode/", {"mode": "elder"})

    assert page.status_code == 403
    assert "请退回去，刷新一下，再按一次" in page.text
