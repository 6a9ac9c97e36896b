"""A real Chromium: the system's where there is one, else the one playwright installed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from people.models import Member
from tests.plugin import CHROMIUM

PHONE = ViewportSize(width=390, height=844)
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
    """What the console complained about; at the end of a test there must be nothing."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        page_itself = message.page and message.location.get("url") == message.page.url
        # A refused form and a missing page answer 4xx on purpose; Chromium logs that too.
        if message.type in {"error", "warning"} and not (
            page_itself and "status of 4" in message.text
        ):
            heard.append(f"{message.text} {message.location}")

    context.on("console", hear)
    context.on("weberror", lambda error: heard.append(str(error.error)))
    yield heard
    assert heard == []


@pytest.fixture
def open_page(context: BrowserContext, live_server: LiveServer, complaints: list[str]) -> Open:
    """Open a page on a phone, as a guest or a member, in one of the three modes."""

    def open_it(path: str, *, mode: str = "standard", member: Member | None = None) -> Page:
        cookies = {"mode": mode}
        if member:
            client = Client()
            client.force_login(member)
            name = settings.SESSION_COOKIE_NAME
            cookies[name] = client.cookies[name].value
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        page = context.new_page()
        page.set_viewport_size(PHONE)
        page.goto(live_server.url + path, wait_until="load")
        return page

    return open_it
