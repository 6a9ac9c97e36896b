"""What a newcomer does: clone, `make run`, buy millet and radishes, hand them out."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE
from tests.stories import PIN

ROOT = Path(__file__).parent.parent.parent
MINUTES_TO_THE_FIRST_PAGE = 10
"""Until then somebody's network is slow, and not the site; `make bench` says how long it takes."""
BUYER, CASHIER = "19900000001", "19900000013"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newcomer") / "huilin"
    subprocess.run(["git", "clone", "-q", ROOT, folder], check=True)
    return folder


@pytest.fixture(scope="module")
def surroundings() -> dict[str, str]:
    """Of the environment of the tests, only what says where programs are and how to fetch."""
    kept = re.compile(r"PATH|HOME|LANG|.*_CERT|.*_PROXY|.*_proxy|PIP_.*|UV_.*|SSL_.*|LC_.*")
    return {name: value for name, value in os.environ.items() if kept.fullmatch(name)}


@pytest.fixture(scope="module")
def site(clone: Path, surroundings: dict[str, str]) -> Iterator[str]:
    """The address that `make run` prints once it is there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = clone.parent / "log"
    with log.open("w") as lines:
        run = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=clone,
            env=surroundings,
            stdout=lines,
            stderr=lines,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    give_up_at = time.monotonic() + 60 * MINUTES_TO_THE_FIRST_PAGE
    while not _answers(address):
        if run.poll() is not None or time.monotonic() > give_up_at:
            raise AssertionError(log.read_text())
        time.sleep(0.2)
    yield address
    os.killpg(run.pid, signal.SIGTERM)
    run.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthy/", timeout=5) as response:
            return response.status == 200
    except (OSError, urllib.error.URLError):
        return False


def sign_in(browser: Browser, site: str, phone: str, **size: object) -> Page:
    page = browser.new_context(viewport=PHONE).new_page()
    page.goto(f"{site}/sign-in/")
    page.locator("[name=phone]").fill(phone)
    page.locator("[name=pin]").fill(PIN)
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/mine/"))
    return page


def test_millet_and_radishes_from_the_shelf_to_the_bag(
    browser: Browser, clone: Path, site: str, surroundings: dict[str, str]
) -> None:
    code = buy(sign_in(browser, site, BUYER), site)
    hand_out(sign_in(browser, site, CASHIER), site, code)

    books = sqlite3.connect(clone / "var" / "huilin.sqlite3")
    accounts = books.execute(
        "SELECT credits_posted, debits_posted, debits_pending FROM ledger_account "
        "JOIN orders_order ON code = 'order/' || orders_order.id || '/cny' "
        "WHERE orders_order.status = 'collected' ORDER BY orders_order.id DESC LIMIT 1"
    ).fetchall()
    books.close()
    # A bag of millet at ¥30.00, and 1.84 kg of radishes at ¥0.90 a jin.
    assert accounts == [(3331, 3331, 0)]
    check = subprocess.run(
        [".venv/bin/python", "manage.py", "check_books"],
        cwd=clone, env=surroundings | {"DEBUG": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert check.returncode == 0, check.stdout + check.stderr


def buy(page: Page, site: str) -> str:
    """Order a bag of millet and four jin of radishes, and return the pickup code."""
    page.goto(f"{site}/produce/?q=xm")
    card = page.locator("li.good", has_text="下马关黄小米")
    card.get_by_role("button", name="加进菜篮").click()
    expect(page.locator(".say.ok")).to_contain_text("下马关黄小米 1 袋")

    page.goto(f"{site}/produce/HSB-LB/")
    page.locator("main [name=quantity]").fill("4")
    page.locator("main form", has=page.locator("[name=quantity]")).locator(
        "button:not([type=button])"
    ).click()
    expect(page.locator(".say.ok")).to_contain_text("红寺堡萝卜 4 斤")

    page.goto(f"{site}/basket/")
    page.get_by_role("link", name="去下单").click()
    page.get_by_role("button", name="现在下单：¥33.60").click()
    expect(page).to_have_url(re.compile(r"/orders/\d+/$"))
    return page.locator(".code [aria-hidden]").inner_text()


def hand_out(page: Page, site: str, code: str) -> None:
    """Open the drawer, find the order by its code, weigh the radishes and take the cash."""
    page.goto(f"{site}/till/")
    page.locator("[name=float_fen]").fill("100")
    page.locator("form", has=page.locator("[name=float_fen]")).locator("button").click()

    page.locator("[name=looked_for]").fill(code)
    page.locator("[name=looked_for]").press("Enter")
    expect(page).to_have_url(re.compile(r"/till/orders/\d+/"))
    page.locator("li, tr, fieldset, .line", has_text="红寺堡萝卜").locator(
        "input[inputmode=decimal]"
    ).first.fill("3.68")
    page.get_by_role("button", name="算一下").click()
    page.get_by_role("button", name="收现金 ¥33.30").click()
    expect(page.locator("main")).to_contain_text("¥33.30")
    expect(page).to_have_url(re.compile("/done/"))
