"""Goods arrive, are counted and written off in the back office."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import (
    Certificate,
    Listing,
    Lot,
    StockChange,
)
from people.models import Member
from tests.market.produce.office import KEY, status_of, stock_of, task
from tests.stories import order

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
