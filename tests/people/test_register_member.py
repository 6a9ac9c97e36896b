"""register_member: a member, a number, a household, and nothing twice."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from people.actions.register_member import (
    NoSuchStaircase,
    NumberTaken,
    PhoneTaken,
    register_member,
)
from people.models import Building, Community, Household, Member
from tests.people import home

HAN: dict[str, Any] = {"full_name": "韩石头", "phone": "19900000005", "pin": "246810"}


def test_draws_the_first_number_and_opens_the_household(building_2: Building) -> None:
    member = register_member(**HAN, building=building_2, unit="3单元", door="101室")

    assert member.member_no == "1001"
    assert member.community == building_2.community
    assert (home(member).unit, home(member).door) == ("3", "101")
    assert member.check_password("246810")
    assert not member.is_household_confirmed
    assert not member.get_all_permissions()


def test_numbers_follow_each_other_in_one_community_and_begin_anew_in_another(
    changcheng: Community, xihu: Community
) -> None:
    numbers = [
        register_member(full_name="甲", community=community).member_no
        for community in (changcheng, changcheng, xihu)
    ]

    assert numbers == ["1001", "1002", "1001"]


def test_a_number_on_a_card_is_kept_and_never_drawn(changcheng: Community) -> None:
    printed = register_member(full_name="甲", community=changcheng, member_no="1005")
    earlier = register_member(full_name="乙", community=changcheng, member_no="1003")
    drawn = register_member(full_name="丙", community=changcheng)

    assert [each.member_no for each in (printed, earlier, drawn)] == ["1005", "1003", "1006"]


def test_neighbours_behind_one_door_share_a_household(building_2: Building) -> None:
    one = register_member(**HAN, building=building_2, unit="3", door="101")
    other = register_member(full_name="韩小石", building=building_2, unit=" ３单元", door="0101室")

    assert one.household == other.household
    assert Household.objects.count() == 1


def test_a_member_without_a_phone_cannot_sign_in(changcheng: Community) -> None:
    first = register_member(full_name="杨春桃", community=changcheng)
    second = register_member(full_name="杨秋桃", community=changcheng)

    assert (first.phone, second.phone) == (None, None)
    assert not first.has_usable_password()


def test_a_second_press_finds_the_member_of_the_first(building_2: Building) -> None:
    key = uuid.uuid4()
    where: dict[str, Any] = {"building": building_2, "unit": "3", "door": "101"}

    first = register_member(**HAN, **where, registration_key=key)
    second = register_member(**HAN, **where, registration_key=key)

    assert first == second
    assert building_2.community.members.count() == 1
    assert Community.objects.get(pk=building_2.community_id).last_member_no == 1001


@pytest.mark.parametrize(
    ("_case", "changes", "refusal"),
    [
        ("the phone number is taken", {"phone": "19900000002"}, PhoneTaken),
        ("a staircase too high", {"unit": "5"}, NoSuchStaircase),
        ("staircase nought", {"unit": "0"}, NoSuchStaircase),
        ("a staircase in words", {"unit": "东"}, NoSuchStaircase),
        ("the number on the card is taken", {"member_no": "1001"}, NumberTaken),
    ],
)
def test_a_refusal_changes_nothing(
    _case: str,
    changes: dict[str, Any],
    refusal: type[Exception],
    bai: Member,
    building_2: Building,
) -> None:
    asked: dict[str, Any] = HAN | {"building": building_2, "unit": "3", "door": "101"} | changes

    with pytest.raises(refusal):
        register_member(**asked)

    assert list(Member.objects.all()) == [bai]
    assert list(Household.objects.all()) == [bai.household]
    assert Community.objects.get(pk=building_2.community_id).last_member_no == 1001


def test_somebody_belongs_somewhere(db: None) -> None:
    with pytest.raises(ValueError, match="belongs to a community"):
        register_member(full_name="无名")


def test_a_form_sent_again_with_another_door_opens_none(building_2: Building) -> None:
    form = HAN | {"building": building_2, "unit": "1", "registration_key": uuid.uuid4()}
    first = register_member(**form, door="301")

    again = register_member(**form, door="302")

    assert again == first
    assert Household.objects.get() == home(first)


# --- At once --------------------------------------------------------------------------

HANDS = 8


def at_once(*asked: dict[str, Any]) -> Counter[str]:
    def register(one: dict[str, Any]) -> str:
        try:
            register_member(**one)
        except PhoneTaken:
            return "PhoneTaken"
        finally:
            connection.close()
        return "registered"

    with ThreadPoolExecutor(len(asked)) as hands:
        return Counter(hands.map(register, asked))


@pytest.mark.django_db(transaction=True)
def test_numbers_drawn_at_once_differ(building_2: Building) -> None:
    where: dict[str, Any] = {"building": building_2, "unit": "1", "door": "301"}

    outcome = at_once(*({"full_name": f"{n}", **where} for n in range(HANDS)))

    assert outcome == {"registered": HANDS}
    numbers = Member.objects.order_by("member_no").values_list("member_no", flat=True)
    assert list(numbers) == [str(1001 + n) for n in range(HANDS)]
    assert Household.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_phone_number_registers_once_however_often_it_is_tried(
    building_2: Building, xihu: Community
) -> None:
    where: dict[str, Any] = {"building": building_2, "unit": "1", "door": "301"}

    outcome = at_once(*([HAN | where, HAN | {"community": xihu}] * (HANDS // 2)))

    assert outcome == {"registered": 1, "PhoneTaken": HANDS - 1}
    assert Member.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_form_registers_once_however_often_it_is_pressed(building_2: Building) -> None:
    form = HAN | {
        "building": building_2,
        "unit": "1",
        "door": "301",
        "registration_key": uuid.uuid4(),
    }

    assert at_once(*([form] * HANDS)) == {"registered": HANDS}
    assert Member.objects.count() == 1
