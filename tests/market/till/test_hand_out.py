"""One order at the counter: weighed, worked out, paid, handed out."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from ledger.clock import database_now
from ledger.models import Account
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.cut_orders import cut_orders
from market.orders.models import Handout, Order, OrderLine, Payment, Tender
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member, Notice
from tests.market.till.conftest import (
    assert_nothing_happened,
    assert_settled,
    balance,
    page_of,
    press,
    text_of,
    typed,
    work_out,
)
from tests.stories import hand_out, order


@pytest.fixture
def placed(ma: Member, radishes: Listing, millet: Listing) -> Order:
    """Four jin of radishes, ¥3.60, and a bag of millet, ¥30.00, to be paid in cash."""
    return order(ma, {radishes: 2000, millet: 1})


# --- The page ---------------------------------------------------------------------------


def test_shows_who_what_and_how_much(as_chai: Client, open_drawer: Till, placed: Order) -> None:
    page = text_of(as_chai.get(page_of(placed)))

    assert placed.pickup_code in page
    assert "马** 长城花园小区 2号楼" in page
    assert "红寺堡萝卜 订了 4 斤，¥0.90／斤" in page
    assert "下马关黄小米 订了 1 袋，¥30.00／袋" in page


def test_the_scale_is_empty_and_pieces_are_all_there(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    page = as_chai.get(page_of(placed)).text

    values = dict(re.findall(r'name="line_(\d+)" value="([^"]*)"', page))
    lines = {line.listing: str(line.pk) for line in placed.lines.all()}
    assert values == {lines[radishes]: "", lines[millet]: "1"}


def test_names_what_else_waits_for_the_member(
    as_chai: Client, open_drawer: Till, placed: Order, ma: Member, millet: Listing
) -> None:
    other = order(ma, {millet: 1})

    page = text_of(as_chai.get(page_of(placed)))

    assert "这位还有 1 单没取" in page
    assert other.number in page


# --- Working it out ---------------------------------------------------------------------


def test_works_out_what_the_scale_says(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    # 1840 g at 90 fen for 500 g are 331.2 fen.
    response = work_out(as_chai, placed, {radishes: "3.68", millet: "1"})

    page = text_of(response)
    assert response.status_code == 200
    assert "红寺堡萝卜 3.68 斤 ¥3.31" in page
    assert "下马关黄小米 1 袋 ¥30.00" in page
    assert "比下单时少 ¥0.29" in page
    assert "收现金 ¥33.30，抹掉 ¥0.01" in page
    assert "收 ¥40.00，找 ¥6.70" in page
    assert "收现金 ¥33.30，交货" in page
    assert "收款码 ¥33.31 已到账，交货" in page
    assert 'name="expected_fen" value="3331"' in response.text
    assert_nothing_happened(placed)


def test_the_tender_the_resident_chose_comes_first(
    as_chai: Client, open_drawer: Till, ma: Member, millet: Listing
) -> None:
    in_cash = order(ma, {millet: 1})
    by_code = order(ma, {millet: 1}, tender=Tender.QR_CODE)

    for placed, first in ((in_cash, "cash"), (by_code, "qr_code")):
        page = work_out(as_chai, placed, {millet: "1"}).text
        assert re.findall(r'name="tender" value="(\w+)"', page)[0] == first


def test_more_than_ordered_is_said_too(
    as_chai: Client, open_drawer: Till, ma: Member, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2000})

    assert "比下单时多 ¥0.36" in text_of(work_out(as_chai, placed, {radishes: "4.4"}))
    assert "more than ordered" in text_of(
        as_chai.post(f"/en{page_of(placed)}", typed(placed, {radishes: "4.4"}))
    )


# --- Taking the money -------------------------------------------------------------------


def test_cash_is_rounded_down_to_the_jiao(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    response = press(as_chai, placed, {radishes: "3.68", millet: "1"}, fen=3331)

    assert (response.status_code, response["Location"]) == (302, f"{page_of(placed)}done/")
    assert_settled(placed)
    assert balance("drawer/cchy-1") == 10_000 + 3330
    assert balance("rounding") == 1
    assert balance("supplier/HSB") == 258
    payment = Payment.objects.get()
    assert (payment.tender, payment.amount_fen, payment.rounded_off_fen) == ("cash", 3330, 1)
    handout = Handout.objects.get()
    assert (handout.device, handout.handed_out_by.full_name) == ("cchy-1", "柴满仓")


def test_the_qr_code_takes_it_to_the_fen(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    press(as_chai, placed, {radishes: "3.68", millet: "1"}, fen=3331, tender="qr_code")

    assert_settled(placed)
    assert balance(f"qr/{placed.service_point_id}") == 3331
    assert balance("drawer/cchy-1") == 10_000
    assert Payment.objects.get().rounded_off_fen == 0


def test_either_tender_can_be_taken_whatever_was_chosen(
    as_chai: Client, open_drawer: Till, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1}, tender=Tender.QR_CODE)

    press(as_chai, placed, {millet: "1"}, fen=3000, tender="cash")

    assert_settled(placed)
    assert balance("drawer/cchy-1") == 13_000


def test_pieces_that_stay_are_free_again(
    as_chai: Client, open_drawer: Till, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 3})

    press(as_chai, placed, {millet: "2"}, fen=6000)

    assert_settled(placed)
    assert OrderLine.objects.get().handed_out_quantity == 2
    assert Account.objects.get(listing=millet).available == 8


@pytest.mark.parametrize("nothing", ["0", "0.0", "０", " 0 "])
def test_a_line_may_stay_if_another_leaves(
    nothing: str,
    as_chai: Client,
    open_drawer: Till,
    placed: Order,
    radishes: Listing,
    millet: Listing,
) -> None:
    press(as_chai, placed, {radishes: nothing, millet: "1"}, fen=3000)

    assert_settled(placed)
    assert Account.objects.get(listing=radishes).available == 50_000


def test_up_to_a_tenth_more_comes_off_the_shelf(
    as_chai: Client, open_drawer: Till, ma: Member, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2000})

    press(as_chai, placed, {radishes: "4.4"}, fen=396)

    assert_settled(placed)
    assert Account.objects.get(listing=radishes).available == 47_800


def test_the_green_page_says_what_was_taken_and_who_gets_it(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    response = press(as_chai, placed, {radishes: "3.68", millet: "1"}, fen=3331)

    page = text_of(as_chai.get(response["Location"]))

    assert f"{placed.number} 交给马**了，收现金 ¥33.30。" in page
    assert "¥40.00 ¥6.70" in page
    assert "抹掉 ¥0.01" in page
    assert "农户到手 ¥30.58 ，运费 ¥2.23，包装 ¥0.50，社区 ¥0。" in page
    assert "扫码，或输取货码" in page


def test_the_green_page_of_a_qr_code_gives_no_change(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    response = press(as_chai, placed, {radishes: "3.68", millet: "1"}, fen=3331, tender="qr_code")

    page = text_of(as_chai.get(response["Location"]))
    assert "收款码到账 ¥33.31" in page
    assert "找零" not in page


def test_the_green_page_leads_to_what_else_waits(
    as_chai: Client, open_drawer: Till, placed: Order, ma: Member, chai: Member, millet: Listing
) -> None:
    other = order(ma, {millet: 1})
    hand_out(placed, by=chai)

    assert f"还有一单没取：{other.number}" in text_of(as_chai.get(f"{page_of(placed)}done/"))


# --- Pressed twice ----------------------------------------------------------------------


def test_a_second_press_changes_nothing_and_gets_the_first_answer(
    as_chai: Client, open_drawer: Till, placed: Order, radishes: Listing, millet: Listing
) -> None:
    answers = [
        press(as_chai, placed, {radishes: "3.68", millet: "1"}, fen=3331) for _press in range(2)
    ]

    assert [answer["Location"] for answer in answers] == [f"{page_of(placed)}done/"] * 2
    assert_settled(placed)
    assert Handout.objects.count() == 1
    assert balance("drawer/cchy-1") == 13_330


def test_from_a_second_tab_the_order_is_closed(
    as_chai: Client, as_gu: Client, open_drawer: Till, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    press(as_chai, placed, {millet: "1"}, fen=3000)

    response = press(as_gu, placed, {millet: "1"}, fen=3000, nonce=str(uuid.uuid4()))

    assert response.status_code == 409
    assert "用过了（柴**经手）" in text_of(response)
    assert balance("drawer/cchy-1") == 13_000


def test_a_nonce_hands_out_one_order_only(
    as_chai: Client, open_drawer: Till, ma: Member, millet: Listing
) -> None:
    first, second = order(ma, {millet: 1}), order(ma, {millet: 1})
    press(as_chai, first, {millet: "1"}, fen=3000)

    response = press(as_chai, second, {millet: "1"}, fen=3000)

    assert response.status_code == 409
    assert "这一页已经用过了，请从收银台重新打开。" in text_of(response)
    assert_nothing_happened(second)


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
    response = press(as_chai, placed, {radishes: "4", millet: "1"}, fen="")  # type: ignore[arg-type]  # An empty field is the case.

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
