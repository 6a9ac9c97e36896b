"""Whatever is written into an address, a field, a header or a cookie: it is answered, never with
an error of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from market.orders.models import Order
from market.produce.models import Listing, Lot
from market.till.models import Till
from people.models import Member
from tests.stories import PIN, order

HOSTILE = [
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "1e9",
    "NaN",
    "Infinity",
    "一",
    "٣",
    "²",
    str(10**30),
    "9" * 5_000,
    "null",
    "[]",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e\u2066",
    "<script>alert(1)</script>",
    "\"'><svg onload=alert(1)>",
    "{{ 7 }}{% now 'Y' %}%(name)s%s%",
    "' OR 1=1 --",
    "=1+1",
    "../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "//evil.example/",
    "people:mine",
    "mine",
    "javascript:alert(1)",
    "https://evil.example/",
    "ﷺ" * 3_000,
    "𠮷" * 300_000,
]
IDS = [f"{number}-{text[:12]!r}" for number, text in enumerate(HOSTILE)]
KEY = "6f4b1f0e-2f0c-4a4c-9f0f-0d8f6f1b2c3d"


def assert_answered(response: Any, what: object) -> None:
    """No error of ours, and no way off the site."""
    assert response.status_code < 500, what
    assert "evil.example" not in response.headers.get("Location", "").partition("?")[0], what
    assert "a" not in response.cookies, what


def forms(millet: Listing, placed: Order) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every form of the site with right answers: who sends it, where to, what."""
    lines = {f"line_{line.pk}": "1" for line in placed.lines.all()}
    someone = {"phone": "19900000077", "pin": PIN}
    door = {"building": str(placed.household.building_id), "unit": "1", "door": "502"}
    goods = {"listing": str(millet.pk), "quantity": "1", "next": "/produce/"}
    yield "guest", reverse("people:sign-in"), someone | {"next": "/mine/", "is_shared": "on"}
    yield (
        "guest",
        reverse("people:sign-up"),
        someone | door | {
            "pin_again": PIN, "full_name": "周念慈", "registration_key": KEY, "next": "/mine/",
        },
    )  # fmt: skip
    yield "guest", reverse("people:mode"), {"mode": "elder", "next": "/mine/"}
    yield "guest", reverse("orders:add"), goods
    yield "ma", reverse("orders:add"), goods
    yield "ma", reverse("orders:change"), goods | {"remove": "1"}
    yield "ma", reverse("orders:change"), goods
    yield "bai", reverse("people:door"), door
    yield "ma", reverse("people:inbox"), {"up_to": "1"}
    yield "ma", reverse("people:pin"), {"old_pin": "x", "pin": "135790", "pin_again": "135790"}
    yield (
        "ma",
        reverse("orders:checkout", args=[millet.service_point_id]),
        {"tender": "cash", "goods": f"{millet.pk}:1", "total_fen": "3000", "key": KEY},
    )
    yield "chai", reverse("till:till"), {"looked_for": "1234"}
    yield "chai", reverse("till:choose"), {"till": "1"}
    yield "chai", reverse("till:open"), {"float_fen": "100", "key": KEY}
    yield (
        "chai",
        reverse("till:order", args=[placed.pk]),
        lines | {"nonce": KEY, "tender": "cash", "expected_fen": "3000"},
    )


