"""What suppliers got and what a day sold, as the books say."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from ledger.clock import database_now
from market.orders.queries import Bought, DayFigures, bought_from, figures_of_day
from market.produce.models import Listing, Supplier
from people.models import Member, ServicePoint
from tests.stories import hand_out, order

pytestmark = pytest.mark.usefixtures("open_drawer")

DAY = datetime.timedelta(days=1)
NOTHING = DayFigures(grams=0, fen=0, households=0)


def today() -> datetime.date:
    return timezone.localdate(database_now())


def test_nothing_is_bought_before_it_is_handed_out(
    radishes: Listing, hongsibu: Supplier, ma: Member
) -> None:
    order(ma, {radishes: 2_000})

    assert bought_from(hongsibu) == Bought(grams=0, fen=0)


def test_what_the_scale_said_was_bought(
    radishes: Listing, hongsibu: Supplier, ma: Member, chai: Member
) -> None:
    hand_out(order(ma, {radishes: 2_000}), by=chai, weighed={radishes: 1_840})

    assert bought_from(hongsibu) == Bought(grams=1_840, fen=258)


def test_pieces_count_by_what_they_weigh(
    millet: Listing, xiamaguan: Supplier, ma: Member, chai: Member
) -> None:
    hand_out(order(ma, {millet: 3}), by=chai)

    assert bought_from(xiamaguan) == Bought(grams=7_500, fen=8_400)


def test_others_goods_do_not_count(
    radishes: Listing, millet: Listing, xiamaguan: Supplier, ma: Member, chai: Member
) -> None:
    hand_out(order(ma, {radishes: 2_000}), by=chai)

    assert bought_from(xiamaguan) == Bought(grams=0, fen=0)


def test_what_was_bought_is_asked_in_two_questions(
    radishes: Listing, hongsibu: Supplier, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        bought_from(hongsibu)


def test_a_day_adds_up_what_left_the_counter(
    radishes: Listing, millet: Listing, supermarket: ServicePoint, ma: Member, chai: Member
) -> None:
    hand_out(order(ma, {radishes: 1_000, millet: 1}), by=chai)
    hand_out(order(ma, {radishes: 500}), by=chai)

    assert figures_of_day(supermarket, today()) == DayFigures(grams=4_000, fen=3_270, households=1)


def test_a_day_counts_from_midnight_to_midnight(
    radishes: Listing, supermarket: ServicePoint, ma: Member, chai: Member
) -> None:
    midnight = timezone.localtime(database_now()).replace(hour=0, minute=0, second=0, microsecond=0)
    placed = order(ma, {radishes: 1_000}, at=midnight - 2 * DAY)
    hand_out(placed, by=chai, at=midnight - DAY)

    assert figures_of_day(supermarket, (midnight - DAY).date()).grams == 1_000
    assert figures_of_day(supermarket, (midnight - 2 * DAY).date()) == NOTHING
    assert figures_of_day(supermarket, midnight.date()) == NOTHING


def test_another_point_counts_for_itself(
    radishes: Listing, xihu_point: ServicePoint, ma: Member, chai: Member
) -> None:
    hand_out(order(ma, {radishes: 1_000}), by=chai)

    assert figures_of_day(xihu_point, today()) == NOTHING


def test_what_only_waits_does_not_count(
    radishes: Listing, supermarket: ServicePoint, ma: Member
) -> None:
    order(ma, {radishes: 1_000})

    assert figures_of_day(supermarket, today()) == NOTHING
