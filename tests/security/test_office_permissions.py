"""Every address of the back office, Wagtail's own included, by every role: one committed table.

`office_access.txt` says what each role is answered, to GET and to POST; an address that is not
in it fails. A cashier sees nothing at all, like a guest.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import Group
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Site, Task

from market.orders.models import Order
from market.produce.models import Listing
from market.till.models import Till
from people.actions.grant_role import grant_role
from people.actions.register_member import register_member
from people.models import Community, Member
from tests.stories import PIN, order

TABLE = Path(__file__).with_name("office_access.txt")
ROLES = ("guest", "chai", "editor", "gu", "xue")
BODY = {"new_parent_page": "1", "external-link-chooser-url": "https://example.org/"}
"""What two forms of Wagtail fail without."""
FILLED = {
    "content_type_app_name": "cms",
    "content_type_model_name": "homepage",
    "app_label": "people",
    "app_name": "people",
    "model_name": "member",
    "action": "delete",
    "action_name": "delete",
    "filter_spec": "max-100x100",
    "uidb64": "MQ",
    "token": "x-y",
    "object_id": "1",
    "mode": "x",
    "pk": "1",
}


class Address(NamedTuple):
    name: str
    path: str


def office_addresses() -> Iterator[Address]:
    """Every address below /office/, with 1 for every number."""

    def walk(patterns: list[Any], namespaces: tuple[str, ...], at: str) -> Iterator[Address]:
        for pattern in patterns:
            path = at + _filled(pattern)
            if isinstance(pattern, URLResolver):
                inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
                yield from walk(pattern.url_patterns, inner, path)
            elif isinstance(pattern, URLPattern) and pattern.name:
                yield Address(":".join((*namespaces, pattern.name)), path)

    yield from (
        each
        for each in walk(get_resolver().url_patterns, (), "/")
        if each.path.startswith("/office/")
    )


def _filled(pattern: Any) -> str:
    route = str(pattern.pattern).replace("^", "").replace("$", "")
    if "revisions/compare" in route:
        return "1/revisions/compare/live...latest/"
    for name in pattern.pattern.converters:
        start, end = route.index("<"), route.index(">")
        route = route[:start] + FILLED.get(name, "1") + route[end + 1 :]
    return route


@pytest.fixture(autouse=True)
def first_rows(db: None) -> None:
    """Number the rows of empty tables from 1, whatever earlier tests have counted up to.

    SQLite does so by itself, since it takes its counters back with a transaction.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for sequence in connection.introspection.sequence_list():
            cursor.execute(f'SELECT NOT EXISTS (SELECT 1 FROM "{sequence["table"]}")')
            (is_empty,) = cursor.fetchone()
            if is_empty:
                for reset in connection.ops.sequence_reset_by_name_sql(no_style(), [sequence]):
                    cursor.execute(reset)


@pytest.fixture
def editor(changcheng: Community) -> Member:
    member = register_member(full_name="穆听雨", phone="19900000016", pin=PIN, community=changcheng)
    grant_role(member=member, role="editor")
    return member


@pytest.fixture
def world(ma: Member, radishes: Listing, millet: Listing, open_drawer: Till) -> Order:
    return order(ma, {millet: 1, radishes: 500})


def asked(client: Client, address: Address, method: str, home: int) -> int:
    """Ask for an address as if nothing had been asked before, and undo whatever it did."""
    path = _with_rows(address.path, home)
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        status: int = getattr(client, method)(path, BODY).status_code
        transaction.set_rollback(True)
    client.cookies = cookies
    return status


def _with_rows(path: str, home: int) -> str:
    """Name pages, groups and steps of a review that exist: none of them has the number 1."""
    path = path.replace("/pages/1/", f"/pages/{home}/")
    if "/groups/" in path:
        return path.replace("/1/", f"/{Group.objects.latest('pk').pk}/")
    if "/workflows/task" in path or "/workflow/preview/" in path:
        return path.removesuffix("1/") + f"{Task.objects.get().pk}/" if path[-3:] == "/1/" else path
    return path


def committed() -> dict[tuple[str, str], dict[str, int]]:
    """Read the table: an address and a method, and what each role is answered."""
    rows = (line.split() for line in TABLE.read_text().splitlines() if line[:1] not in ("#", ""))
    return {
        (path, method): dict(zip(ROLES, map(int, statuses), strict=True))
        for method, path, *statuses in rows
    }


# Wagtail Localize lists its translations in no order.
@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
@pytest.mark.parametrize("role", ROLES)
def test_every_address_of_the_office(
    role: str, world: Order, editor: Member, request: pytest.FixtureRequest
) -> None:
    client = Client(raise_request_exception=False)
    if role != "guest":
        client.force_login(request.getfixturevalue(role))
    home = Site.objects.get(is_default_site=True).root_page_id

    answered = {
        (address.path, method): asked(client, address, method, home)
        for address in office_addresses()
        for method in ("get", "post")
    }

    assert answered == {address: row[role] for address, row in committed().items()}
    assert max(answered.values()) < 500
