"""Next year's market day is last year's with another date: one press."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from wagtail.models import Locale, Page

from cms.actions.copy_market_day import MayNotAdd, NotTheOriginal, copy_market_day
from cms.models import CopiedDay, MarketDayIndexPage, MarketDayPage
from cms.next_year import next_held_on
from people.models import Member, ServicePoint
from tests.cms.written import block, text, write
from tests.conftest import signed_in

TODAY = datetime.date(2026, 11, 24)


@pytest.fixture
def fair(market_days: MarketDayIndexPage, supermarket: ServicePoint) -> MarketDayPage:
    """The New Year fair of last winter, with what came of it."""
    return write(
        market_days,
        MarketDayPage,
        "fair-2026",
        title="2026年货大集",
        summary="腊月里办年货。",
        series=MarketDayPage.Series.NEW_YEAR_FAIR,
        theme="年货大集",
        held_on=datetime.date(2026, 1, 31),
        service_point=supermarket,
        programme=[block("act", from_time="09:00", what="开集")],
        stalls=[block("stall", number="1", supplier=None, note="人参果")],
        bring="布袋",
        body=[
            text("<p>那天下雪。</p>"),
            block("expander", title="怎么订？", text="<p>提前两天。</p>"),
            block("figures", figures=[]),
        ],
        visitors=620,
        seo_title="去年的大集",
    )


def copied(fair: MarketDayPage, by: Member) -> MarketDayPage:
    return copy_market_day(original=fair, copied_by=by, today=TODAY)


def test_it_keeps_what_holds_each_year(fair: MarketDayPage, mu: Member) -> None:
    copy = copied(fair, mu)

    assert copy.held_on == datetime.date(2027, 1, 30)
    assert (copy.title, copy.draft_title) == ("2027年货大集", "2027年货大集")
    assert copy.slug == "fair-2027"
    assert (copy.series, copy.theme, copy.bring) == ("new_year_fair", "年货大集", "布袋")
    assert copy.stalls[0].value["note"] == "人参果"
    assert copy.programme[0].value["what"] == "开集"
    assert copy.owner == mu


def test_it_leaves_out_what_tells_of_that_day(fair: MarketDayPage, mu: Member) -> None:
    copy = copied(fair, mu)

    assert copy.visitors is None
    assert copy.seo_title == ""
    assert [row["type"] for row in copy.body.raw_data] == ["expander"]


def test_it_is_a_draft_and_its_revision_says_the_same(fair: MarketDayPage, mu: Member) -> None:
    copy = copied(fair, mu)

    assert not copy.live
    draft = copy.get_latest_revision_as_object()
    assert (draft.title, draft.held_on, draft.visitors) == (copy.title, copy.held_on, None)
    assert [row["type"] for row in draft.body.raw_data] == ["expander"]
    assert copy.latest_revision.user == mu


def test_a_second_press_gets_the_first_answer(fair: MarketDayPage, mu: Member, xue: Member) -> None:
    first = copied(fair, mu)

    assert copied(fair, xue) == first
    assert MarketDayPage.objects.child_of(first.get_parent()).count() == 2


def test_it_can_be_made_again_once_it_is_deleted(fair: MarketDayPage, mu: Member) -> None:
    first = copied(fair, mu)
    first.delete()

    assert copied(fair, mu).pk != first.pk


def test_the_copy_of_the_copy_is_the_year_after(fair: MarketDayPage, mu: Member) -> None:
    after_next = copied(copied(fair, mu), mu)

    assert after_next.held_on == datetime.date(2028, 1, 29)
    assert after_next.slug == "fair-2028"


def test_the_english_tree_gets_its_copy_and_no_old_translation(
    fair: MarketDayPage, mu: Member
) -> None:
    copy = copied(fair, mu)

    (english,) = copy.get_translations()
    assert english.alias_of_id == copy.pk
    assert english.locale.language_code == "en"
    assert copy.translation_key != fair.translation_key
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_revision_of_the_copy_forgets_nothing(fair: MarketDayPage, mu: Member) -> None:
    copy = copied(fair, mu)

    copy.get_latest_revision_as_object().save_revision().publish()

    assert CopiedDay.objects.get(original=fair).copy == copy


@pytest.mark.parametrize(
    ("which", "who", "refusal"), [("fair", "bai", MayNotAdd), ("english", "mu", NotTheOriginal)]
)
def test_refused(
    which: str, who: str, refusal: type[Exception], fair: MarketDayPage,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    page = {"fair": fair, "english": in_english(fair)}[which]
    member = request.getfixturevalue(who)
    before = state()

    with pytest.raises(refusal):
        copied(page, member)

    assert state() == before


def in_english(fair: MarketDayPage) -> MarketDayPage:
    english: MarketDayPage = fair.copy_for_translation(
        Locale.objects.get(language_code="en"), copy_parents=True, alias=True
    )
    return english


def state() -> tuple[Any, ...]:
    return Page.objects.count(), CopiedDay.objects.count()


@pytest.mark.parametrize(
    ("held_on", "after", "expected"),
    [
        ("2025-11-29", "2026-11-24", "2026-11-28"),
        ("2026-11-21", "2026-11-24", "2027-11-20"),
        ("2023-04-15", "2026-11-24", "2027-04-17"),
        ("2024-02-29", "2024-03-01", "2025-02-27"),
    ],
)
def test_the_next_date_is_the_same_weekday(held_on: str, after: str, expected: str) -> None:
    day = datetime.date.fromisoformat(held_on)

    following = next_held_on(day, after=datetime.date.fromisoformat(after))

    assert following.isoformat() == expected
    assert following.weekday() == day.weekday()


def test_two_presses_on_two_sides_make_one(fair: MarketDayPage, mu: Member) -> None:
    """The button of the form: whoever is second lands in the same draft."""
    address = f"/office/market-day-pages/copy/{fair.pk}/"

    first, second = signed_in(mu).post(address), signed_in(mu).post(address)

    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert CopiedDay.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_presses_at_once_make_one(fair: MarketDayPage, mu: Member, xue: Member) -> None:
    def press(by: Member) -> int:
        try:
            return copied(fair, by).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as hands:
        made = set(hands.map(press, [mu, xue] * 5))

    assert len(made) == 1
    assert MarketDayPage.objects.child_of(fair.get_parent()).count() == 2
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.django_db(transaction=True)
def test_two_days_copied_at_once_get_two_addresses(
    fair: MarketDayPage, market_days: MarketDayIndexPage, mu: Member
) -> None:
    """Both would be fair-2027: the list is locked while an address is chosen."""
    other = write(
        market_days,
        MarketDayPage,
        "fair",
        title="集市",
        summary="以爱换爱。",
        series="love_for_love",
        theme="以爱换爱",
        held_on=fair.held_on,
        service_point=fair.service_point,
    )

    def press(day: MarketDayPage) -> str:
        try:
            return str(copied(day, mu).slug)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hands:
        addresses = set(hands.map(press, [fair, other]))

    assert addresses == {"fair-2027", "fair-2027-1"}
