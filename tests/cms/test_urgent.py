"""What must find a buyer soon."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone, translation

from cms.urgent import urgent_goods
from ledger.clock import database_now
from market.produce.models import Listing
from people.models import Member, ServicePoint
from tests.stories import order


def closes_in(listing: Listing, **time: float) -> None:
    closes_at = database_now() + datetime.timedelta(**time)
    Listing.objects.filter(pk=listing.pk).update(on_sale_until=closes_at)


def texts(point: ServicePoint) -> list[str]:
    return [each.text for each in urgent_goods(point, now=database_now())]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-hans", "还有 2 天截止：红寺堡萝卜 100 斤待卖"),
        ("en", "2 days left: 100 jin of Hongsibu radish to go"),
    ],
)
def test_says_how_long_and_how_much(
    language: str, text: str, radishes: Listing, supermarket: ServicePoint
) -> None:
    closes_in(radishes, days=2)

    with translation.override(language):
        (urgent,) = urgent_goods(supermarket, now=database_now())
        address = "/produce/HSB-LB/" if language == "zh-hans" else "/en/produce/HSB-LB/"
        assert (urgent.text, urgent.url) == (text, address)


def test_says_the_hour_on_the_last_day(radishes: Listing, supermarket: ServicePoint) -> None:
    tonight = timezone.localtime(database_now()).replace(hour=23, minute=59, second=59)
    Listing.objects.filter(pk=radishes.pk).update(on_sale_until=tonight)

    with translation.override("zh-hans"):
        assert texts(supermarket) == ["今天 23:59 截止：红寺堡萝卜 100 斤待卖"]


def test_what_is_reserved_is_not_to_go(
    radishes: Listing, supermarket: ServicePoint, ma: Member
) -> None:
    closes_in(radishes, days=2)

    order(ma, {radishes: 10_000})

    with translation.override("en"):
        assert texts(supermarket) == ["2 days left: 80 jin of Hongsibu radish to go"]


def test_nothing_is_urgent_that_has_time_or_has_closed_or_is_elsewhere(
    radishes: Listing, millet: Listing, supermarket: ServicePoint, xihu_point: ServicePoint
) -> None:
    assert texts(supermarket) == []

    closes_in(radishes, days=4)
    closes_in(millet, hours=-1)
    assert texts(supermarket) == []

    closes_in(radishes, days=1)
    assert texts(xihu_point) == []
    assert len(texts(supermarket)) == 1


def test_surplus_is_urgent_however_long_it_keeps(
    radishes: Listing, supermarket: ServicePoint
) -> None:
    closes_in(radishes, days=9)
    Listing.objects.filter(pk=radishes.pk).update(is_surplus=True)

    assert len(texts(supermarket)) == 1


def test_what_is_sold_out_is_not_urgent(
    millet: Listing, supermarket: ServicePoint, ma: Member
) -> None:
    closes_in(millet, days=1)

    order(ma, {millet: 10})

    assert texts(supermarket) == []
