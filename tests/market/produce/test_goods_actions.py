"""Suppliers, carriers, shelves and products: adding is keyed by the code, editing keeps up."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.models import Unit
from market.produce.actions.add_carrier import add_carrier
from market.produce.actions.add_category import add_category
from market.produce.actions.add_product import SkuReserved, add_product
from market.produce.actions.add_supplier import add_supplier
from market.produce.actions.edit_product import CountedInTheBooks, edit_product
from market.produce.actions.edit_supplier import edit_supplier
from market.produce.models import Carrier, Category, Listing, Product, Supplier
from market.produce.refusals import CodeTaken
from market.produce.search import finds
from people.models import Member


def noodles(supplier: Supplier, category: Category, **changes: Any) -> Product:
    details: dict[str, Any] = {
        "sku": "XJ-FT-500",
        "name": "西吉洋芋粉条",
        "name_en": "Xiji potato noodles",
        "unit_word": "袋",
        "unit_g": 500,
    }
    return add_product(supplier=supplier, category=category, **details | changes)


def edited(product: Product, **changes: Any) -> None:
    details = {
        name: getattr(product, name)
        for name in (
            "category",
            "name",
            "name_en",
            "unit_word",
            "unit_g",
            "unit_ml",
            "unit_pieces",
            "sold_by_weight",
            "keeps",
            "needs_certificate",
            "tip",
            "tip_en",
            "photo",
        )
    }
    edit_product(product=product, **details | changes)


def test_a_product_opens_its_unit_in_the_books(xiamaguan: Supplier, dry_goods: Category) -> None:
    product = noodles(xiamaguan, dry_goods)

    assert Unit.objects.get(code="XJ-FT-500").name == "西吉洋芋粉条"
    assert (product.unit_quantity, product.step_quantity) == (1, 1)
    assert all(finds(typed, product.search_keys) for typed in ("ft", "粉条", "noodles", "xmg"))


def test_adding_twice_is_adding_once(
    xiamaguan: Supplier, dry_goods: Category, lorry: Carrier
) -> None:
    first = noodles(xiamaguan, dry_goods)

    assert noodles(xiamaguan, dry_goods, tip="煮十分钟") == first
    assert add_category(slug="dry-goods", name="粮油干货", name_en="x") == dry_goods
    assert add_carrier(code=lorry.code, name=lorry.name, kind=lorry.kind) == lorry
    assert (
        add_supplier(code="XMG", name=xiamaguan.name, kind="farmer", place="x", distance_km=1)
        == xiamaguan
    )
    assert Product.objects.get().tip == ""


@pytest.mark.parametrize(
    "add",
    [
        lambda: add_category(slug="dry-goods", name="别的", name_en="x"),
        lambda: add_carrier(code="TTSL", name="别的", kind=Carrier.Kind.TRANSPORT),
        lambda: add_supplier(code="XMG", name="别的", kind="farmer", place="x", distance_km=1),
        lambda: noodles(Supplier.objects.get(), Category.objects.get(), name="别的"),
    ],
    ids=["category", "carrier", "supplier", "product"],
)
def test_a_code_names_one_row(
    add: Any, xiamaguan: Supplier, dry_goods: Category, lorry: Carrier
) -> None:
    product = noodles(xiamaguan, dry_goods)

    with pytest.raises(CodeTaken):
        add()

    assert (Category.objects.count(), Carrier.objects.count(), Supplier.objects.count()) == (
        1,
        1,
        1,
    )
    assert Product.objects.get().name == product.name


@pytest.mark.parametrize("sku", ["CNY", "POINT"])
def test_money_and_points_are_no_products(
    sku: str, xiamaguan: Supplier, dry_goods: Category
) -> None:
    with pytest.raises(SkuReserved):
        noodles(xiamaguan, dry_goods, sku=sku)

    assert not Product.objects.exists()


def test_an_edited_product_is_found_by_its_new_name(
    xiamaguan: Supplier, dry_goods: Category
) -> None:
    product = noodles(xiamaguan, dry_goods)

    edited(product, name="西吉粉丝", tip="热水泡软")

    product = Product.objects.get()
    assert (product.name, product.tip, product.sku) == ("西吉粉丝", "热水泡软", "XJ-FT-500")
    assert finds("fs", product.search_keys)
    assert not finds("ft", product.search_keys)


@pytest.mark.parametrize("changes", [{"sold_by_weight": False}, {"unit_g": 1000}])
def test_what_the_books_count_stays_counted_so(changes: dict[str, Any], radishes: Listing) -> None:
    with pytest.raises(CountedInTheBooks):
        edited(radishes.product, **changes, name="别的")

    product = Product.objects.get()
    assert (product.sold_by_weight, product.unit_g, product.name) == (True, 500, "红寺堡萝卜")


def test_before_it_is_listed_a_product_may_be_counted_otherwise(
    xiamaguan: Supplier, dry_goods: Category
) -> None:
    edited(noodles(xiamaguan, dry_goods), sold_by_weight=True)

    assert Product.objects.get().unit_quantity == 500


def test_a_supplier_that_moved_is_found_at_its_new_place(
    xiamaguan: Supplier, dry_goods: Category, bai: Member
) -> None:
    noodles(xiamaguan, dry_goods)

    edit_supplier(
        supplier=xiamaguan,
        name="盐池杂粮合作社",
        kind=xiamaguan.kind,
        place="吴忠市盐池县",
        distance_km=110,
        story="",
        story_en="",
        name_en="",
        place_en="",
        members=[bai],
    )

    keys = Product.objects.get().search_keys
    assert finds("yanchi", keys)
    assert not finds("下马关", keys)
    assert list(xiamaguan.members.all()) == [bai]


def test_payee_details_stay_unless_they_are_given(xiamaguan: Supplier) -> None:
    details: dict[str, Any] = {
        "name": xiamaguan.name,
        "kind": xiamaguan.kind,
        "place": xiamaguan.place,
        "distance_km": 1,
        "story": "",
        "story_en": "",
        "name_en": "",
        "place_en": "",
    }
    edit_supplier(supplier=xiamaguan, **details, payee_details="农行 6228")

    edit_supplier(supplier=xiamaguan, **details)

    assert Supplier.objects.get().payee_details == "农行 6228"
