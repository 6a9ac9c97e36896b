"""Payments by the shop's QR code: compared with the phone, taken back, and paid after all."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Entry
from market.orders.models import Order, Payment, Tender
from market.orders.receipts import owed_fen
from market.produce.models import Listing
from market.till.actions.settle_at_till import settle_at_till
from market.till.actions.withdraw_confirmation import withdraw_confirmation
from market.till.models import Till
from market.till.refusals import DayIsOver, NotByQrCode, TillNotOpen
from people.models import Member, Notice, ServicePoint
from tests.market.till.conftest import TILL, assert_settled, balance, page_of, press, text_of
from tests.stories import order

PAGE = f"{TILL}confirmations/"


@pytest.fixture
def paid(as_chai: Client, open_drawer: Till, ma: Member, radishes: Listing) -> Order:
    """3.68 jin of radishes, ¥3.31, paid by QR code and handed out."""
    placed = order(ma, {radishes: 2000}, tender=Tender.QR_CODE)
    press(as_chai, placed, {radishes: "3.68"}, fen=331, tender="qr_code")
    return placed


def payment_of(order: Order) -> Payment:
    return Payment.objects.filter(order=order).latest("pk")


def withdraw(client: Client, order: Order) -> Any:
    first = Payment.objects.filter(order=order).earliest("pk")
    return client.post(f"{PAGE}{first.pk}/withdraw/", follow=True)


def settle(client: Client, order: Order, **more: Any) -> Any:
    nonce = "6f4b1f0e-2f0c-4a4c-9f0f-0d8f6f1b2c3e"
    wanted = {"tender": "cash", "expected_fen": "331", "nonce": nonce, **more}
    return client.post(f"{TILL}orders/{order.pk}/owed/", wanted, follow=True)


def qr(order: Order) -> int:
    return balance(f"qr/{order.service_point_id}")


# --- The day ----------------------------------------------------------------------------


def test_the_day_shows_each_confirmation_and_the_total_to_compare(
    as_chai: Client, paid: Order, ma: Member, millet: Listing
) -> None:
    for tender, fen in (("qr_code", 3000), ("cash", 6000)):
        other = order(ma, {millet: fen // 3000})
        press(as_chai, other, {millet: str(fen // 3000)}, fen=fen, tender=tender, nonce=_nonce(fen))

    page = text_of(as_chai.get(PAGE))

    assert "¥33.31" in page
    assert "2 笔" in page
    assert page.count("马**") == 2
    assert "¥60.00" not in page
    assert qr(paid) == 3331


def _nonce(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def test_a_day_without_any_says_so(as_chai: Client, open_drawer: Till) -> None:
    assert "这一天没有人扫收款码付钱。" in text_of(as_chai.get(PAGE))


def test_yesterday_can_be_compared_but_nothing_of_it_taken_back(
    as_chai: Client, paid: Order
) -> None:
    earlier = database_now() - datetime.timedelta(days=1)
    Payment.objects.update(paid_at=earlier)
    page = as_chai.get(PAGE, {"day": str(earlier.astimezone(_yinchuan()).date())})

    assert "¥3.31" in text_of(page)
    assert "/withdraw/" not in page.text
    assert "¥3.31" not in text_of(as_chai.get(PAGE))


def _yinchuan() -> datetime.timezone:
    return datetime.timezone(datetime.timedelta(hours=8))


@pytest.mark.parametrize("day", ["2999-01-01", "1999-01-01", "yesterday", "<b>"])
def test_a_day_that_is_none_is_not_found(day: str, as_chai: Client, open_drawer: Till) -> None:
    assert as_chai.get(PAGE, {"day": day}).status_code == 404


@pytest.mark.usefixtures("foot_is_remembered")
def test_a_busy_day_costs_what_a_quiet_one_does(
    as_chai: Client, paid: Order, chai: Member,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[Any]],
) -> None:  # fmt: skip
    for count in (0, 50):
        Payment.objects.bulk_create(
            Payment(
                order=paid,
                tender=Tender.QR_CODE,
                amount_fen=1,
                paid_at=database_now(),
                confirmed_by=chai,
            )
            for _payment in range(count)
        )

        with django_assert_max_num_queries(9):
            as_chai.get(PAGE)


# --- Taking one back --------------------------------------------------------------------


def test_what_did_not_arrive_is_owed_and_the_farmer_keeps_his(
    as_chai: Client, paid: Order, ma: Member
) -> None:
    farmer = balance("supplier/HSB")

    page = text_of(withdraw(as_chai, paid))

    assert "¥3.31" in page
    assert "0 笔" in page
    assert qr(paid) == 0
    assert owed_fen(paid.pk) == 331
    assert balance("supplier/HSB") == farmer
    assert_settled(paid)
    payment = payment_of(paid)
    assert payment.withdrawn_at
    assert payment.withdrawn_by is not None
    assert Notice.objects.filter(member=ma, key=f"payment-withdrawn:{payment.pk}").count() == 1


def test_it_is_taken_back_once_however_often_it_is_pressed(as_chai: Client, paid: Order) -> None:
    withdraw(as_chai, paid)
    withdraw(as_chai, paid)

    assert owed_fen(paid.pk) == 331
    assert Entry.objects.filter(kind="take_back").count() == 1


def test_the_order_then_shows_as_owed_to_everybody_concerned(
    as_chai: Client, as_ma: Client, paid: Order
) -> None:
    withdraw(as_chai, paid)

    assert "还欠 ¥3.31" in text_of(as_chai.get(page_of(paid)))
    for receipt in (
        as_ma.get(f"/orders/{paid.pk}/receipt/"),
        as_chai.get(f"/till/orders/{paid.pk}/receipt/"),
    ):
        assert "钱没到账" in text_of(receipt)
        assert "还要付 ¥3.31" in text_of(receipt)


def test_cash_and_other_points_have_nothing_to_take_back(
    as_chai: Client, open_drawer: Till, chai: Member, ma: Member, millet: Listing,
    xihu_point: ServicePoint, paid: Order,
) -> None:  # fmt: skip
    in_cash = order(ma, {millet: 1})
    press(as_chai, in_cash, {millet: "1"}, fen=3000, nonce=_nonce(1))
    elsewhere = Till.objects.create(code="xh-1", name="西湖", service_point=xihu_point)

    for till, payment in ((open_drawer, payment_of(in_cash)), (elsewhere, payment_of(paid))):
        with pytest.raises(NotByQrCode):
            withdraw_confirmation(
                till=till, payment=payment, withdrawn_by=chai, withdrawn_at=database_now()
            )

    assert withdraw(as_chai, in_cash).status_code == 409
    assert not Payment.objects.filter(withdrawn_at__isnull=False).exists()
    assert not Entry.objects.filter(kind="take_back").exists()


def test_after_its_day_it_stays(
    as_chai: Client, open_drawer: Till, chai: Member, paid: Order
) -> None:
    with pytest.raises(DayIsOver):
        withdraw_confirmation(
            till=open_drawer,
            payment=payment_of(paid),
            withdrawn_by=chai,
            withdrawn_at=database_now() + datetime.timedelta(days=1),
        )
    Payment.objects.update(paid_at=database_now() - datetime.timedelta(days=1))
    response = withdraw(as_chai, paid)

    assert response.status_code == 409
    assert "只有付款当天能撤回" in text_of(response)
    assert owed_fen(paid.pk) == 0
    assert qr(paid) == 331


# --- Paying after all -------------------------------------------------------------------


def test_what_is_owed_is_paid_in_cash_without_the_last_fen(as_chai: Client, paid: Order) -> None:
    withdraw(as_chai, paid)

    page = text_of(settle(as_chai, paid))

    assert "这一单付清了" in page
    assert owed_fen(paid.pk) == 0
    assert balance("drawer/cchy-1") == 10_000 + 330
    assert balance("rounding") == 1
    assert (payment_of(paid).tender, payment_of(paid).amount_fen) == ("cash", 330)
    assert "这些钱后来付了" in text_of(as_chai.get(PAGE))
    assert_settled(paid)


def test_what_is_owed_is_paid_by_qr_code_and_can_be_taken_back_again(
    as_chai: Client, open_drawer: Till, chai: Member, paid: Order
) -> None:
    withdraw(as_chai, paid)
    settle(as_chai, paid, tender="qr_code")
    settled = (owed_fen(paid.pk), qr(paid))

    withdraw_confirmation(
        till=open_drawer,
        payment=payment_of(paid),
        withdrawn_by=chai,
        withdrawn_at=database_now(),
    )

    assert settled == (0, 331)
    assert (owed_fen(paid.pk), qr(paid)) == (331, 0)
    assert list(wrong_rows()) == []


def test_it_is_paid_once_however_often_it_is_pressed(as_chai: Client, paid: Order) -> None:
    withdraw(as_chai, paid)

    for _press in range(3):
        assert settle(as_chai, paid).status_code == 200

    assert balance("drawer/cchy-1") == 10_330
    assert Payment.objects.filter(order=paid).count() == 2


def test_nothing_is_taken_for_what_is_not_owed(as_chai: Client, paid: Order) -> None:
    response = settle(as_chai, paid)

    assert response.status_code == 409
    assert "这一单不欠钱了" in text_of(response)
    assert "什么也不欠" in text_of(as_chai.get(f"{TILL}orders/{paid.pk}/owed/"))
    assert Payment.objects.filter(order=paid).count() == 1


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"expected_fen": "330"}, 409),
        ({"expected_fen": "0"}, 422),
        ({"tender": "stripe"}, 422),
        ({"nonce": "x"}, 422),
    ],
)
def test_another_sum_or_tender_takes_nothing(
    wanted: dict[str, str], status: int, as_chai: Client, paid: Order
) -> None:
    withdraw(as_chai, paid)

    response = settle(as_chai, paid, **wanted)

    assert response.status_code == status
    assert owed_fen(paid.pk) == 331
    assert Payment.objects.filter(order=paid).count() == 1


def test_a_drawer_that_is_not_open_takes_nothing(
    as_chai: Client, open_drawer: Till, chai: Member, paid: Order
) -> None:
    withdraw(as_chai, paid)
    open_drawer.sessions.update(closed_at=database_now())

    with pytest.raises(TillNotOpen):
        settle_at_till(
            till=open_drawer,
            order=paid,
            tender="cash",
            expected_fen=331,
            nonce=_nonce(1),
            settled_by=chai,
            settled_at=database_now(),
        )

    assert "钱箱还没开" in text_of(as_chai.get(f"{TILL}orders/{paid.pk}/owed/"))
    assert owed_fen(paid.pk) == 331
