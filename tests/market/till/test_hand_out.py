"""One order at the counter: weighed, worked out, paid, handed out."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from ledger.models import Account
from market.orders.models import Handout, Order, OrderLine, Payment, Tender
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member
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
