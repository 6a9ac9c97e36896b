"""What the counter does not hand out, and what it says then; and cancelling there."""

from __future__ import annotations

import pytest
from django.test import Client

from ledger.clock import database_now
from ledger.models import Account
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.cut_orders import cut_orders
from market.orders.models import Order, Payment
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member, Notice
from tests.market.till.conftest import (
    assert_nothing_happened,
    assert_settled,
    page_of,
    press,
    text_of,
    typed,
    work_out,
)
from tests.stories import hand_out, order

# --- Refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("radish", "bags", "sentence"),
    [
        ("", "1", "请写秤上的斤数，不拿走的写 0。"),
        ("4", "", "请写拿走几件，不拿走的写 0。"),
        ("四", "1", "请用数字写，比如 2。"),
        ("-1", "1", "请写大于 0 的数。"),
        ("4.401", "1", "斤"),
        ("4.41", "1", "红寺堡萝卜最多 4.4 斤，请拿掉一点，重新写。"),
        ("1000000000", "1", "最多写 999。"),
        ("4", "2", "下马关黄小米最多 1 袋，请拿掉一点，重新写。"),
        ("4", "0.5", "这个按整件卖"),
    ],
)
def test_a_weight_that_cannot_be_is_refused_at_its_field(
    radish: str,
    bags: str,
    sentence: str,
    as_chai: Client,
    open_drawer: Till,
    placed: Order,
    radishes: Listing,
    millet: Listing,
) -> None:
    for response in (
        work_out(as_chai, placed, {radishes: radish, millet: bags}),
        press(as_chai, placed, {radishes: radish, millet: bags}, fen=3331),
    ):
        page = text_of(response)
        assert response.status_code == 422
        assert "有 1 处要改" in page
        assert sentence in page
        assert "收现金" not in page.replace("收现金 {amount}", "")
    assert_nothing_happened(placed)


def test_what_was_typed_is_kept(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    response = work_out(as_chai, placed, {radishes: "4.41", millet: "1"})

    assert 'value="4.41"' in response.text


def test_english_refusals(
    as_chai: Client, open_drawer: Till, ma: Member, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2000})

    response = as_chai.post(f"/en{page_of(placed)}", typed(placed, {radishes: "5"}))

    assert "At most 4.4 jin of Hongsibu radish. Take some off" in text_of(response)


@pytest.mark.parametrize("tender", ["", "cash"])
def test_what_the_shelf_cannot_spare_is_refused(
    tender: str, as_chai: Client, open_drawer: Till, ma: Member, bai: Member, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2000})
    order(bai, {radishes: 47_750})  # 250 g are free.
    order(bai, {radishes: 250})

    response = work_out(as_chai, placed, {radishes: "4.2"}, tender=tender, expected_fen="378")

    assert response.status_code == 409
    assert "红寺堡萝卜一点也加不了，请按订的斤数称。" in text_of(response)
    assert_nothing_happened(placed)


def test_says_how_much_the_shelf_can_spare(
    as_chai: Client, open_drawer: Till, ma: Member, bai: Member, gu: Member, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2000})
    order(bai, {radishes: 47_750})
    cut_orders(
        listing=radishes,
        missing=200,
        reason="spoiled",
        key="rotten",
        cut_by=gu,
        cut_at=database_now(),
    )

    response = press(as_chai, placed, {radishes: "4.2"}, fen=378)

    assert response.status_code == 409
    assert "红寺堡萝卜只有 50 克可加，请拿掉一点再称。" in text_of(response)
    assert_nothing_happened(placed)


