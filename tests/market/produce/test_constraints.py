"""What must never be false about goods, the database refuses by itself."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError

from market.produce.actions.offer_listing import offer_listing
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
from people.models import Member
from tests.conftest import MARKET_DAY


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"farmer_price": 0}, "listing_pays_the_farmer"),
        ({"farmer_price": -1}, "listing_pays_the_farmer"),
        ({"transport_cost": -1}, "listing_pays_the_farmer|listing_has_a_carrier"),
        ({"packing_cost": -1}, "listing_pays_the_farmer|listing_has_a_packer"),
        ({"farmer_price_currency": "EUR"}, "listing_counts_in_yuan"),
        ({"transport_cost_currency": "EUR"}, "listing_counts_in_yuan"),
        ({"packing_cost_currency": "EUR"}, "listing_counts_in_yuan"),
        ({"transport_cost": 0}, "listing_has_a_carrier_exactly_when_it_costs"),
        ({"carrier": None}, "listing_has_a_carrier_exactly_when_it_costs"),
        ({"packing_cost": 0}, "listing_has_a_packer_exactly_when_it_costs"),
        ({"packer": None}, "listing_has_a_packer_exactly_when_it_costs"),
        ({"points_price": 0}, "listing_costs_points"),
        ({"on_sale_until": F("on_sale_from")}, "listing_closes_after_it_opens"),
    ],
)
def test_a_listing_that_cannot_be(
    changes: dict[str, Any], constraint: str, millet: Listing
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Listing.objects.filter(pk=millet.pk).update(**changes)

    assert Listing.objects.get() == millet


def test_a_product_is_on_sale_once_at_a_point(millet: Listing) -> None:
    other = offer_listing(
        product=millet.product,
        service_point=millet.service_point,
        key="other",
        farmer_price=millet.farmer_price,
        points_price=60,
        on_sale_from=MARKET_DAY,
    )

    with (
        pytest.raises(IntegrityError, match=r"listing_is_on_sale_once_a_point|UNIQUE"),
        transaction.atomic(),
    ):
        Listing.objects.filter(pk=other.pk).update(status=Listing.Status.ON_SALE)

    assert Listing.objects.on_sale().get() == millet


def test_two_listings_never_share_a_stock(millet: Listing, radishes: Listing) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=millet.pk).update(stock=radishes.stock)


@pytest.mark.parametrize("unit_g", [None, 0])
def test_what_is_sold_by_weight_has_a_weight(unit_g: int | None, radishes: Listing) -> None:
    with (
        pytest.raises(IntegrityError, match="product_sold_by_weight_has_a_weight"),
        transaction.atomic(),
    ):
        Product.objects.update(unit_g=unit_g)


def test_a_certificate_is_for_something(radishes: Listing) -> None:
    with pytest.raises(IntegrityError, match="certificate_is_for_something"), transaction.atomic():
        Certificate.objects.update(quantity=0)


@pytest.mark.parametrize("model", [Lot, StockChange])
def test_a_key_is_used_once(model: type[Any], millet: Listing, gu: Member) -> None:
    shared: dict[str, Any] = {"listing": millet, "key": "key"}
    row: dict[str, Any] = (
        {"quantity": 1, "received_at": MARKET_DAY, "received_by": gu}
        if model is Lot
        else {
            "kind": "waste",
            "reason": "broken",
            "change": -1,
            "changed_at": MARKET_DAY,
            "changed_by": gu,
        }
    )
    model.objects.create(**shared, **row)

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**shared, **row)

    assert model.objects.filter(key="key").count() == 1


@pytest.mark.parametrize(
    ("model", "field"),
    [(Supplier, "code"), (Carrier, "code"), (Category, "slug"), (Product, "sku")],
)
def test_a_code_is_taken_once(
    model: type[Any], field: str, millet: Listing, radishes: Listing
) -> None:
    first = model.objects.order_by("pk")[0]
    row = {
        each.attname: getattr(first, each.attname)
        for each in model._meta.concrete_fields
        if not each.primary_key
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**row)

    assert model.objects.filter(**{field: row[field]}).count() == 1


@pytest.mark.parametrize("model", [Supplier, Category, Product, Listing, Certificate])
def test_what_the_books_lead_to_cannot_be_deleted(model: type[Any], radishes: Listing) -> None:
    with pytest.raises(ProtectedError):
        model.objects.all().delete()

    assert model.objects.count() == 1


@pytest.mark.parametrize(
    ("moment", "is_on_sale"),
    [(-1, False), (0, True), (59, True), (60, False), (61, False)],
)
def test_a_listing_is_on_sale_from_its_opening_to_its_close(
    moment: int, *, is_on_sale: bool, millet: Listing
) -> None:
    opens = MARKET_DAY
    millet.on_sale_from, millet.on_sale_until = opens, opens + datetime.timedelta(minutes=60)

    assert millet.is_on_sale(opens + datetime.timedelta(minutes=moment)) is is_on_sale


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "withdrawn"])
def test_only_what_is_on_sale_is_on_sale(status: str, millet: Listing) -> None:
    millet.status = status

    assert not millet.is_on_sale(MARKET_DAY)


def test_zero_margin_is_the_shape_of_the_table(millet: Listing) -> None:
    """No column of a listing is left over once the three parties have theirs."""
    amounts = {
        field.name
        for field in Listing._meta.concrete_fields
        if field.get_internal_type() == "DecimalField"
    }

    assert amounts == {"farmer_price", "transport_cost", "packing_cost"}
    assert sum(millet.cost_fen) == int(millet.price.amount * 100)
