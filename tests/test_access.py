"""Who may open what: every address of ours is in this table, or a test fails.

One column a role, each asked with GET or, where an address takes no other, with POST. A
resident is 马小禾, and the order in the table is hers; 白雨晴 is another resident.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cms.models import MarketDayIndexPage
from cms.sharing import card_of
from ledger.clock import database_now
from market.orders.models import Order
from market.orders.receipt_codes import receipt_code
from market.produce.models import Certificate, Listing
from market.produce.queries import product_page
from market.produce.sharing import card_of as card_of_product
from market.produce.sharing import card_of_catalogue
from market.sharing.cards import digest
from market.till.models import Till
from people.models import Member, Token
from tests.cms.test_market_day_pages import fair, today
from tests.cms.written import rewrite
from tests.stories import order

WAGTAILS = ("office/", "documents/", "images/")
ROLES = ("guest", "ma", "bai", "chai", "gu", "xue")
SIGN_IN = 302
"""A guest is sent to sign in, which is what every 302 in the first column is."""


class Row(NamedTuple):
    """What each role is answered: guest, owner, other resident, cashier, worker A, worker B."""

    guest: int
    ma: int
    bai: int
    chai: int
    gu: int
    xue: int
    method: str = "get"
    data: dict[str, str] = {}


ACCESS = {
    "healthy": Row(200, 200, 200, 200, 200, 200),
    "robots": Row(200, 200, 200, 200, 200, 200),
    "sitemap": Row(200, 200, 200, 200, 200, 200),
    "page-picture": Row(200, 200, 200, 200, 200, 200),
    "calendar": Row(200, 200, 200, 200, 200, 200),
    "feed-of-market-days": Row(200, 200, 200, 200, 200, 200),
    "feed-of-stories": Row(200, 200, 200, 200, 200, 200),
    "token": Row(302, 302, 302, 302, 302, 302),
    "cms:search": Row(200, 200, 200, 200, 200, 200),
    "people:sign-in": Row(200, 302, 302, 302, 302, 302),
    "people:sign-out": Row(302, 302, 302, 302, 302, 302, "post"),
    "people:sign-up": Row(200, 200, 200, 200, 200, 200),
    "people:mine": Row(302, 200, 200, 200, 200, 200),
    "people:inbox": Row(302, 200, 200, 200, 200, 200),
    "people:texts": Row(302, 302, 302, 302, 302, 302, "post", {"wanted": "no"}),
    "people:pin": Row(302, 200, 200, 200, 200, 200),
    "people:door": Row(302, 200, 200, 200, 200, 200),
    "people:mode": Row(302, 302, 302, 302, 302, 302, "post", {"mode": "elder"}),
    "produce:catalogue": Row(200, 200, 200, 200, 200, 200),
    "produce:product": Row(200, 200, 200, 200, 200, 200),
    "produce:picture": Row(200, 200, 200, 200, 200, 200),
    "produce:catalogue-picture": Row(200, 200, 200, 200, 200, 200),
    "produce:certificate": Row(200, 200, 200, 200, 200, 200),
    "orders:basket": Row(200, 200, 200, 200, 200, 200),
    "orders:add": Row(302, 302, 302, 302, 302, 302, "post", {"quantity": "1"}),
    "orders:change": Row(302, 302, 302, 302, 302, 302, "post", {"quantity": "1"}),
    "orders:checkout": Row(302, 302, 302, 302, 302, 302),
    "orders:orders": Row(302, 200, 200, 200, 200, 200),
    "orders:order": Row(302, 200, 404, 404, 404, 404),
    "orders:cancel": Row(302, 302, 404, 404, 404, 404, "post"),
    "orders:pay": Row(302, 302, 404, 404, 404, 404, "post"),
    "orders:paid": Row(302, 302, 404, 404, 404, 404),
    # Who may speak there is told by a signature.
    "orders:stripe": Row(400, 400, 400, 400, 400, 400, "post"),
    "orders:receipt": Row(302, 200, 404, 404, 404, 404),
    "orders:receipts": Row(200, 200, 200, 200, 200, 200),
    "orders:check-receipt": Row(404, 404, 404, 404, 404, 404),
    "orders:again": Row(302, 302, 302, 302, 302, 302, "post"),
    "open_ledger:ledger": Row(200, 200, 200, 200, 200, 200),
    "open_ledger:days": Row(200, 200, 200, 200, 200, 200),
    "open_ledger:questions": Row(302, 200, 200, 200, 200, 200),
    "open_ledger:ask": Row(302, 200, 404, 404, 404, 404),
    "till:till": Row(302, 404, 404, 200, 200, 200),
    "till:choose": Row(302, 404, 404, 200, 200, 200),
    "till:open": Row(302, 404, 404, 422, 422, 422, "post"),
    "till:slips": Row(302, 404, 404, 200, 200, 200),
    "till:group": Row(302, 404, 404, 200, 200, 200),
    "till:order": Row(302, 404, 404, 200, 200, 200),
    "till:done": Row(302, 404, 404, 404, 404, 404),
    "till:cancel": Row(302, 404, 404, 404, 302, 302, "post"),
    "till:slip": Row(302, 404, 404, 200, 200, 200),
    "till:receipt": Row(302, 404, 404, 200, 200, 200),
    "till:confirmations": Row(302, 404, 404, 200, 200, 200),
    "till:withdraw": Row(302, 404, 404, 404, 404, 404, "post"),
    "till:owed": Row(302, 404, 404, 200, 200, 200),
}


def our_url_names() -> Iterator[str]:
    """Every address the site knows, but Wagtail's own."""

    def walk(
        patterns: list[Any], namespaces: tuple[str, ...], at: str
    ) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            path = at + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
                yield from walk(pattern.url_patterns, inner, path)
            elif isinstance(pattern, URLPattern) and pattern.name:
                yield ":".join((*namespaces, pattern.name)), path

    for name, path in walk(get_resolver().url_patterns, (), ""):
        if not path.removeprefix("^").startswith(WAGTAILS) and not name.startswith("wagtail"):
            yield name


