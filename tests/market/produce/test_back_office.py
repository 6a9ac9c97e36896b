"""The shop in the back office: staff keep it, through the same actions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from market.produce.models import (
    Carrier,
    Category,
    Listing,
    Lot,
    Product,
    StockChange,
    Supplier,
)
from people.models import Member, ServicePoint
from tests.market.produce.office import KEY, offer, status_of, stock_of, task
from tests.stories import order

# --- Listings -------------------------------------------------------------------------


def test_staff_offer_a_listing(
    as_gu: Client, radishes: Listing, xihu_point: ServicePoint, lorry: Carrier
) -> None:
    response = as_gu.post(
        reverse("listing:add"), offer(radishes.product, xihu_point, carrier=lorry.pk)
    )

    assert response.status_code == 302
    listing = Listing.objects.get(service_point=xihu_point)
    assert (listing.status, listing.cost_fen, listing.carrier) == ("draft", (75, 20, 0), lorry)
    assert listing.stock.code == f"goods/HSB-LB/stock/{KEY}"


def test_a_second_press_offers_once(
    as_gu: Client, radishes: Listing, xihu_point: ServicePoint, lorry: Carrier
) -> None:
    form = offer(radishes.product, xihu_point, carrier=lorry.pk)
    for _press in range(2):
        assert as_gu.post(reverse("listing:add"), form).status_code == 302

    assert Listing.objects.filter(service_point=xihu_point).count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "有运费就要选运输方"),
        ({"transport_cost": "0", "packing_cost": "0.10"}, "有包装费就要选包装方"),
        ({"on_sale_until": "2026-11-19 09:00"}, "截单要在开卖之后"),
        ({"farmer_price": "0"}, "0.01"),
        ({"farmer_price": "-1"}, "0.01"),
        ({"farmer_price": "0.705"}, "2"),
        ({"points_price": "0"}, "1"),
    ],
)
def test_a_wrong_offer_is_said_and_nothing_is_written(
    changes: dict[str, str],
    sentence: str,
    as_gu: Client,
    radishes: Listing,
    xihu_point: ServicePoint,
) -> None:
    page = as_gu.post(reverse("listing:add"), offer(radishes.product, xihu_point, **changes))

    assert page.status_code == 200
    assert sentence in page.text
    assert Listing.objects.get() == radishes


def test_staff_change_a_price(as_gu: Client, radishes: Listing, lorry: Carrier) -> None:
    form = offer(radishes.product, radishes.service_point, carrier=lorry.pk)
    shown = as_gu.get(reverse("listing:edit", args=[radishes.pk])).text
    assert 'value="0.70"' in shown

    as_gu.post(reverse("listing:edit", args=[radishes.pk]), form | {"status": "withdrawn"})

    radishes.refresh_from_db()
    assert radishes.cost_fen == (75, 20, 0)
    assert radishes.status == "on_sale"


def test_the_list_shows_stock_and_price(as_gu: Client, radishes: Listing, ma: Member) -> None:
    order(ma, {radishes: 10_000})

    page = as_gu.get(reverse("listing:index")).text

    assert "¥0.90" in page
    assert "100 斤，能卖 80 斤" in page
    for name in ("receive", "count", "waste", "withdraw"):
        assert task(name, radishes) in page
    for name in ("release", "submit", "return"):
        assert task(name, radishes) not in page


def test_what_is_done_to_goods_each_day_stands_in_the_row(as_gu: Client, radishes: Listing) -> None:
    page = as_gu.get(reverse("listing:index")).text

    in_the_row = "".join(re.findall(r"<a [^>]*button-small[^>]*>", page))
    for name in ("receive", "count", "waste"):
        assert task(name, radishes) in in_the_row
    assert task("withdraw", radishes) not in in_the_row


def test_a_list_says_yes_and_no_in_words(as_gu: Client, radishes: Listing, millet: Listing) -> None:
    page = as_gu.get(reverse("product:index")).text

    label = 'data-label="要有承诺达标合格证"'
    assert (page.count(f"<td {label}>是</td>"), page.count(f"<td {label}>否</td>")) == (1, 1)
    assert "True" not in page


def test_the_steps_of_a_listing(as_gu: Client, millet: Listing) -> None:
    as_gu.post(task("withdraw", millet), {"key": KEY})
    assert status_of(millet) == "withdrawn"

    as_gu.post(task("release", millet), {"key": KEY})
    assert status_of(millet) == "on_sale"

    Listing.objects.update(status="draft")
    as_gu.post(task("submit", millet), {"key": KEY})
    assert status_of(millet) == "submitted"

    as_gu.post(task("return", millet), {"key": KEY, "reason": "价格写反了"})
    assert status_of(millet) == "returned"
    assert Listing.objects.get().returned_reason == "价格写反了"


@pytest.mark.parametrize(
    ("step", "status", "sentence"),
    [
        ("release", "returned", "这张货单现在是“退回”"),
        ("withdraw", "draft", "这张货单现在是“草稿”"),
        ("submit", "withdrawn", "这张货单现在是“下架”"),
    ],
)
def test_a_refused_step_is_said(
    step: str, status: str, sentence: str, as_gu: Client, millet: Listing
) -> None:
    Listing.objects.update(status=status)

    page = as_gu.post(task(step, millet), {"key": KEY})

    assert page.status_code == 409
    assert sentence in page.text
    assert status_of(millet) == status


def test_looking_changes_nothing(as_gu: Client, millet: Listing) -> None:
    for name in ("withdraw", "release", "submit", "return", "receive", "count", "waste"):
        assert as_gu.get(task(name, millet)).status_code == 200

    assert (status_of(millet), stock_of(millet)) == ("on_sale", 10)


# --- Who may --------------------------------------------------------------------------

INDEXES = ["listing", "lot", "stockchange", "product", "supplier", "carrier", "category"]


def office_addresses(listing: Listing) -> list[str]:
    lot = Lot.objects.get(listing=listing)
    tasks = ["receive", "count", "waste", "submit", "release", "return", "withdraw"]
    return [
        *(reverse(f"{name}:index") for name in INDEXES),
        *(task(name, listing) for name in tasks),
        task("correct", lot),
        task("certify", lot),
        reverse("price-tags"),
        reverse("listing:add"),
        reverse("listing:edit", args=[listing.pk]),
    ]


def test_staff_see_every_page(as_gu: Client, as_xue: Client, millet: Listing) -> None:
    for address in office_addresses(millet):
        assert as_gu.get(address).status_code == 200, address
        assert as_xue.get(address).status_code == 200, address


def test_others_see_none(client: Client, as_ma: Client, as_chai: Client, millet: Listing) -> None:
    for address in office_addresses(millet):
        for visitor in (client, as_ma, as_chai):
            assert visitor.get(address).status_code == 302, address
            assert visitor.post(address, {"key": KEY}).status_code == 302, address

    assert (status_of(millet), stock_of(millet)) == ("on_sale", 10)


@pytest.mark.parametrize("name", INDEXES)
def test_nobody_deletes(name: str, client: Client, millet: Listing, radishes: Listing) -> None:
    StockChange.objects.create(
        listing=millet,
        kind="count",
        reason="counted",
        change=0,
        changed_at=Lot.objects.all()[0].received_at,
        changed_by=Member.objects.all()[0],
        key="x",
    )
    models: dict[str, Any] = {
        "listing": Listing,
        "lot": Lot,
        "stockchange": StockChange,
        "product": Product,
        "supplier": Supplier,
        "carrier": Carrier,
        "category": Category,
    }
    rows = models[name].objects
    boss = Member.objects.all()[0]
    Member.objects.filter(pk=boss.pk).update(is_superuser=True)
    client.force_login(Member.objects.get(pk=boss.pk))
    before = rows.count()

    response = client.post(reverse(f"{name}:delete", args=[rows.all()[0].pk]))

    assert response.status_code == 302
    assert rows.count() == before


@pytest.mark.parametrize("name", ["lot", "stockchange"])
def test_what_happened_is_written_once(name: str, as_gu: Client, millet: Listing) -> None:
    assert as_gu.get(reverse(f"{name}:add")).status_code == 302
    assert as_gu.get(reverse(f"{name}:edit", args=[Lot.objects.get().pk])).status_code == 302


def test_a_hostile_name_is_shown_as_text(as_gu: Client, millet: Listing) -> None:
    Product.objects.update(name="<script>alert(1)</script>")

    for address in office_addresses(millet):
        assert "<script>alert" not in as_gu.get(address).text, address
