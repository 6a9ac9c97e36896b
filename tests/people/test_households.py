"""confirm_household, return_household, claim_household: who lives behind which door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from market.orders import refusals
from market.orders.models import Order
from market.produce.models import Listing
from people.actions.claim_household import (
    AlreadyConfirmed,
    NoSuchStaircase,
    OtherCommunity,
    claim_household,
)
from people.actions.confirm_household import NoHousehold, OwnHousehold, confirm_household
from people.actions.return_household import return_household
from people.models import Building, Community, Household, Member, Notice
from people.queries import behind_the_door, members_to_confirm
from tests.conftest import MARKET_DAY
from tests.people import home
from tests.stories import order

Decide = Callable[[Member, Member], Member]


def confirm(member: Member, by: Member) -> Member:
    return confirm_household(member=member, confirmed_by=by, confirmed_at=MARKET_DAY)


def send_back(member: Member, by: Member) -> Member:
    return return_household(member=member, returned_by=by, returned_at=MARKET_DAY)


def state(member: Member) -> tuple[object, ...]:
    member.refresh_from_db()
    return (member.household_id, member.household_confirmed_at, member.household_confirmed_by_id)


def test_staff_confirm_a_door_and_the_member_is_told(bai: Member, gu: Member) -> None:
    confirm(bai, gu)

    assert state(bai) == (bai.household_id, MARKET_DAY, gu.pk)
    with translation.override("en"):
        assert bai.notices.get().text == (
            "Your door is confirmed: 长城花园小区, building 2, staircase 1, 602. You can now order "
            "goods that are limited to so many a household."
        )


def test_a_second_confirmation_changes_nothing(bai: Member, gu: Member, xue: Member) -> None:
    confirm(bai, gu)
    confirm(bai, xue)

    assert bai.household_confirmed_by == gu
    assert Notice.objects.count() == 1


def test_staff_send_a_door_back_and_the_member_is_asked_again(bai: Member, gu: Member) -> None:
    send_back(bai, gu)

    assert state(bai) == (None, None, None)
    assert not Household.objects.exists()
    notice = bai.notices.get()
    assert notice.url == "/mine/door/"
    with translation.override("en"):
        assert "We could not find you at 长城花园小区, building 2" in notice.text


def test_a_confirmed_door_can_be_sent_back_too(ma: Member, gu: Member) -> None:
    send_back(ma, gu)

    assert state(ma) == (None, None, None)


@pytest.mark.parametrize("decide", [confirm, send_back])
def test_nobody_decides_about_their_own_door(
    decide: Decide, bai: Member, gu: Member, building_2: Building
) -> None:
    claim_household(member=gu, building=building_2, unit="1", door="602")
    gu.is_superuser = True
    gu.save()
    before = state(bai), state(gu)

    for member in (gu, bai):
        with pytest.raises(OwnHousehold):
            decide(member, gu)

    assert (state(bai), state(gu)) == before
    assert not Notice.objects.exists()


@pytest.mark.parametrize("decide", [confirm, send_back])
def test_there_must_be_a_door(decide: Decide, gu: Member, xue: Member) -> None:
    with pytest.raises(NoHousehold):
        decide(xue, gu)


@pytest.mark.parametrize("decide", [confirm, send_back])
def test_a_door_sent_back_meanwhile_is_not_decided_again(
    decide: Decide, bai: Member, gu: Member, xue: Member
) -> None:
    stale = Member.objects.get(pk=bai.pk)
    send_back(bai, gu)

    with pytest.raises(NoHousehold):
        decide(stale, xue)

    assert state(bai) == (None, None, None)


def test_the_database_refuses_a_door_confirmed_by_oneself(bai: Member) -> None:
    with (
        pytest.raises(IntegrityError, match="member_household_is_confirmed_by_another"),
        transaction.atomic(),
    ):
        Member.objects.filter(pk=bai.pk).update(
            household_confirmed_at=MARKET_DAY, household_confirmed_by=bai
        )


def test_a_member_names_another_door(bai: Member, building_2: Building) -> None:
    claim_household(member=bai, building=building_2, unit="2", door="201")

    assert (home(bai).unit, home(bai).door) == ("2", "201")
    assert Household.objects.get() == home(bai)


def test_the_same_door_again_stays(bai: Member, building_2: Building) -> None:
    door = home(bai)

    claim_household(member=bai, building=building_2, unit=door.unit, door=door.door)

    assert home(bai) == door


def test_a_door_where_somebody_else_lives_stays(
    bai: Member, ma: Member, building_2: Building
) -> None:
    Member.objects.filter(pk=bai.pk).update(household=ma.household)

    claim_household(member=bai, building=building_2, unit="2", door="201")

    assert home(ma).members.get() == ma


def test_a_door_that_something_was_ordered_from_stays(
    bai: Member, millet: Listing, gu: Member
) -> None:
    placed = order(bai, {millet: 1})

    send_back(bai, gu)

    assert Order.objects.get(pk=placed.pk).household == placed.household


def test_nobody_orders_from_a_door_they_have_just_left(
    bai: Member, millet: Listing, building_2: Building
) -> None:
    stale = Member.objects.get(pk=bai.pk)
    claim_household(member=bai, building=building_2, unit="2", door="201")

    with pytest.raises(refusals.NoHousehold):
        order(stale, {millet: 1})

    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("_case", "who", "where", "unit", "refusal"),
    [
        ("confirmed already", "ma", "building_2", "1", AlreadyConfirmed),
        ("a staircase too high", "bai", "building_2", "9", NoSuchStaircase),
        ("another community", "bai", "xihu_building", "1", OtherCommunity),
    ],
)
def test_a_claim_that_is_refused_changes_nothing(
    _case: str,
    who: str,
    where: str,
    unit: str,
    refusal: type[Exception],
    xihu_building: Building,
    request: pytest.FixtureRequest,
) -> None:
    member, building = request.getfixturevalue(who), request.getfixturevalue(where)
    before = state(member)

    with pytest.raises(refusal):
        claim_household(member=member, building=building, unit=unit, door="101")

    assert state(member) == before
    assert not Household.objects.exclude(members__isnull=False).exists()


def test_those_who_wait_are_listed_first_come_first(
    ma: Member, bai: Member, gu: Member, building_2: Building
) -> None:
    claim_household(member=gu, building=building_2, unit="1", door="602")

    assert list(members_to_confirm()) == [gu, bai]
    assert list(behind_the_door(bai)) == [gu]
    assert list(behind_the_door(ma)) == []


@pytest.fixture
def xihu_building(xihu: Community) -> Building:
    return Building.objects.create(
        community=xihu, compound="西湖小区", number="7", units=3, households_expected=66
    )
