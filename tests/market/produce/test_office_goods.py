"""Products, suppliers and price tags in the back office."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from market.produce.actions.edit_supplier import edit_supplier
from market.produce.models import (
    Carrier,
    Category,
    Listing,
    Product,
    Supplier,
)
from market.produce.search import finds
from people.models import ServicePoint

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
