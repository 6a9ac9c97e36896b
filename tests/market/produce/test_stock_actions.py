"""Stock: received, counted, corrected and written off; the books follow to the gram."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ledger.models import Account, Entry
from market.produce.actions.add_certificate import add_certificate
from market.produce.actions.correct_receipt import NotLess, correct_receipt
from market.produce.actions.count_stock import FewerThanReserved, count_stock
from market.produce.actions.receive_goods import (
    CertificateDetails,
    NoCertificate,
    receive_goods,
)
from market.produce.actions.write_off_goods import write_off_goods
from market.produce.models import Certificate, Listing, Lot, StockChange
from market.produce.refusals import KeyUsed, OnlySoMuchFree
from people.models import Member
from tests.conftest import MARKET_DAY
from tests.stories import order

CERTIFICATE = CertificateDetails(
    origin="吴忠市红寺堡区",
    issued_on=datetime.date(2026, 11, 20),
    promised_by="罗大勇",
    contact="0951-0000009",
)


def receive(listing: Listing, by: Member, quantity: int, key: str, **changes: Any) -> Lot:
    return receive_goods(
        listing=listing,
        quantity=quantity,
        received_by=by,
        received_at=MARKET_DAY,
        key=key,
        **changes,
    )


def count(listing: Listing, by: Member, counted: int, key: str = "") -> StockChange:
    return count_stock(
        listing=listing,
        counted=counted,
        counted_by=by,
        counted_at=MARKET_DAY,
        key=key or uuid.uuid4().hex,
    )


def write_off(
    listing: Listing, by: Member, quantity: int, key: str = "", reason: str = "spoiled"
) -> StockChange:
    return write_off_goods(
        listing=listing,
        quantity=quantity,
        reason=reason,
        written_off_by=by,
        written_off_at=MARKET_DAY,
        key=key or uuid.uuid4().hex,
    )


def correct(lot: Lot, by: Member, arrived: int, key: str = "") -> StockChange:
    return correct_receipt(
        lot=lot,
        arrived=arrived,
        corrected_by=by,
        corrected_at=MARKET_DAY,
        key=key or uuid.uuid4().hex,
    )


def balances(sku: str) -> dict[str, int]:
    """What each account of a product holds, by the last parts of its name."""
    return {
        account.code.removeprefix(f"goods/{sku}/").split("/")[0]: account.balance
        for account in Account.objects.filter(unit__code=sku)
        if account.balance
    }


# --- Receiving ------------------------------------------------------------------------


def test_a_lot_is_in_the_books_with_its_certificate(radishes: Listing, gu: Member) -> None:
    lot = receive(radishes, gu, 20_000, "monday", certificate=CERTIFICATE)

    assert balances("HSB-LB") == {"supplied": 70_000, "stock": 70_000}
    assert (lot.quantity, lot.received_by, lot.listing) == (20_000, gu, radishes)
    assert lot.certificate is not None
    assert (lot.certificate.quantity, lot.certificate.promised_by) == (20_000, "罗大勇")
    entry = Entry.objects.get(reference=f"lot:{lot.pk}")
    assert (entry.kind, entry.actor_ref, entry.happened_at) == (
        "receive_goods",
        gu.books_id,
        MARKET_DAY,
    )


def test_a_second_press_returns_the_first_lot(millet: Listing, gu: Member) -> None:
    first = receive(millet, gu, 5, "monday")

    assert receive(millet, gu, 5, "monday") == first
    assert balances("XMG-XM-25") == {"supplied": 15, "stock": 15}


@pytest.mark.parametrize(
    ("quantity", "key", "refusal"),
    [(20_000, "tuesday", NoCertificate), (20_000, "first", KeyUsed), (0, "x", ValueError)],
)
def test_refused_receipt_changes_nothing(
    quantity: int, key: str, refusal: type[Exception], radishes: Listing, gu: Member
) -> None:
    first = Lot.objects.get()
    Lot.objects.filter(pk=first.pk).update(key="first")

    with pytest.raises(refusal):
        receive(radishes, gu, quantity, key)

    assert Lot.objects.get() == first
    assert Certificate.objects.count() == 1
    assert balances("HSB-LB") == {"supplied": 50_000, "stock": 50_000}


def test_before_it_is_on_sale_a_lot_may_wait_for_its_certificate(
    radishes: Listing, gu: Member
) -> None:
    Listing.objects.update(status=Listing.Status.WITHDRAWN)

    lot = receive(radishes, gu, 20_000, "tuesday")

    assert lot.certificate is None
    certificate = add_certificate(lot=lot, **vars(CERTIFICATE))
    assert add_certificate(lot=lot, **vars(CERTIFICATE) | {"origin": "别处"}) == certificate
    lot.refresh_from_db()
    assert lot.certificate == certificate
    assert (certificate.quantity, certificate.origin) == (20_000, "吴忠市红寺堡区")


def test_the_database_refuses_an_empty_lot_too(radishes: Listing) -> None:
    with pytest.raises(IntegrityError, match="lot_holds_something"), transaction.atomic():
        Lot.objects.update(quantity=0)


# --- Counting -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counted", "change", "after"),
    [
        (48_750, -1250, {"supplied": 50_000, "stock": 48_750, "spoiled": 1250}),
        (50_250, 250, {"supplied": 50_250, "stock": 50_250}),
        (50_000, 0, {"supplied": 50_000, "stock": 50_000}),
        (0, -50_000, {"supplied": 50_000, "spoiled": 50_000}),
    ],
)
def test_the_books_follow_the_count(
    counted: int, change: int, after: dict[str, int], radishes: Listing, gu: Member
) -> None:
    written = count(radishes, gu, counted)

    assert (written.kind, written.reason, written.change) == ("count", "counted", change)
    assert balances("HSB-LB") == after


def test_a_count_includes_what_orders_hold(radishes: Listing, ma: Member, gu: Member) -> None:
    order(ma, {radishes: 10_000})

    written = count(radishes, gu, 49_000)

    radishes.stock.refresh_from_db()
    assert written.change == -1000
    assert (radishes.stock.balance, radishes.stock.available) == (49_000, 39_000)


def test_a_second_press_counts_once(radishes: Listing, gu: Member) -> None:
    first = count(radishes, gu, 49_000, "evening")
    write_off(radishes, gu, 9_000)

    assert count(radishes, gu, 49_000, "evening") == first
    assert balances("HSB-LB")["stock"] == 40_000


def test_less_than_orders_hold_cannot_be_counted(radishes: Listing, ma: Member, gu: Member) -> None:
    order(ma, {radishes: 10_000})

    with pytest.raises(FewerThanReserved) as refused:
        count(radishes, gu, 9_750)

    assert refused.value.reserved == 10_000
    assert not StockChange.objects.exists()
    assert balances("HSB-LB") == {"supplied": 50_000, "stock": 50_000}


# --- Waste ----------------------------------------------------------------------------


def test_waste_leaves_the_books_with_its_reason(radishes: Listing, gu: Member) -> None:
    written = write_off(radishes, gu, 1500)

    assert (written.kind, written.reason, written.change) == ("waste", "spoiled", -1500)
    assert balances("HSB-LB") == {"supplied": 50_000, "stock": 48_500, "spoiled": 1500}
    assert Entry.objects.get(kind="spoil").reason == "spoiled"


def test_a_second_press_writes_off_once(radishes: Listing, gu: Member) -> None:
    assert write_off(radishes, gu, 1500, "key") == write_off(radishes, gu, 1500, "key")
    assert balances("HSB-LB")["stock"] == 48_500


@pytest.mark.parametrize(
    ("quantity", "reason", "refusal"),
    [
        (40_250, "spoiled", OnlySoMuchFree),
        (0, "spoiled", ValueError),
        (500, "counted", ValueError),
        (500, "because", ValueError),
    ],
)
def test_refused_waste_changes_nothing(
    quantity: int,
    reason: str,
    refusal: type[Exception],
    radishes: Listing,
    ma: Member,
    gu: Member,
) -> None:
    order(ma, {radishes: 10_000})

    with pytest.raises(refusal):
        write_off(radishes, gu, quantity, reason=reason)

    assert not StockChange.objects.exists()
    assert balances("HSB-LB") == {"supplied": 50_000, "stock": 50_000}


def test_says_what_is_free_and_what_is_reserved(radishes: Listing, ma: Member, gu: Member) -> None:
    order(ma, {radishes: 10_000})

    with pytest.raises(OnlySoMuchFree) as refused:
        write_off(radishes, gu, 40_250)

    assert (refused.value.free, refused.value.reserved) == (40_000, 10_000)


# --- Corrections ----------------------------------------------------------------------


def test_a_lot_of_which_less_arrived_is_corrected(radishes: Listing, gu: Member) -> None:
    lot = Lot.objects.get()

    written = correct(lot, gu, 43_000)

    assert (written.kind, written.reason, written.change) == ("receipt", "short_delivery", -7000)
    assert lot.quantity == 43_000
    assert balances("HSB-LB") == {"supplied": 43_000, "stock": 43_000}


def test_a_second_press_corrects_once(radishes: Listing, gu: Member) -> None:
    lot = Lot.objects.get()

    assert correct(lot, gu, 43_000, "key") == correct(lot, gu, 43_000, "key")
    assert balances("HSB-LB") == {"supplied": 43_000, "stock": 43_000}


@pytest.mark.parametrize(
    ("arrived", "refusal"),
    [(50_000, NotLess), (60_000, NotLess), (9_000, OnlySoMuchFree), (0, ValueError)],
)
def test_refused_correction_changes_nothing(
    arrived: int, refusal: type[Exception], radishes: Listing, ma: Member, gu: Member
) -> None:
    order(ma, {radishes: 10_000})
    lot = Lot.objects.get()

    with pytest.raises(refusal):
        correct(lot, gu, arrived)

    assert Lot.objects.get().quantity == 50_000
    assert not StockChange.objects.exists()
    assert balances("HSB-LB") == {"supplied": 50_000, "stock": 50_000}


@pytest.mark.parametrize("kind", ["count", "waste", "receipt"])
def test_a_key_names_one_change(kind: str, radishes: Listing, gu: Member) -> None:
    write = {
        "count": lambda: count(radishes, gu, 49_000, "key"),
        "waste": lambda: write_off(radishes, gu, 500, "key"),
        "receipt": lambda: correct(Lot.objects.get(), gu, 48_000, "key"),
    }
    first = write.pop(kind)()

    for other in write.values():
        with pytest.raises(KeyUsed):
            other()

    assert StockChange.objects.get() == first
