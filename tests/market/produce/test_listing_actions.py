"""Listings: offered, reviewed, on sale, withdrawn; and what is refused on the way."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from moneyed import Money

from market.produce.actions.edit_listing import edit_listing
from market.produce.actions.offer_listing import (
    CarrierMissing,
    KeyUsed,
    PackerMissing,
    offer_listing,
)
from market.produce.actions.put_listing_on_sale import (
    AlreadyOnSale,
    NoCertificate,
    NothingReceived,
    put_listing_on_sale,
)
from market.produce.actions.receive_goods import receive_goods
from market.produce.actions.return_listing import NoReason, return_listing
from market.produce.actions.submit_listing import submit_listing
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Carrier, Listing, Product
from market.produce.refusals import WrongStatus
from people.models import Member, ServicePoint
from tests.conftest import MARKET_DAY


def yuan(amount: str) -> Money:
    return Money(amount, "CNY")


def offered(product: Product, point: ServicePoint, **changes: Any) -> Listing:
    details: dict[str, Any] = {
        "key": "second",
        "farmer_price": yuan("0.75"),
        "points_price": 2,
        "on_sale_from": MARKET_DAY,
    }
    return offer_listing(product=product, service_point=point, **details | changes)


def received(listing: Listing, by: Member, key: str = "lot") -> Listing:
    receive_goods(listing=listing, quantity=5000, received_by=by, received_at=MARKET_DAY, key=key)
    return listing


def status_of(listing: Listing) -> str:
    return Listing.objects.get(pk=listing.pk).status


def test_an_offer_is_a_draft_with_its_own_stock(
    radishes: Listing, xihu_point: ServicePoint, lorry: Carrier
) -> None:
    listing = offered(
        radishes.product, xihu_point, transport_cost=yuan("0.20"), carrier=lorry, key="autumn"
    )

    assert listing.status == Listing.Status.DRAFT
    assert listing.price == yuan("0.95")
    assert listing.cost_fen == (75, 20, 0)
    assert listing.stock.code == "goods/HSB-LB/stock/autumn"
    assert (listing.stock.unit.code, listing.stock.floor, listing.stock.balance) == (
        "HSB-LB",
        0,
        0,
    )


def test_the_same_key_offers_once(radishes: Listing, xihu_point: ServicePoint) -> None:
    first = offered(radishes.product, xihu_point)

    assert offered(radishes.product, xihu_point) == first
    assert Listing.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"transport_cost": yuan("0.20")}, CarrierMissing),
        ({"carrier": "lorry"}, CarrierMissing),
        ({"packing_cost": yuan("0.20")}, PackerMissing),
        ({"packer": "packers"}, PackerMissing),
        ({"key": "hsb-lb-{radishes}"}, KeyUsed),
    ],
)
def test_refused_offer_changes_nothing(
    changes: dict[str, Any],
    refusal: type[Exception],
    radishes: Listing,
    xihu_point: ServicePoint,
    lorry: Carrier,
    packers: Carrier,
) -> None:
    people = {"lorry": lorry, "packers": packers}
    given = {name: people.get(value, value) for name, value in changes.items()}
    if "key" in given:
        given["key"] = f"hsb-lb-{radishes.service_point_id}"

    with pytest.raises(refusal):
        offered(radishes.product, xihu_point, **given)

    assert Listing.objects.get() == radishes


def test_the_database_asks_for_a_carrier_too(radishes: Listing) -> None:
    with (
        pytest.raises(IntegrityError, match="listing_has_a_carrier_exactly_when_it_costs"),
        transaction.atomic(),
    ):
        Listing.objects.filter(pk=radishes.pk).update(carrier=None)


def test_a_draft_is_handed_in_and_put_on_sale(
    millet: Listing, xihu_point: ServicePoint, gu: Member
) -> None:
    listing = received(offered(millet.product, xihu_point), gu)

    submit_listing(listing=listing)
    submit_listing(listing=listing)
    assert status_of(listing) == Listing.Status.SUBMITTED

    put_listing_on_sale(listing=listing)
    put_listing_on_sale(listing=listing)
    assert status_of(listing) == Listing.Status.ON_SALE


def test_what_was_returned_can_be_handed_in_again(
    millet: Listing, xihu_point: ServicePoint
) -> None:
    listing = offered(millet.product, xihu_point)
    submit_listing(listing=listing)

    return_listing(listing=listing, reason=" 价格写反了 ")
    return_listing(listing=listing, reason="价格写反了")
    listing.refresh_from_db()
    assert (listing.status, listing.returned_reason) == ("returned", "价格写反了")

    submit_listing(listing=listing)
    listing.refresh_from_db()
    assert (listing.status, listing.returned_reason) == ("submitted", "")


def test_withdrawn_goods_can_come_back(radishes: Listing) -> None:
    withdraw_listing(listing=radishes)
    withdraw_listing(listing=radishes)
    assert status_of(radishes) == Listing.Status.WITHDRAWN

    put_listing_on_sale(listing=radishes)
    assert status_of(radishes) == Listing.Status.ON_SALE


def test_nothing_goes_on_sale_before_it_is_there(millet: Listing, xihu_point: ServicePoint) -> None:
    listing = offered(millet.product, xihu_point)

    with pytest.raises(NothingReceived):
        put_listing_on_sale(listing=listing)

    assert status_of(listing) == Listing.Status.DRAFT


def test_vegetables_need_their_certificate(
    radishes: Listing, xihu_point: ServicePoint, gu: Member
) -> None:
    listing = received(offered(radishes.product, xihu_point), gu)

    with pytest.raises(NoCertificate):
        put_listing_on_sale(listing=listing)

    assert status_of(listing) == Listing.Status.DRAFT


def test_a_product_is_on_sale_once_at_a_point(millet: Listing, gu: Member) -> None:
    listing = received(offered(millet.product, millet.service_point), gu)

    with pytest.raises(AlreadyOnSale):
        put_listing_on_sale(listing=listing)

    assert (status_of(listing), status_of(millet)) == ("draft", "on_sale")


@pytest.mark.parametrize(
    ("status", "act", "refusal"),
    [
        ("on_sale", submit_listing, WrongStatus),
        ("withdrawn", submit_listing, WrongStatus),
        ("returned", put_listing_on_sale, WrongStatus),
        ("draft", withdraw_listing, WrongStatus),
        ("draft", lambda listing: return_listing(listing=listing, reason="x"), WrongStatus),
        ("on_sale", lambda listing: return_listing(listing=listing, reason="x"), WrongStatus),
        ("submitted", lambda listing: return_listing(listing=listing, reason=" "), NoReason),
    ],
)
def test_a_refused_step_changes_nothing(
    status: str, act: Callable[..., None], refusal: type[Exception], millet: Listing
) -> None:
    Listing.objects.filter(pk=millet.pk).update(status=status)

    with pytest.raises(refusal):
        act(listing=millet)

    assert status_of(millet) == status


def test_a_new_price_is_that_of_the_listing_from_now_on(millet: Listing, packers: Carrier) -> None:
    edit_listing(
        listing=millet,
        farmer_price=yuan("27.00"),
        transport_cost=yuan("0"),
        packing_cost=yuan("0.50"),
        carrier=None,
        packer=packers,
        points_price=55,
        household_limit=3,
        on_sale_from=MARKET_DAY,
        on_sale_until=MARKET_DAY + datetime.timedelta(days=1),
        is_surplus=True,
    )

    millet.refresh_from_db()
    assert (millet.price, millet.points_price, millet.household_limit) == (yuan("27.50"), 55, 3)
    assert (millet.carrier, millet.is_surplus) == (None, True)


def test_a_new_price_needs_its_payees_too(millet: Listing) -> None:
    with pytest.raises(PackerMissing):
        edit_listing(
            listing=millet,
            farmer_price=yuan("27.00"),
            transport_cost=yuan("0"),
            packing_cost=yuan("0.50"),
            carrier=None,
            packer=None,
            points_price=55,
            household_limit=None,
            on_sale_from=MARKET_DAY,
            on_sale_until=None,
            is_surplus=False,
        )

    assert Listing.objects.get().price == yuan("30.00")