def test_nothing_at_all_is_no_hand_out(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    response = press(as_chai, placed, {radishes: "0", millet: "0"}, fen=0)

    assert response.status_code == 409
    assert "一样都没交。" in text_of(response)
    assert_nothing_happened(placed)


def test_another_sum_than_the_cashier_saw_is_shown_first(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    response = press(as_chai, placed, {radishes: "3.68", millet: "1"}, fen=3360)

    assert response.status_code == 409
    assert "¥33.31" in text_of(response)
    assert 'name="expected_fen" value="3331"' in response.text
    assert "收现金 ¥33.30，交货" in text_of(response)
    assert_nothing_happened(placed)


def test_no_sum_was_seen_at_all(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    response = press(as_chai, placed, {radishes: "4", millet: "1"}, fen="")

    assert response.status_code == 422
    assert "请先点“算一下”。" in text_of(response)
    assert_nothing_happened(placed)


@pytest.mark.parametrize("broken", [{"tender": "points"}, {"nonce": "x"}, {"expected_fen": "-1"}])
def test_a_form_that_is_not_ours_is_refused(
    broken: dict[str, str], as_chai: Client, open_drawer: Till, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    fields = typed(placed, {millet: "1"}, tender="cash", expected_fen="3000")

    response = as_chai.post(page_of(placed), fields | broken)

    assert response.status_code == 422
    assert_nothing_happened(placed)


def test_a_shut_drawer_takes_nothing(
    as_chai: Client, till: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    weighed = {radishes: "4", millet: "1"}
    assert "交货 ¥" not in text_of(work_out(as_chai, placed, weighed))

    response = press(as_chai, placed, weighed, fen=3360)

    assert response.status_code == 409
    assert "钱箱还没开。请先点好零钱，开钱箱。" in text_of(response)
    assert_nothing_happened(placed)


def test_an_order_cut_meanwhile_is_weighed_again(
    as_chai: Client,
    open_drawer: Till,
    gu: Member,
    placed: Order,
    radishes: Listing,
    millet: Listing,
) -> None:
    fields = typed(placed, {radishes: "4", millet: "1"}, tender="cash", expected_fen="3360")
    cut_orders(
        listing=radishes,
        missing=50_000,
        reason="spoiled",
        key="rotten",
        cut_by=gu,
        cut_at=database_now(),
    )

    response = as_chai.post(page_of(placed), fields)

    page = text_of(response)
    assert response.status_code == 409
    assert "没货了，已从这张单里去掉" in page
    assert "收现金 ¥30.00，交货" in page
    assert_nothing_happened(placed)


def test_what_is_left_of_a_cut_order_is_handed_out(
    as_chai: Client,
    open_drawer: Till,
    gu: Member,
    placed: Order,
    radishes: Listing,
    millet: Listing,
) -> None:
    cut_orders(
        listing=radishes,
        missing=50_000,
        reason="spoiled",
        key="rotten",
        cut_by=gu,
        cut_at=database_now(),
    )

    press(as_chai, placed, {millet: "1"}, fen=3000)

    assert_settled(placed)


def test_a_cancelled_order_says_when_and_by_whom(
    as_chai: Client, open_drawer: Till, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    fields = typed(placed, {millet: "1"}, tender="cash", expected_fen="3000")
    cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now())

    shown = as_chai.get(page_of(placed))
    refused = as_chai.post(page_of(placed), fields)

    assert (shown.status_code, refused.status_code) == (200, 409)
    for response in (shown, refused):
        assert "取消" in text_of(response)
        assert "马**" in text_of(response)
    assert not Payment.objects.exists()


def test_an_order_of_another_point_says_where_it_waits(
    as_chai: Client, open_drawer: Till, ma: Member, radishes_in_xihu: Listing
) -> None:
    placed = order(ma, {radishes_in_xihu: 1000})

    shown = as_chai.get(page_of(placed))
    refused = press(as_chai, placed, {radishes_in_xihu: "2"}, fen=180)

    assert (shown.status_code, refused.status_code) == (200, 409)
    for response in (shown, refused):
        assert f"{placed.number} 在西湖助农点取，不在这儿。" in text_of(response)
        assert "马**" not in text_of(response)
    assert_nothing_happened(placed)


# --- Cancelling at the counter ----------------------------------------------------------


def test_a_worker_cancels_at_the_counter(
    as_gu: Client, open_drawer: Till, placed: Order, radishes: Listing
) -> None:
    assert "顾客不要了" in text_of(as_gu.get(page_of(placed)))

    response = as_gu.post(f"{page_of(placed)}cancel/")

    placed.refresh_from_db()
    assert response.status_code == 302
    assert placed.status == Order.Status.CANCELLED
    assert Account.objects.get(listing=radishes).available == 50_000
    assert Notice.objects.filter(key=f"order-cancelled:{placed.pk}").exists()


def test_a_cashier_does_not(as_chai: Client, open_drawer: Till, placed: Order) -> None:
    assert "顾客不要了" not in text_of(as_chai.get(page_of(placed)))
    assert as_chai.post(f"{page_of(placed)}cancel/").status_code == 404
    assert_nothing_happened(placed)


def test_what_was_collected_is_not_cancelled(
    as_gu: Client, open_drawer: Till, placed: Order, chai: Member
) -> None:
    hand_out(placed, by=chai)

    response = as_gu.post(f"{page_of(placed)}cancel/")

    assert response.status_code == 409
    assert "用过了（柴**经手）" in text_of(response)
    assert_settled(placed)


def test_nothing_of_another_point_is_cancelled(
    as_gu: Client, open_drawer: Till, ma: Member, radishes_in_xihu: Listing
) -> None:
    placed = order(ma, {radishes_in_xihu: 1000})

    assert as_gu.post(f"{page_of(placed)}cancel/").status_code == 404
    assert_nothing_happened(placed)
