"""A real Chromium: the system's where there is one, else the one playwright installed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
)
from pytest_django.live_server_helper import LiveServer

from people.models import Member
from tests.plugin import CHROMIUM

OWN_HOSTS = {"localhost", "127.0.0.1"}
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=900)
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # Root may not use it, and the pages are our own.
]

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    found = {"executable_path": system} if system else {}
    return {**browser_type_launch_args, **found, "args": QUIET}


@pytest.fixture(scope="session")
def base_url() -> None:
    """In place of the plugin's own, which pytest 9 warns about."""


@pytest.fixture(scope="session", autouse=True)
def _browser_is_named(browser: Browser, pytestconfig: pytest.Config) -> None:
    """Let the last lines of the run say which browser it was, xdist's workers included."""
    pytestconfig.stash[CHROMIUM] = f"Chromium {browser.version}"
    if hasattr(pytestconfig, "workeroutput"):
        pytestconfig.workeroutput["chromium"] = pytestconfig.stash[CHROMIUM]


@pytest.fixture
def complaints(context: BrowserContext) -> Iterator[list[str]]:
    """What the console complained about, and what was asked of other hosts.

    At the end of a test there must be nothing.
    """
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        page_itself = message.page and message.location.get("url") == message.page.url
        # A refused form and a missing page answer 4xx on purpose; Chromium logs that too.
        on_purpose = page_itself and "status of 4" in message.text
        # What the checks of an editor's page find, Wagtail also says there.
        is_finding = message.text.startswith("axe.run results")
        if message.type in {"error", "warning"} and not (on_purpose or is_finding):
            heard.append(f"{message.text} {message.location}")

    def watch(request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in {"http", "https", "ws", "wss"} and asked.hostname not in OWN_HOSTS:
            heard.append(f"{request.url} leaves the site")

    context.on("request", watch)
    context.on("console", hear)
    context.on("weberror", lambda error: heard.append(str(error.error)))
    yield heard
    assert heard == []


def sign_in(context: BrowserContext, live_server: LiveServer, member: Member) -> None:
    client = Client()
    client.force_login(member)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


@pytest.fixture
def open_page(context: BrowserContext, live_server: LiveServer, complaints: list[str]) -> Open:
    """Open a page on a phone, as a guest or a member, in one of the three modes."""

    def open_it(path: str, *, mode: str = "standard", member: Member | None = None) -> Page:
        if member:
            sign_in(context, live_server, member)
        context.add_cookies([{"name": "mode", "value": mode, "url": live_server.url}])
        page = context.new_page()
        page.set_viewport_size(PHONE)
        page.goto(live_server.url + path, wait_until="load")
        return page

    return open_it


@pytest.fixture
def office(open_page: Open, mu: Member) -> Iterator[Page]:
    """穆听雨 at a desk, in the office."""
    page = open_page("/office/pages/", member=mu)
    page.set_viewport_size(DESK)
    yield page
    # The editor saves and asks by itself; nothing may be on its way when the database goes.
    for each in page.context.pages:
        each.wait_for_load_state("networkidle")
        each.goto("about:blank")
    # As it goes, the editor tells the office that nobody is in it any more.
    page.wait_for_timeout(400)
