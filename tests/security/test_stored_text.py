"""What farmers, members and editors write is shown as text, on every surface, and runs nothing."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.images import ImageFile
from django.test import Client
from wagtail.images.models import Image

from cms.models import HomePage
from market.orders.models import Order
from market.produce.models import (
    Carrier,
    Category,
    Certificate,
    Listing,
    Product,
    StockChange,
    Supplier,
)  # fmt: skip
from market.till.models import Till
from people.models import Building, Community, Member, ServicePoint
from tests.security.test_uploads import picture
from tests.stories import hand_out, order

EVIL = "\"'><img src=x onerror=alert(1)>{{7}}"
"""Short enough for the shortest of these fields."""

SHORT = "<q>1"


class Reader(HTMLParser):
    """Reads a page as a browser does, and notes what the writer of a text has put into it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "q" or any(name.startswith("on") for name, _value in attrs):
            self.found.append(self.get_starttag_text() or tag)


def runs(page: str) -> list[str]:
    """Return the elements of a page that none of our templates has in it."""
    reader = Reader()
    reader.feed(page)
    return reader.found


@pytest.fixture
def written(
    ma: Member, bai: Member, chai: Member, radishes: Listing, millet: Listing, open_drawer: Till,
    settings: Any, tmp_path: Any, as_gu: Client,
) -> Order:  # fmt: skip
    """Everything that somebody may write holds markup."""
    settings.MEDIA_ROOT = tmp_path
    hand_out(order(ma, {millet: 1}), by=chai)
    placed = order(ma, {millet: 1, radishes: 500})
    with (tmp_path / "a.jpg").open("wb") as file:
        file.write(picture())
    with (tmp_path / "a.jpg").open("rb") as file:
        image = Image.objects.create(title=EVIL, file=ImageFile(file, name="a.jpg"))
    Supplier.objects.update(name=EVIL, place=EVIL, story=EVIL, story_en=EVIL, payee_details=EVIL)
    Carrier.objects.update(name=EVIL, payee_details=EVIL)
    Category.objects.update(name="<q>1", name_en=EVIL)
    Product.objects.update(
        name=EVIL, name_en=EVIL, unit_word=SHORT, tip=EVIL, tip_en=EVIL, photo=image
    )
    Certificate.objects.update(origin=EVIL, promised_by=EVIL, contact=EVIL)
    Community.objects.update(name=EVIL, name_en=EVIL, street=EVIL)
    Building.objects.update(compound=EVIL, number=SHORT)
    ServicePoint.objects.update(name=EVIL, hours=EVIL, phone='"><q>1')
    Till.objects.update(name=EVIL)
    for member in Member.objects.all():
        Member.objects.filter(pk=member.pk).update(full_name=EVIL)
    HomePage.objects.update(headline=EVIL, promise=EVIL, intro=EVIL, notice=EVIL, title=EVIL)
    as_gu.post(
        f"/office/listing/waste/{radishes.pk}/",
        {"key": "k", "note": EVIL, "quantity": "1", "reason": "broken"},
    )
    assert StockChange.objects.get().note == EVIL
    as_gu.post(f"/office/doors/{bai.pk}/confirm/")
    return placed


def test_pages(written: Order, as_ma: Client, as_bai: Client, as_chai: Client) -> None:
    certificate = Certificate.objects.get().pk
    number = written.pk
    collected = Order.objects.get(status="collected").pk
    pages = ["/", "/produce/", "/produce/?q=nothing", "/produce/XMG-XM-25/", "/basket/",
             f"/produce/certificates/{certificate}/", "/sign-in/", "/sign-up/",
             "/q/aaaaaaaaaa/"]  # fmt: skip
    mine = ["/mine/", "/mine/inbox/", "/mine/door/", "/orders/", f"/orders/{number}/",
            f"/checkout/{written.service_point_id}/"]  # fmt: skip
    counter = ["/till/", "/till/choose/", f"/till/orders/{number}/",
               f"/till/orders/{number}/slip/",
               f"/till/orders/{collected}/", f"/till/orders/{collected}/done/",
               "/till/slips/"]  # fmt: skip
    as_ma.post("/basket/add/", {"listing": str(written.lines.all()[0].listing_id), "quantity": "1"})

    for client, paths in ((Client(), pages), (as_ma, pages + mine), (as_bai, mine[:2]),
                          (as_chai, counter)):  # fmt: skip
        for path in (*paths, *(f"/en{each}" for each in paths)):
            page = client.get(path, follow=True).text
            assert runs(page) == [], path


def test_the_office(written: Order, as_xue: Client) -> None:
    names = ["listing", "lot", "stockchange", "product", "supplier", "carrier", "category", "order",
             "building", "community", "servicepoint", "tills", "till_sessions", "users", "images",
             "doors", "order/cut", "price-tags", "reports/site-history", "pages", "books-accounts",
             "books-entries"]  # fmt: skip
    one = ["listing/edit", "listing/receive", "listing/count", "listing/usage", "product/edit",
           "supplier/edit", "carrier/edit", "product/history", "stockchange/inspect", "lot/inspect",
           "order/cut", "users/inspect", "images", "till_sessions/inspect"]  # fmt: skip
    ids = {"listing": Listing, "product": Product, "supplier": Supplier, "carrier": Carrier,
           "stockchange": StockChange, "users": Member, "images": Image}  # fmt: skip
    pages = [f"/office/{name}/" for name in names]
    for name in one:
        model = ids.get(name.partition("/")[0], Listing)
        pages.append(f"/office/{name}/{model.objects.order_by('pk')[0].pk}/")

    for path in ("/office/", *pages):
        page = as_xue.get(path, follow=True).text
        assert runs(page) == [], path


def test_the_check_can_fail() -> None:
    assert runs(f"<p>{EVIL}</p>")
    assert runs(f"<td>{SHORT}</td>")