def office_forms(millet: Listing, placed: Order) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The same of the back office."""
    task = {"key": "k", "note": "n"}
    listing, lot = [millet.pk], [Lot.objects.order_by("pk")[0].pk]
    yield "gu", reverse("people_office:unlock"), {"phone": "19900000001", "next": "/office/doors/"}
    yield "gu", reverse("people_office:confirm", args=[placed.placed_by_id]), {"next": "/office/"}
    certificate = {"origin": "x", "issued_on": "2026-11-20", "promised_by": "x", "contact": "x"}
    yield (
        "gu",
        reverse("listing:receive", args=listing),
        task | certificate | {"quantity": "1", "has_certificate": "on"},
    )
    yield "gu", reverse("listing:count", args=listing), task | {"counted": "9"}
    yield "gu", reverse("listing:waste", args=listing), task | {"quantity": "1", "reason": "broken"}
    yield "gu", reverse("listing:return", args=listing), task | {"reason": "x"}
    yield "gu", reverse("lot:correct", args=lot), task | {"arrived": "1"}
    yield "gu", reverse("lot:certify", args=lot), task | certificate
    yield "gu", reverse("order:cut", args=listing), task | {"missing": "1", "reason": "broken"}


@pytest.fixture
def placed(ma: Member, radishes: Listing, millet: Listing, open_drawer: Till) -> Order:
    return order(ma, {millet: 1, radishes: 500})


@pytest.fixture
def visitors(as_ma: Client, as_bai: Client, as_chai: Client, as_gu: Client) -> dict[str, Client]:
    return {"guest": Client(), "ma": as_ma, "bai": as_bai, "chai": as_chai, "gu": as_gu}


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_every_field_of_every_form(
    text: str, placed: Order, millet: Listing, visitors: dict[str, Client]
) -> None:
    safe = text.encode("utf-8", "replace").decode()
    for visitor, path, good in (*forms(millet, placed), *office_forms(millet, placed)):
        for name in good:
            response = visitors[visitor].post(path, good | {name: safe})

            assert_answered(response, (visitor, path, name))


@pytest.mark.parametrize("text", HOSTILE[:-1], ids=IDS[:-1])
def test_every_address_with_something_asked(
    text: str, placed: Order, millet: Listing, visitors: dict[str, Client]
) -> None:
    safe = text.encode("utf-8", "replace").decode()[:2_000]
    asked = ["q", "category", "page", "point", "certificate", "next", "tender", "step", "till"]
    paths = ["/", "/produce/", "/produce/XMG-XM-25/", "/basket/", "/sign-in/", "/mine/inbox/",
             f"/checkout/{millet.service_point_id}/", f"/till/orders/{placed.pk}/"]  # fmt: skip

    for path in paths:
        visitor = "chai" if path.startswith("/till") else "ma"
        response = visitors[visitor].get(path, dict.fromkeys(asked, safe))

        assert_answered(response, path)


NUMBERS = ["0", "9" * 19, "9" * 30, "9" * 4_000, "٣"]
"""gunicorn takes no address of more than 4,094 letters."""


@pytest.mark.parametrize("number", NUMBERS, ids=range(len(NUMBERS)))
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options", "head"])
def test_every_address_with_another_number(
    number: str, method: str, placed: Order, visitors: dict[str, Client]
) -> None:
    paths = ["/orders/{}/", "/orders/{}/cancel/", "/checkout/{}/", "/produce/certificates/{}/",
             "/till/orders/{}/", "/till/orders/{}/done/", "/till/orders/{}/slip/", "/q/{}/",
             "/till/orders/{}/cancel/", "/documents/{}/x", "/images/x/{}/y/z",
             "/office/doors/{}/confirm/",
             "/office/listing/receive/{}/", "/office/lot/correct/{}/", "/office/order/cut/{}/",
             "/office/users/edit/{}/", "/office/users/inspect/{}/", "/en/orders/{}/"]  # fmt: skip

    for path in paths:
        client = visitors["chai" if path.startswith("/till") else "gu"]
        response = getattr(client, method)(path.format(number))

        answers = (302, 403, 404, 405, 200) if method == "options" else (302, 403, 404, 405)
        assert response.status_code in answers, path


@pytest.mark.parametrize(
    "path",
    [
        "/%00", "/a%00b/", "/en/%00/", "/media/%00", "/documents/1/%00",
        "///evil.example", "/%2F%2Fevil.example/", "/en//evil.example", "/EN/", "/en/en/",
        "/zh-hans/", "/static/../../etc/passwd", "/media/..%2f..%2fetc/passwd", "/%ff%fe/",
        "/" + "a/" * 2_000, "/office/%00/", "/office/users/?q=%00", "/office/images/?tag=%00",
        "/office/choose-page/?locale=%00", "/office/failwhale/", "/\\evil.example",
    ],
)  # fmt: skip
@pytest.mark.parametrize("visitor", ["guest", "gu"])
def test_odd_addresses(path: str, visitor: str, visitors: dict[str, Client]) -> None:
    response = visitors[visitor].get(path)

    assert response.status_code in (302, 400, 404), path
    assert_answered(response, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"}, {"host": "testserver:99999999"}, {"host": "a" * 5_000},
        {"x-forwarded-host": "evil.example"}, {"accept-language": "x" * 50_000},
        {"accept-language": "zh;q=NaN,en;q=1e999,*"}, {"referer": "\x00"},
        {"hx-request": "true", "hx-current-url": "http://["}, {"range": "bytes=9-1"},
        {"content-length": "-5"}, {"content-type": "multipart/form-data"},
        {"if-modified-since": "yesterday"},
    ],
    ids=range(12),
)  # fmt: skip
def test_odd_headers(headers: dict[str, str], visitors: dict[str, Client]) -> None:
    for path in ("/", "/mine/", "/en/produce/"):
        response = visitors["ma"].get(path, headers=headers)

        assert response.status_code in (200, 400)
        assert "evil.example" not in response.text.replace("HTTP_HOST", "")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=phone"),
        ("application/json", b"{"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"phone=1"),
        ("application/x-www-form-urlencoded", b"phone=%ff%fe&pin=%00"),
        ("application/x-www-form-urlencoded", b"phone=1&phone=2&pin=1&pin=2"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % i for i in range(2_000))),
        ("text/plain; charset=rot13", b"x"),
    ],
    ids=range(8),
)
@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/", "/basket/add/", "/mode/"])
def test_odd_bodies(path: str, kind: str, body: bytes, visitors: dict[str, Client]) -> None:
    response = visitors["guest"].generic("POST", path, body, content_type=kind)

    assert response.status_code in (400, 404, 422)
