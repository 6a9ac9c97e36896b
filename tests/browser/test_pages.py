"""Every page, in three modes, in a real browser: no barrier, nothing that sticks out, no complaint.

`PAGES` is the list to extend. A page that needs somebody signed in names the fixture of that
person; the stall is set before every one of them.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from market.produce.models import Listing
from tests.browser.checks import barriers, sticks_out
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)

MODES = ["standard", "elder", "xl"]


class Visit(NamedTuple):
    """A page, and who looks at it: the name of a fixture, or nobody."""

    path: str
    who: str = ""


PAGES = [
    Visit("/"),
    Visit("/en/"),
    Visit("/nothing-here/"),
    Visit("/sign-in/"),
    Visit("/", who="ma"),
]


@pytest.fixture
def stall(radishes: Listing, millet: Listing) -> None:
    """Radishes and millet lie on the counter."""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.path + visit.who)
def test_nobody_is_kept_out(
    visit: Visit, mode: str, stall: None, open_page: Open, request: pytest.FixtureRequest
) -> None:
    member = request.getfixturevalue(visit.who) if visit.who else None

    page = open_page(visit.path, mode=mode, member=member)

    assert page.get_attribute("html", "data-mode") == mode
    assert barriers(page) == []
    assert sticks_out(page) == []


def test_the_checks_see_a_barrier(open_page: Open) -> None:
    """The control: a page with faults must not pass."""
    page = open_page("/")
    page.evaluate("""
        document.querySelector("h1").innerHTML = '<img src="/static/img/mark.svg">';
        document.querySelector("main").append(Object.assign(document.createElement("pre"),
            {textContent: "wide ".repeat(200)}));
    """)

    assert any("image-alt" in barrier for barrier in barriers(page))
    assert sticks_out(page) != []
