"""The one box: what was typed or scanned, and where it leads."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client

from ledger.clock import database_now
from market.orders.actions.cancel_order import cancel_order
from market.orders.models import Order
from market.orders.queries import pickup_token
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member, ServicePoint
from tests.market.till.conftest import TILL, look_for, page_of, text_of
from tests.stories import hand_out, order

NEVER_DRAWN = "9999"


def give_code(placed: Order, code: str) -> Order:
    """Let the draw have come out so."""
    placed.pickup_code = code
    placed.save(update_fields=["pickup_code"])
    return placed


def typings(placed: Order) -> dict[str, str]:
    """Each way to find one order."""
    token = pickup_token(placed).code
    return {
        "pickup code": placed.pickup_code,
        "member number": placed.placed_by.member_no,
        "scanned": f"https://testserver/q/{token}/",
        "scanned with capitals": f"HTTPS://TESTSERVER/Q/{token.upper()}",
        "order number": placed.number,
        "short order number": f"hl-{placed.pk}",
        "bare order number": str(placed.pk),
        "name": "马小禾",
        "part of the name": "小禾",
    }


@pytest.mark.parametrize(
    "way",
    [
        "pickup code",
        "member number",
        "scanned",
        "scanned with capitals",
        "order number",
        "short order number",
        "bare order number",
        "name",
        "part of the name",
    ],
)
def test_one_order_opens_at_once(
    way: str, as_chai: Client, till: Till, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})

    response = look_for(as_chai, typings(placed)[way])

    assert (response.status_code, response["Location"]) == (302, page_of(placed))


def test_what_was_typed_is_never_part_of_an_address(
    as_chai: Client, till: Till, ma: Member, millet: Listing
) -> None:
    order(ma, {millet: 1})

    assert "马" not in look_for(as_chai, "马小禾")["Location"]


def test_english_stays_english(as_chai: Client, till: Till, ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 1})

    response = look_for(as_chai, placed.pickup_code, path=f"/en{TILL}")

    assert response["Location"] == f"/en{page_of(placed)}"


# --- Several: nothing is chosen ---------------------------------------------------------


def assert_both_are_offered(response: Any, *orders: Order) -> None:
    page = text_of(response)
    assert response.status_code == 200
    assert f"对上了 {len(orders)} 单" in page
    assert "单待取" not in page  # Nothing stands there twice.
    found = page.partition("对上了")[2].partition("单待取")[0]
    assert [placed.number in found for placed in orders] == [True] * len(orders)


def test_a_member_with_two_orders_is_shown_both(
    as_chai: Client, till: Till, ma: Member, millet: Listing
) -> None:
    orders = [order(ma, {millet: 1}), order(ma, {millet: 2})]

    assert_both_are_offered(look_for(as_chai, ma.member_no), *orders)


def test_four_digits_may_be_a_code_and_a_member(
    as_chai: Client, till: Till, ma: Member, bai: Member, millet: Listing
) -> None:
    hers = order(bai, {millet: 1})
    his = give_code(order(ma, {millet: 1}), bai.member_no)

    assert_both_are_offered(look_for(as_chai, bai.member_no), hers, his)


def test_an_order_found_by_code_and_by_number_is_one(
    as_chai: Client, till: Till, ma: Member, millet: Listing
) -> None:
    placed = give_code(order(ma, {millet: 1}), ma.member_no)

    assert look_for(as_chai, ma.member_no)["Location"] == page_of(placed)


def test_namesakes_are_told_apart_by_their_building_only(
    as_chai: Client, till: Till, ma: Member, ding: Member, millet: Listing
) -> None:
    Member.objects.filter(pk=ding.pk).update(full_name="马大禾")
    orders = [order(ma, {millet: 1}), order(Member.objects.get(pk=ding.pk), {millet: 1})]

    response = look_for(as_chai, "马")

    assert_both_are_offered(response, *orders)
    assert text_of(response).count("马** 长城花园小区") == 2


# --- Used, elsewhere, unknown -----------------------------------------------------------


def test_a_code_used_today_says_when_and_by_whom(
    as_chai: Client, open_drawer: Till, ma: Member, chai: Member, millet: Listing
) -> None:
    now = database_now()
    placed = order(ma, {millet: 1})
    hand_out(placed, by=chai, at=now)

    response = look_for(as_chai, placed.pickup_code)

    clock = now.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
    assert response.status_code == 409
    assert f"这码 {clock:%H:%M} 用过了（柴**经手）" in text_of(response)
    assert f"Used already: {clock:%H:%M}, handed out by 柴**." in text_of(
        look_for(as_chai, placed.pickup_code, path=f"/en{TILL}")
    )


def test_a_code_used_on_another_day_says_which(
    as_chai: Client, open_drawer: Till, ma: Member, chai: Member, millet: Listing
) -> None:
    long_ago = database_now() - datetime.timedelta(days=40)
    placed = order(ma, {millet: 1}, at=long_ago)
    hand_out(placed, by=chai, at=long_ago)

    response = look_for(as_chai, placed.number)

    clock = long_ago.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
    assert f"这码 {clock.month}月{clock.day}日 {clock:%H:%M} 用过了" in text_of(response)


def test_a_code_that_is_open_again_opens_the_open_order(
    as_chai: Client, open_drawer: Till, ma: Member, chai: Member, bai: Member, millet: Listing
) -> None:
    used = order(ma, {millet: 1})
    hand_out(used, by=chai)
    waiting = give_code(order(bai, {millet: 1}), used.pickup_code)

    assert look_for(as_chai, used.pickup_code)["Location"] == page_of(waiting)


def test_a_cancelled_order_says_so(
    as_chai: Client, till: Till, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    cancel_order(order=placed, cancelled_by=ma, cancelled_at=database_now())

    response = look_for(as_chai, f"https://testserver/q/{pickup_token(placed).code}/")

    assert response.status_code == 409
    assert placed.number in text_of(response)
    assert "取消" in text_of(response)


@pytest.mark.parametrize("way", ["pickup code", "order number", "scanned", "member number"])
def test_what_waits_elsewhere_says_where(
    way: str, as_chai: Client, till: Till, ma: Member, radishes_in_xihu: Listing
) -> None:
    placed = give_code(order(ma, {radishes_in_xihu: 1000}), NEVER_DRAWN)

    response = look_for(as_chai, typings(placed)[way])

    assert response.status_code == 409
    assert f"{placed.number} 在西湖助农点取，不在这儿。" in text_of(response)
    assert "查不到" not in text_of(response)


def test_a_code_used_here_and_waiting_elsewhere_says_both(
    as_chai: Client,
    open_drawer: Till,
    chai: Member,
    ma: Member,
    bai: Member,
    millet: Listing,
    radishes_in_xihu: Listing,
) -> None:
    used = order(ma, {millet: 1})
    hand_out(used, by=chai)
    give_code(order(bai, {radishes_in_xihu: 1000}), used.pickup_code)

    page = text_of(look_for(as_chai, used.pickup_code))

    assert "西湖助农点" in page
    assert "用过了" in page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (NEVER_DRAWN, "查不到这个码，请报会员号。"),
        ("HL-0099", "查不到这个码，请报会员号。"),
        ("HL-999999999999", "查不到这个码，请报会员号。"),
        ("123456789012", "查不到这个码，请报会员号。"),
        ("https://testserver/q/aaaaaaaaaa/", "查不到这个码，请报会员号。"),
        ("https://weixin.qq.com/pay", "查不到这个码，请报会员号。"),
        ("孙悟空", "没有叫这个名字的待取单，请报取货码。"),
        ("' OR 1=1 --", "没有叫这个名字的待取单，请报取货码。"),
        ("%", "没有叫这个名字的待取单，请报取货码。"),
        ("", "先扫码，或输个号。"),
        ("   ", "先扫码，或输个号。"),
        ("9" * 201, "太长了。请重新扫一次，或输取货码。"),
    ],
)
def test_what_is_unknown_says_what_to_ask_for(
    text: str, sentence: str, as_chai: Client, till: Till, ma: Member, millet: Listing
) -> None:
    give_code(order(ma, {millet: 1}), "4271")

    response = look_for(as_chai, text)

    assert response.status_code == 422
    assert sentence in text_of(response)


def test_a_member_with_nothing_here_is_said_to_have_nothing(
    as_chai: Client, till: Till, ma: Member
) -> None:
    response = look_for(as_chai, ma.member_no)

    assert response.status_code == 422
    assert "这位会员在这儿没有待取的单" in text_of(response)


def test_a_helper_collects_for_the_member_the_order_is_for(
    as_chai: Client, till: Till, ma: Member, ding: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    placed.on_behalf_of = ding
    placed.save(update_fields=["on_behalf_of"])

    assert look_for(as_chai, ding.member_no)["Location"] == page_of(placed)
    assert look_for(as_chai, "丁守田")["Location"] == page_of(placed)
    assert look_for(as_chai, "马小禾").status_code == 422


def test_a_lapsed_token_opens_nothing(
    as_chai: Client, till: Till, ma: Member, millet: Listing
) -> None:
    token = pickup_token(order(ma, {millet: 1}))
    token.expires_at = database_now()
    token.save(update_fields=["expires_at"])

    assert look_for(as_chai, f"https://testserver/q/{token.code}/").status_code == 422


def test_looking_changes_nothing(
    as_chai: Client, till: Till, ma: Member, millet: Listing, supermarket: ServicePoint
) -> None:
    placed = order(ma, {millet: 1})

    for _time in range(2):
        look_for(as_chai, f"https://testserver/q/{pickup_token(placed).code}/")

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
