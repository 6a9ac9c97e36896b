"""The text for the building's WeChat group: who has something to collect, and no more."""

from __future__ import annotations

import datetime

from django.test import Client

from ledger.clock import database_now
from market.orders.models import Tender
from market.orders.queries import orders_waiting
from market.produce.models import Listing
from market.till.group_text import text_for_the_group
from market.till.models import Till
from people.models import Member, ServicePoint
from tests.stories import order

GROUP = "/till/group/"


def text_now(point: ServicePoint) -> str:
    return text_for_the_group(point, orders_waiting(point), now=database_now())


def test_names_each_neighbour_once_and_nothing_else_of_them(
    ma: Member, bai: Member, supermarket: ServicePoint, millet: Listing
) -> None:
    placed = [order(ma, {millet: 1}), order(ma, {millet: 2}), order(bai, {millet: 1})]

    text = text_now(supermarket)

    assert text.splitlines()[1] == "等您来取：马**、白**"
    assert supermarket.name in text
    assert supermarket.phone in text
    for member in (ma, bai):
        assert member.full_name not in text
        assert str(member.phone) not in text
        assert member.member_no not in text
    for each in placed:
        assert each.pickup_code not in text.replace(supermarket.phone, "")
        assert each.number not in text


def test_names_those_first_whose_last_day_it_is(
    ma: Member, bai: Member, supermarket: ServicePoint, millet: Listing
) -> None:
    order(ma, {millet: 1}, at=database_now() - datetime.timedelta(days=3))
    order(ma, {millet: 1})
    order(bai, {millet: 1})

    lines = text_now(supermarket).splitlines()

    assert lines[1:3] == ["今天最后一天：马**", "等您来取：白**"]


def test_what_is_not_paid_is_not_there_yet(
    ma: Member, supermarket: ServicePoint, millet: Listing
) -> None:
    order(ma, {millet: 1}, tender=Tender.STRIPE)

    assert text_now(supermarket) == ""


def test_the_page_shows_it_in_the_language_of_the_group(
    as_chai: Client, open_drawer: Till, ma: Member, millet: Listing
) -> None:
    order(ma, {millet: 1})

    page = as_chai.get(f"/en{GROUP}").text

    assert "等您来取：马**" in page
    assert "Text to copy" in page


def test_the_page_says_when_nothing_waits(as_chai: Client, open_drawer: Till) -> None:
    page = as_chai.get(f"/en{GROUP}").text

    assert "Nothing waits here." in page
    assert "<textarea" not in page
