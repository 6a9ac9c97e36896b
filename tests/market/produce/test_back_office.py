"""The shop in the back office: staff keep it, through the same actions."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from market.produce.actions.edit_supplier import edit_supplier
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import (
    Carrier,
    Category,
    Certificate,
    Listing,
    Lot,
    Product,
    StockChange,
    Supplier,
)
from market.produce.search import finds
from people.models import Member, ServicePoint
from tests.stories import order

KEY = "3f1c1a52d1a64b0d9d1f7f6f9a9b1c2d"


def task(name: str, row: Listing | Lot) -> str:
    return reverse(f"{'lot' if isinstance(row, Lot) else 'listing'}:{name}", args=[row.pk])


def stock_of(listing: Listing) -> int:
    return Listing.objects.select_related("stock").get(pk=listing.pk).stock.balance


def status_of(listing: Listing) -> str:
    return Listing.objects.get(pk=listing.pk).status


def offer(product: Product, point: ServicePoint, **changes: Any) -> dict[str, Any]:
    """What the form for a new listing sends."""
    return {
        "key": KEY,
        "product": product.pk,
        "service_point": point.pk,
        "farmer_price": "0.75",
        "transport_cost": "0.20",
        "packing_cost": "0",
        "carrier": "",
        "packer": "",
        "points_price": "2",
        "household_limit": "",
        "on_sale_from": "2026-11-20 09:00",
        "on_sale_until": "",
    } | changes


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


# --- Receiving ------------------------------------------------------------------------

WITH_CERTIFICATE = {
    "has_certificate": "on",
    "origin": "吴忠市红寺堡区",
    "issued_on": "2026-11-20",
    "promised_by": "罗大勇",
    "contact": "0951-0000009",
}


def test_staff_receive_goods_with_their_certificate(as_gu: Client, radishes: Listing) -> None:
    shown = as_gu.get(task("receive", radishes)).text
    assert 'value="吴忠市红寺堡区"' in shown
    assert 'value="红寺堡助残种植组（样例）"' in shown

    response = as_gu.post(
        task("receive", radishes), {"key": KEY, "quantity": "86.25 斤", **WITH_CERTIFICATE}
    )

    assert response["Location"] == reverse("listing:index")
    lot = Lot.objects.get(key=KEY)
    assert (lot.quantity, lot.certificate and lot.certificate.promised_by) == (43_125, "罗大勇")
    assert stock_of(radishes) == 93_125


def test_a_second_press_receives_once(as_gu: Client, radishes: Listing) -> None:
    for _press in range(2):
        as_gu.post(task("receive", radishes), {"key": KEY, "quantity": "10", **WITH_CERTIFICATE})

    assert stock_of(radishes) == 55_000
    assert Certificate.objects.count() == 2


def test_what_needs_no_certificate_asks_for_none(as_gu: Client, millet: Listing) -> None:
    assert "has_certificate" not in as_gu.get(task("receive", millet)).text

    as_gu.post(task("receive", millet), {"key": KEY, "quantity": "5"})

    assert stock_of(millet) == 15


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"quantity": "0"}, 422, "请写大于 0 的数"),
        ({"quantity": "-1"}, 422, "请写大于 0 的数"),
        ({"quantity": "一"}, 422, "请用数字写"),
        ({"quantity": "1000000000"}, 422, "最多写 99999"),
        ({"quantity": "0.003"}, 422, "请按 0.01 斤一档写"),
        ({"promised_by": ""}, 422, "请照合格证填写"),
        ({"issued_on": "2999-01-01"}, 422, "开具日期不能晚于今天"),
        ({"has_certificate": ""}, 409, "有一批货没带承诺达标合格证"),
        ({"key": "lot-first", "quantity": "11"}, 409, "请重新打开再填"),
    ],
)
def test_a_wrong_receipt_is_said_and_nothing_is_written(
    changes: dict[str, str], status: int, sentence: str, as_gu: Client, radishes: Listing
) -> None:
    Lot.objects.update(key="lot-first")
    form = {"key": KEY, "quantity": "10", **WITH_CERTIFICATE, **changes}

    page = as_gu.post(task("receive", radishes), form)

    assert page.status_code == status
    assert sentence in page.text
    assert (Lot.objects.count(), stock_of(radishes)) == (1, 50_000)


def test_a_lot_without_its_certificate_is_shown_and_mended(
    as_gu: Client, radishes: Listing
) -> None:
    withdraw_listing(listing=radishes)
    as_gu.post(task("receive", radishes), {"key": KEY, "quantity": "10"})
    lot = Lot.objects.get(key=KEY)
    assert "没证" in as_gu.get(reverse("lot:index")).text
    assert as_gu.post(task("release", radishes), {"key": KEY}).status_code == 409

    as_gu.post(task("certify", lot), {"key": KEY, **WITH_CERTIFICATE})

    assert "没证" not in as_gu.get(reverse("lot:index")).text
    as_gu.post(task("release", radishes), {"key": KEY})
    assert status_of(radishes) == "on_sale"


def test_staff_correct_a_lot(as_gu: Client, radishes: Listing) -> None:
    lot = Lot.objects.get()

    as_gu.post(task("correct", lot), {"key": KEY, "arrived": "86"})
    assert (Lot.objects.get().quantity, stock_of(radishes)) == (43_000, 43_000)

    page = as_gu.post(task("correct", lot), {"key": uuid.uuid4().hex, "arrived": "90"})
    assert page.status_code == 409
    assert "多到的货另记一批" in page.text


# --- Counting and waste ---------------------------------------------------------------


def test_staff_count_the_shelf(as_gu: Client, radishes: Listing) -> None:
    assert "账上有 100 斤，其中能动的 100 斤" in as_gu.get(task("count", radishes)).text

    as_gu.post(task("count", radishes), {"key": KEY, "counted": "98.5", "note": "晚上盘的"})

    assert stock_of(radishes) == 49_250
    page = as_gu.get(reverse("stockchange:index")).text
    assert "－1.5 斤" in page
    assert "晚上盘的" in page


def test_an_empty_shelf_can_be_counted(as_gu: Client, millet: Listing) -> None:
    as_gu.post(task("count", millet), {"key": KEY, "counted": "0"})

    assert stock_of(millet) == 0


def test_a_count_below_what_is_ordered_says_how_much_is_held(
    as_gu: Client, radishes: Listing, ma: Member
) -> None:
    order(ma, {radishes: 10_000})

    page = as_gu.post(task("count", radishes), {"key": KEY, "counted": "19"})

    assert page.status_code == 409
    assert "订单占着 20 斤，比盘到的多：先减订单，再盘一次。" in page.text
    assert (stock_of(radishes), StockChange.objects.count()) == (50_000, 0)


def test_staff_write_off_waste(as_gu: Client, millet: Listing) -> None:
    as_gu.post(task("waste", millet), {"key": KEY, "quantity": "2", "reason": "broken"})

    assert stock_of(millet) == 8
    assert StockChange.objects.get().reason == "broken"


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"quantity": "8"}, 409, "能动的只有 7 袋，订单占着 3 袋"),
        ({"quantity": "1.5"}, 422, "这个按整件卖"),
        ({"reason": "counted"}, 422, "counted"),
    ],
)
def test_wrong_waste_is_said_and_nothing_is_written(
    changes: dict[str, str],
    status: int,
    sentence: str,
    as_gu: Client,
    millet: Listing,
    ma: Member,
) -> None:
    order(ma, {millet: 3})
    form = {"key": KEY, "quantity": "1", "reason": "broken", **changes}

    page = as_gu.post(task("waste", millet), form)

    assert page.status_code == status
    assert sentence in page.text
    assert (stock_of(millet), StockChange.objects.count()) == (10, 0)


# --- Products and suppliers -----------------------------------------------------------


def product_form(supplier: Supplier, category: Category, **changes: str) -> dict[str, Any]:
    return {
        "supplier": supplier.pk,
        "category": category.pk,
        "sku": "XJ-FT-500",
        "name": "西吉洋芋粉条",
        "name_en": "",
        "unit_word": "袋",
        "unit_g": "500",
        "unit_ml": "",
        "unit_pieces": "",
        "keeps": "on",
        "tip": "",
        "tip_en": "",
        "photo": "",
        **changes,
    }


def test_staff_add_a_product(as_gu: Client, xiamaguan: Supplier, dry_goods: Category) -> None:
    response = as_gu.post(reverse("product:add"), product_form(xiamaguan, dry_goods))

    assert response.status_code == 302
    assert finds("ft", Product.objects.get().search_keys)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sku": "CNY"}, "这个货号账上另有用处"),
        ({"sold_by_weight": "on", "unit_g": ""}, "请写一个单位是多少克"),
        ({"sku": "XMG-XM-25"}, "货号"),
    ],
)
def test_a_wrong_product_is_said_and_nothing_is_written(
    changes: dict[str, str], sentence: str, as_gu: Client, millet: Listing
) -> None:
    form = product_form(millet.product.supplier, millet.product.category, **changes)

    page = as_gu.post(reverse("product:add"), form)

    assert page.status_code == 200
    assert sentence in page.text
    assert Product.objects.count() == 1


def test_staff_rename_a_product_but_not_its_number(as_gu: Client, millet: Listing) -> None:
    product = millet.product
    form = product_form(product.supplier, product.category, name="黄小米", unit_g="2500")

    as_gu.post(reverse("product:edit", args=[product.pk]), form)

    product.refresh_from_db()
    assert (product.name, product.sku) == ("黄小米", "XMG-XM-25")
    assert finds("hxm", product.search_keys)


def test_what_the_books_count_cannot_be_counted_otherwise(as_gu: Client, radishes: Listing) -> None:
    product = radishes.product
    form = product_form(product.supplier, product.category)

    page = as_gu.post(reverse("product:edit", args=[product.pk]), form)

    assert "账上已经这样记数了" in page.text
    assert Product.objects.get().sold_by_weight is True


def supplier_form(**changes: str) -> dict[str, str]:
    return {
        "code": "XJ",
        "name": "西吉粉条农户组",
        "kind": "cooperative",
        "place": "固原市西吉县",
        "distance_km": "320",
        "story": "",
        "story_en": "",
        **changes,
    }


def test_where_a_supplier_is_paid_is_for_those_who_settle(
    as_gu: Client, as_xue: Client, xiamaguan: Supplier
) -> None:
    edit_supplier(
        supplier=xiamaguan,
        name=xiamaguan.name,
        kind=xiamaguan.kind,
        place=xiamaguan.place,
        distance_km=150,
        story="",
        story_en="",
        name_en="",
        place_en="",
        payee_details="农行 6228 0000",
    )
    address = reverse("supplier:edit", args=[xiamaguan.pk])

    assert "6228" not in as_gu.get(address).text
    assert "6228" in as_xue.get(address).text
    as_gu.post(address, supplier_form(payee_details="骗子 0001"))
    assert Supplier.objects.get().payee_details == "农行 6228 0000"
    as_xue.post(address, supplier_form(payee_details="农行 6228 1111"))
    assert Supplier.objects.get().payee_details == "农行 6228 1111"
    assert Supplier.objects.get().code == "XMG"


def test_staff_add_suppliers_carriers_and_shelves(as_gu: Client) -> None:
    as_gu.post(reverse("supplier:add"), supplier_form())
    as_gu.post(
        reverse("carrier:add"), {"code": "TTSL", "name": "天天顺路车队", "kind": "transport"}
    )
    as_gu.post(
        reverse("category:add"), {"slug": "eggs", "name": "禽蛋", "name_en": "Eggs", "position": 3}
    )

    assert Supplier.objects.get().place == "固原市西吉县"
    assert Carrier.objects.get().name == "天天顺路车队"
    assert Category.objects.get().name_en == "Eggs"


def test_a_code_that_is_taken_is_said(as_gu: Client, xiamaguan: Supplier) -> None:
    page = as_gu.post(reverse("supplier:add"), supplier_form(code="XMG"))

    assert page.status_code == 200
    assert Supplier.objects.get() == xiamaguan


# --- Price tags -----------------------------------------------------------------------


def test_price_tags_say_what_the_law_asks_for(
    as_gu: Client, radishes: Listing, millet: Listing, xihu_point: ServicePoint
) -> None:
    page = as_gu.get(reverse("price-tags")).text

    assert page.count('<section class="price-tag">') == 2
    for words in [
        "下马关黄小米",
        "¥30.00<i>／袋</i>",
        "¥6.00／500克",
        "产地：吴忠市同心县下马关镇",
        "农户到手 ¥28.00",
    ]:
        assert words in page
    empty = as_gu.get(reverse("price-tags"), {"point": xihu_point.pk}).text
    assert "这个点没有在卖的货" in empty


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
