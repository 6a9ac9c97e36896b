"""Every page, in three modes, in a real browser: no barrier, nothing that sticks out, no complaint.

`PAGES` is the list to extend. A page that needs somebody signed in names the fixture of that
person; the stall is set before every one of them.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from market.orders.actions.change_basket import change_basket
from market.produce.models import Certificate, Listing
from market.till.models import Till
from people.models import Member, ServicePoint
from tests.browser.checks import barriers, sticks_out
from tests.browser.conftest import Open
from tests.browser.written import write_pages
from tests.stories import order

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
    Visit("/sign-up/"),
    Visit("/produce/"),
    Visit("/en/produce/"),
    Visit("/produce/HSB-LB/"),
    Visit("/en/produce/XMG-XM-25/"),
    Visit("/produce/certificates/{certificate}/"),
    Visit("/produce/?q=zzz"),
    Visit("/search/"),
    Visit("/search/?q=zzz"),
    Visit("/en/search/?q=radish"),
    Visit("/ledger/"),
    Visit("/en/ledger/"),
    Visit("/questions/", who="ma"),
    Visit("/questions/ask/?row=ledger", who="ma"),
    Visit("/basket/"),
    Visit("/", who="ma"),
    Visit("/basket/", who="ma"),
    Visit("/checkout/{point}/", who="ma"),
    Visit("/checkout/{point}/?step=pay", who="ma"),
    Visit("/checkout/{point}/?step=check", who="ma"),
    Visit("/orders/", who="ma"),
    Visit("/orders/{order}/", who="ma"),
    Visit("/en/orders/{order}/", who="ma"),
    Visit("/mine/", who="ma"),
    Visit("/mine/inbox/", who="ma"),
    Visit("/mine/pin/", who="ma"),
    Visit("/mine/door/", who="bai"),
    Visit("/till/", who="chai"),
    Visit("/till/orders/{order}/", who="chai"),
    Visit("/till/orders/{order}/slip/", who="chai"),
    Visit("/till/choose/", who="chai"),
]


WRITTEN = [
    "/",
    "/suppliers/",
    "/suppliers/hongsibu/",
    "/en/suppliers/",
    "/market-days/",
    "/market-days/coming/",
    "/market-days/fair/",
    "/market-days/past/",
    "/en/market-days/fair/",
    "/stories/",
    "/stories/packs/",
    "/notices/",
    "/search/?q=萝卜",
]


@pytest.fixture
def stall(
    radishes: Listing, millet: Listing, supermarket: ServicePoint, ma: Member, open_drawer: Till
) -> dict[str, int]:
    """Radishes and millet are on sale; 马小禾 has ordered some and picked more.

    Returns the numbers that addresses are made of.
    """
    change_basket(member=ma, listing=radishes, quantity=750)
    placed = order(ma, {radishes: 500, millet: 1})
    change_basket(member=ma, listing=radishes, quantity=1_250)
    change_basket(member=ma, listing=millet, quantity=2)
    certificate = Certificate.objects.get(lot__listing=radishes)
    return {"order": placed.pk, "point": supermarket.pk, "certificate": certificate.pk}


@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.path + visit.who)
def test_nobody_is_kept_out(
    visit: Visit, stall: dict[str, int], open_page: Open, request: pytest.FixtureRequest
) -> None:
    member = request.getfixturevalue(visit.who) if visit.who else None

    found = {}
    for mode in MODES:
        page = open_page(visit.path.format(**stall), mode=mode, member=member)
        assert page.get_attribute("html", "data-mode") == mode
        found[mode] = [*barriers(page), *sticks_out(page)]

    assert found == {mode: [] for mode in MODES}


@pytest.mark.parametrize("path", WRITTEN)
def test_what_editors_write_keeps_nobody_out(path: str, radishes: Listing, open_page: Open) -> None:
    write_pages(radishes)

    found = {}
    for mode in MODES:
        page = open_page(path, mode=mode)
        found[mode] = [*barriers(page), *sticks_out(page)]

    assert found == {mode: [] for mode in MODES}


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
