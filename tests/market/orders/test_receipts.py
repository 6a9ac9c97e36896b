"""Receipts: what stands on them, who may see them, and how anybody can check one."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from ledger.clock import database_now
from market.orders.actions.cancel_order import cancel_order
from market.orders.models import Order, Payment, Refund, Tender
from market.orders.receipt_codes import order_of_code, receipt_code
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member
from people.rates import TRIES_A_MINUTE
from tests.market.till.conftest import text_of
from tests.stories import hand_out, order

PEOPLE = ["马小禾", "马**", "19900000001", "柴", "长城花园小区", "301", "0951-0000001", "1001"]
"""Names, phones, doors and numbers of whoever had to do with the order."""


@pytest.fixture
def collected(
    ma: Member, chai: Member, open_drawer: Till, radishes: Listing, millet: Listing
) -> Order:
    """Radishes that weigh less than ordered and a bag of millet: ¥33.31, paid in cash."""
    placed = order(ma, {radishes: 2000, millet: 1})
    hand_out(placed, by=chai, weighed={radishes: 1840})
    return Order.objects.get(pk=placed.pk)


def of(order: Order) -> str:
    return f"/orders/{order.pk}/receipt/"


def check(order: Order) -> str:
    return f"/receipts/{receipt_code(order.pk)}/"


# --- What stands on it ------------------------------------------------------------------


def test_a_receipt_shows_lines_cost_lines_and_how_it_was_paid(
    as_ma: Client, collected: Order
) -> None:
    page = text_of(as_ma.get(of(collected)))

    assert "红寺堡萝卜 3.68 斤 原订 4 斤 农户 ¥2.58，运费 ¥0.73，包装 ¥0.00 ¥3.31" in page
    assert "下马关黄小米 1 袋 农户 ¥28.00，运费 ¥1.50，包装 ¥0.50 ¥30.00" in page
    assert "合计 ¥33.31 抹零 −¥0.01 已付：现金" in page
    assert "¥33.30" in page
    assert "农户到手 ¥30.58" in page
    assert receipt_code(collected.pk) in page


def test_a_receipt_shows_what_went_back_but_not_what_failed(
    as_ma: Client, collected: Order
) -> None:
    payment = Payment.objects.get(order=collected)
    for status, fen in ((Refund.Status.WANTED, 120), (Refund.Status.FAILED, 999)):
        Refund.objects.create(
            payment=payment,
            amount_fen=fen,
            reason=Refund.Reason.COMPLAINT,
            status=status,
            idempotency_key=status,
            wanted_at=database_now(),
            send_after=database_now(),
            settled_at=database_now() if status == Refund.Status.FAILED else None,
        )

    page = text_of(as_ma.get(of(collected)))

    assert "已退：货有问题" in page
    assert "−¥1.20" in page
    assert "9.99" not in page


def test_before_anything_is_paid_there_is_no_receipt(
    as_ma: Client, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})

    page = text_of(as_ma.get(of(placed)))

    assert "这一单还没付钱，付了钱这儿就有收据。" in page
    assert receipt_code(placed.pk) not in page
    assert Client().get(check(placed)).status_code == 404


def test_the_order_leads_to_its_receipt_once_it_is_paid(
    as_ma: Client, ma: Member, millet: Listing, collected: Order
) -> None:
    waiting = order(ma, {millet: 1})

    assert of(collected) in as_ma.get(f"/orders/{collected.pk}/").text
    assert of(waiting) not in as_ma.get(f"/orders/{waiting.pk}/").text


def test_others_have_no_receipt_of_mine(as_bai: Client, as_chai: Client, collected: Order) -> None:
    assert as_bai.get(of(collected)).status_code == 404
    assert as_chai.get(of(collected)).status_code == 404


def test_a_cashier_prints_it_again(as_chai: Client, collected: Order) -> None:
    page = text_of(as_chai.get(f"/till/orders/{collected.pk}/receipt/"))

    assert receipt_code(collected.pk) in page
    assert "合计 ¥33.31" in page
    assert f"/till/orders/{collected.pk}/receipt/" in as_chai.get(
        f"/till/orders/{collected.pk}/done/"
    ).text  # fmt: skip


def test_a_cashier_prints_no_receipt_of_another_point(
    as_chai: Client, collected: Order, xihu_point: Any
) -> None:
    Order.objects.filter(pk=collected.pk).update(service_point=xihu_point)

    assert as_chai.get(f"/till/orders/{collected.pk}/receipt/").status_code == 404


# --- Checking one -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/en"])
def test_anybody_can_check_a_receipt_and_learns_of_nobody(
    language: str, client: Client, collected: Order
) -> None:
    response = client.get(language + check(collected))

    assert response.status_code == 200
    assert "¥33.31" in text_of(response)
    assert "¥30.58" in text_of(response)
    main = response.text.partition('<main id="main"')[2].partition("</main>")[0]
    assert [each for each in PEOPLE if each in main] == []
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


def test_a_code_copied_by_hand_is_understood(client: Client, collected: Order) -> None:
    number, _, sign = receipt_code(collected.pk).partition("-")
    typed = f" HL-{number.zfill(4)} - {sign[:5].upper()} {sign[5:]} "

    response = client.get("/receipts/", {"code": typed})

    assert response.status_code == 200
    assert "¥33.31" in text_of(response)


@pytest.mark.parametrize(
    "change",
    [
        lambda code: code[:-1] + ("a" if code[-1] != "a" else "b"),
        lambda code: f"{int(code.partition('-')[0]) + 1}-{code.partition('-')[2]}",
        lambda code: code.partition("-")[0],
        lambda code: code * 50,
        lambda _code: "<script>alert(1)</script>",
        lambda _code: "9" * 30 + "-abcdefgh27",
    ],
    ids=["a letter", "another order", "only the number", "much too long", "a script", "no number"],
)
def test_a_code_we_have_not_written_is_none(
    change: Callable[[str], str], client: Client, collected: Order
) -> None:
    response = client.get("/receipts/", {"code": change(receipt_code(collected.pk))})

    assert response.status_code == 404
    assert "我们没开过这个码的收据。" in text_of(response)
    assert "¥33.31" not in response.text


def test_nobody_tries_codes_for_long(client: Client, collected: Order) -> None:
    for _try in range(TRIES_A_MINUTE):
        assert client.get("/receipts/1-aaaaaaaaaa/").status_code == 404

    response = client.get(check(collected))

    assert response.status_code == 429
    assert "等一分钟" in text_of(response)


def test_whoever_checks_what_is_there_may_go_on(client: Client, collected: Order) -> None:
    statuses = {client.get(check(collected)).status_code for _try in range(TRIES_A_MINUTE + 2)}

    assert statuses == {200}


def test_a_receipt_outlives_the_secret_key(collected: Order, settings: LazySettings) -> None:
    code = receipt_code(collected.pk)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]

    kept = order_of_code(code)
    settings.SECRET_KEY_FALLBACKS = []

    assert kept == collected.pk
    assert order_of_code(code) is None


def test_checking_shows_what_became_of_it_since(
    client: Client, ma: Member, millet: Listing, collected: Order
) -> None:
    paid = order(ma, {millet: 1})
    Payment.objects.create(
        order=paid, tender=Tender.QR_CODE, amount_fen=3000, paid_at=database_now(), confirmed_by=ma
    )
    cancel_order(order=paid, cancelled_by=ma, cancelled_at=database_now())

    assert "已取消" in text_of(client.get(check(paid)))


@pytest.mark.usefixtures("foot_is_remembered")
def test_a_receipt_costs_the_same_however_long_it_is(
    client: Client, collected: Order, ma: Member, chai: Member, millet: Listing, flax_oil: Listing,
    radishes: Listing, django_assert_max_num_queries: Callable[..., AbstractContextManager[Any]],
) -> None:  # fmt: skip
    longer = order(ma, {millet: 1, flax_oil: 1, radishes: 500})
    hand_out(longer, by=chai)

    for each in (collected, longer):
        with django_assert_max_num_queries(8):
            client.get(check(each))


def test_no_two_orders_share_a_sign() -> None:
    signs = {receipt_code(number).partition("-")[2] for number in range(2_000)}

    assert len(signs) == 2_000
    assert all(re.fullmatch(r"[a-z2-7]{10}", sign) for sign in signs)
