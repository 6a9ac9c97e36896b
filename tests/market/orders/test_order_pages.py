"""A member's own orders: the code to say, how far they are, and nobody else's."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from ledger.clock import database_now
from market.orders.actions.close_uncollected import close_uncollected
from market.orders.models import BasketLine, Order, OrderLine
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member, Token
from tests.stories import hand_out, order


def test_the_order_page_says_what_to_say(
    as_ma: Client, ma: Member, radishes: Listing, millet: Listing
) -> None:
    placed = order(ma, {radishes: 1750, millet: 1})

    page = as_ma.get(f"/orders/{placed.pk}/")

    assert placed.pickup_code in page.text
    for words in ("备好了，可以来取", "长城花园爱心超市", "3.5 斤", "¥33.15", "农户到手"):
        assert words in page.text
    last_day = timezone.localtime(placed.keep_until)
    assert f"{last_day.month}月{last_day.day}日来取" in page.text
    assert "<svg" in page.text
    assert "no-store" in page["Cache-Control"]


def test_in_english_too(as_ma: Client, ma: Member, radishes: Listing) -> None:
    placed = order(ma, {radishes: 1750})

    page = as_ma.get(f"/en/orders/{placed.pk}/").text

    assert "Just say the four digits, or let the cashier scan it." in page
    assert "3.5 jin" in page
    assert "Hongsibu radish" in page
    assert "Changcheng Huayuan Love Supermarket" in page
    assert "Changcheng Huayuan Love Supermarket" in as_ma.get("/en/orders/").text


def test_a_collected_order_says_what_the_scale_said(
    as_ma: Client, ma: Member, chai: Member, open_drawer: Till, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2000})
    hand_out(placed, by=chai, weighed={radishes: 1840})

    page = as_ma.get(f"/orders/{placed.pk}/").text

    for words in ("3.68 斤", "原订 4 斤", "¥3.31", "−¥0.01", "¥3.30", "取到货"):
        assert words in page
    assert "这单不要了" not in page


def test_an_uncollected_order_says_so(as_ma: Client, ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 1})
    late = placed.keep_until + datetime.timedelta(hours=1)
    close_uncollected(order=placed, closed_at=late)

    page = as_ma.get(f"/orders/{placed.pk}/").text

    assert "过期没取" in page
    assert "照上次再来一单" in page


@pytest.mark.parametrize("action", ["", "cancel/"])
def test_another_households_order_is_not_there(
    action: str, as_bai: Client, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    address = f"/orders/{placed.pk}/{action}"

    response = as_bai.post(address) if action else as_bai.get(address)

    assert response.status_code == 404
    assert placed.pickup_code not in response.text
    placed.refresh_from_db()
    assert placed.status == Order.Status.READY


def test_a_guest_signs_in_first(client: Client, ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 1})

    response = client.get(f"/orders/{placed.pk}/")

    assert response.status_code == 302
    assert response["Location"] == f"/sign-in/?next=/orders/{placed.pk}/"


def test_cancelling_says_that_nothing_was_charged(
    as_ma: Client, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})

    page = as_ma.post(f"/orders/{placed.pk}/cancel/", follow=True)

    assert "取消好了，没花一分钱" in page.text
    placed.refresh_from_db()
    assert (placed.status, placed.closed_by) == (Order.Status.CANCELLED, ma)


def test_cancelling_too_late_says_who_handed_it_out(
    as_ma: Client, ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    hand_out(placed, by=chai)

    page = as_ma.post(f"/orders/{placed.pk}/cancel/", follow=True)

    assert "已经取走，柴**经手" in page.text
    assert "柴满仓" not in page.text


def test_the_list_puts_what_waits_first(
    as_ma: Client, ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    waiting = order(ma, {millet: 1})
    hand_out(order(ma, {millet: 2}), by=chai)

    page = as_ma.get("/orders/").text

    assert page.index(waiting.pickup_code) < page.index("以前的") < page.index("已取走")


@pytest.mark.usefixtures("foot_is_remembered")
def test_the_list_costs_the_same_queries_for_any_number_of_orders(
    as_ma: Client, ma: Member, millet: Listing, django_assert_max_num_queries
) -> None:
    for _order in range(8):
        order(ma, {millet: 1})

    with django_assert_max_num_queries(8):
        as_ma.get("/orders/")


# --- The same again -------------------------------------------------------------------


def test_the_last_order_again(
    as_ma: Client, ma: Member, chai: Member, gu: Member, open_drawer: Till,
    radishes: Listing, millet: Listing,
) -> None:  # fmt: skip
    placed = order(ma, {radishes: 2000, millet: 1})
    hand_out(placed, by=chai, weighed={radishes: 1840})

    response = as_ma.post("/orders/again/")

    assert (response.status_code, response["Location"]) == (302, "/basket/")
    assert dict(BasketLine.objects.values_list("listing", "quantity")) == {
        radishes.pk: 2000,
        millet.pk: 1,
    }


def test_what_is_not_sold_any_more_is_said(
    as_ma: Client, ma: Member, radishes: Listing, millet: Listing
) -> None:
    order(ma, {radishes: 2000, millet: 1})
    withdraw_listing(listing=millet)

    page = as_ma.post("/orders/again/", follow=True)

    assert "有几样现在不卖了" in page.text
    assert list(BasketLine.objects.values_list("listing", flat=True)) == [radishes.pk]


def test_nothing_to_have_again_leads_to_the_shop(as_ma: Client, millet: Listing) -> None:
    response = as_ma.post("/orders/again/")

    assert response["Location"] == "/produce/"
    assert not OrderLine.objects.exists()


# --- The code to scan -----------------------------------------------------------------


def test_the_code_leads_its_owner_to_the_order(
    as_ma: Client, as_chai: Client, as_bai: Client, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    code = Token.objects.get(purpose="order", subject=str(placed.pk)).code

    assert as_ma.get(f"/q/{code}/")["Location"] == f"/orders/{placed.pk}/"
    assert as_chai.get(f"/q/{code}/")["Location"] == f"/till/orders/{placed.pk}/"
    assert "sign-in" in as_bai.get(f"/q/{code}/", follow=True).request["PATH_INFO"]


def test_ready_until_the_third_day(ma: Member, millet: Listing) -> None:
    placed = order(ma, {millet: 1}, at=database_now())

    days = timezone.localdate(placed.keep_until) - timezone.localdate(placed.ready_at)
    assert days.days == 3