@pytest.fixture
def addresses(ma: Member, radishes: Listing, millet: Listing, open_drawer: Till) -> dict[str, str]:
    placed = order(ma, {millet: 1, radishes: 500})
    market_day = fair(rewrite(MarketDayIndexPage), radishes.service_point, today())
    told_of = product_page(radishes.product.sku, None, now=database_now())
    assert told_of
    about_the_order = (
        "orders:order",
        "orders:cancel",
        "orders:pay",
        "orders:paid",
        "till:order",
        "till:done",
        "till:cancel",
    )
    printed = ("till:slip", "till:receipt")
    arguments: dict[str, list[Any]] = {
        **{name: [placed.pk] for name in (*about_the_order, *printed, "till:owed")},
        # Nobody has paid by QR code yet.
        "till:withdraw": [1],
        "orders:receipt": [placed.pk],
        # Of an order that nobody has paid yet there is none.
        "orders:check-receipt": [receipt_code(placed.pk)],
        "token": [Token.objects.get(purpose="order").code],
        "page-picture": [market_day.pk, digest(card_of(market_day))],
        "calendar": [market_day.pk],
        "produce:product": [radishes.product.sku],
        "produce:picture": [radishes.product.sku, digest(card_of_product(told_of))],
        "produce:catalogue-picture": [digest(card_of_catalogue())],
        "produce:certificate": [Certificate.objects.get().pk],
        "orders:checkout": [millet.service_point_id],
    }
    found = {name: reverse(name, args=arguments.get(name, [])) for name in ACCESS}
    found["open_ledger:ask"] += f"?order={placed.pk}&row=order"
    return found


def test_every_address_has_a_row() -> None:
    assert set(our_url_names()) == set(ACCESS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ACCESS)
def test_access(
    name: str, role: str, addresses: dict[str, str], millet: Listing,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    client = Client()
    if role != "guest":
        client.force_login(request.getfixturevalue(role))
    row = ACCESS[name]
    data = dict(row.data)
    if name in ("orders:add", "orders:change"):
        data["listing"] = str(millet.pk)

    response = getattr(client, row.method)(addresses[name], data)

    assert response.status_code == getattr(row, role)


@pytest.mark.parametrize("name", [name for name, row in ACCESS.items() if row.method == "post"])
def test_what_changes_something_takes_no_get(
    name: str, addresses: dict[str, str], xue: Member
) -> None:
    client = Client()
    client.force_login(xue)

    assert client.get(addresses[name]).status_code == 405


SIGNED = {"orders:stripe"}
"""Whoever sends something there signs it instead."""


@pytest.mark.parametrize(
    "name",
    [name for name, row in ACCESS.items() if row.method == "post" and name not in SIGNED],
)
def test_what_changes_something_asks_for_a_token(
    name: str, addresses: dict[str, str], xue: Member
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(xue)

    assert client.post(addresses[name]).status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [("guest", 302), ("ma", 302), ("chai", 302), ("gu", 200), ("xue", 200)],
)
def test_the_office_is_for_staff(
    role: str, status: int, request: pytest.FixtureRequest, db: None
) -> None:
    client = Client()
    if role != "guest":
        client.force_login(request.getfixturevalue(role))

    response = client.get("/office/")

    assert response.status_code == status
    if status == SIGN_IN:
        assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("door", ["/office/login/", "/_util/login/", "/en/_util/login/"])
def test_every_other_door_leads_to_ours(door: str, client: Client, db: None) -> None:
    response = client.get(door, {"next": "/office/"})

    assert response.status_code == 302
    assert "/sign-in/?next=%2Foffice%2F" in response["Location"]
    assert client.post(door, {"username": "x", "password": "y"}).status_code in (302, 405)


def test_personal_pages_are_kept_by_no_cache(
    addresses: dict[str, str], as_ma: Client, as_chai: Client
) -> None:
    for name in ("people:mine", "people:inbox", "orders:basket", "orders:orders", "orders:order"):
        assert "no-store" in as_ma.get(addresses[name])["Cache-Control"], name
    for name in ("till:till", "till:order", "till:slip"):
        assert "no-store" in as_chai.get(addresses[name])["Cache-Control"], name


def test_what_was_asked_changed_nothing(addresses: dict[str, str]) -> None:
    assert Order.objects.get().status == Order.Status.READY
