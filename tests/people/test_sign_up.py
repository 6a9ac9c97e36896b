"""The sign-up page: a new member in one form."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from people.models import Building, Community, Household, Member, ServicePoint
from tests.people import home

PAGE = "/en/sign-up/"


@pytest.fixture
def typed(building_2: Building, supermarket: ServicePoint) -> dict[str, str]:
    return {
        "registration_key": str(uuid.uuid4()),
        "full_name": "何知秋",
        "phone": "199 0000 0015",
        "building": str(building_2.pk),
        "unit": "4单元",
        "door": "１０２",
        "pin": "902714",
        "pin_again": "902714",
    }


def test_asks_for_everything_once_and_offers_the_buildings_by_community(
    client: Client, typed: dict[str, str], xihu: Community
) -> None:
    for number in ("10", "9"):
        Building.objects.create(
            community=xihu, compound="西湖小区", number=number, units=1, households_expected=9
        )

    page = client.get("/sign-up/").text

    assert "长城花园小区 2号楼" in page
    assert re.findall(r'<optgroup label="(.*?)"', page) == ["长城花园社区", "西湖社区"]
    assert page.index("西湖小区 9号楼") < page.index("西湖小区 10号楼")
    assert 'name="registration_key"' in page


def test_registers_signs_in_and_says_what_comes_next(client: Client, typed: dict[str, str]) -> None:
    response = client.post(PAGE, typed, follow=True)

    member = Member.objects.get()
    assert response.redirect_chain == [("/en/mine/", 302)]
    assert (member.full_name, member.phone, member.member_no) == ("何知秋", "19900000015", "1001")
    assert (home(member).unit, home(member).door) == ("4", "102")
    assert "Welcome, 何知秋. Your member number is 1001." in response.text
    assert "The community will confirm your door. You can order meanwhile" in response.text


def test_goes_on_to_where_the_visitor_was_going(client: Client, typed: dict[str, str]) -> None:
    assert client.post(PAGE, typed | {"next": "/basket/"})["Location"] == "/basket/"


def test_never_leads_off_the_site(client: Client, typed: dict[str, str]) -> None:
    response = client.post(PAGE, typed | {"next": "//evil.example/"})

    assert response["Location"] == "/en/mine/"


def test_a_second_press_gets_the_first_answer(client: Client, typed: dict[str, str]) -> None:
    answers = [client.post(PAGE, typed) for _press in range(2)]

    assert [answer["Location"] for answer in answers] == ["/en/mine/"] * 2
    assert Member.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("full_name", " ", "Type your name."),
        ("phone", "12345", "A mobile number has 11 digits and starts with 1."),
        ("building", "", "Choose your building."),
        ("building", "999", "Select a valid choice."),
        ("unit", "", "Type the number of your staircase."),
        ("door", "室", "Type the number on your door."),
        ("pin", "123456", "This PIN is too easy to guess."),
        ("pin", "000015", "This PIN is too easy to guess."),
        ("pin", "12", "A PIN has exactly six digits."),
        ("pin_again", "902715", "The two PINs are not the same."),
        ("registration_key", "1", "Enter a valid UUID."),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(
    client: Client, typed: dict[str, str], field: str, value: str, words: str
) -> None:
    response = client.post(PAGE, typed | {field: value})

    assert response.status_code == 422
    assert response.text.count(words) >= 1
    assert "何知秋" in response.text or field == "full_name"
    assert "902714" not in response.text
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("phone", "19900000002", "Somebody is registered with this number already."),
        ("unit", "5", "building 2 has the staircases 1 to 4. Type yours."),
    ],
)
def test_says_what_the_world_refuses(
    client: Client, typed: dict[str, str], bai: Member, field: str, value: str, words: str
) -> None:
    response = client.post(PAGE, typed | {field: value})

    assert response.status_code == 409
    assert words in response.text
    assert list(Member.objects.filter(full_name="何知秋")) == []
    assert Household.objects.count() == 1


def test_a_name_is_shown_as_it_is_and_never_run(client: Client, typed: dict[str, str]) -> None:
    name = '<img src=x onerror="alert(1)">'

    page = client.post(PAGE, typed | {"full_name": name}, follow=True).text

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_fields_that_are_not_theirs_to_set_change_nothing(
    client: Client, typed: dict[str, str]
) -> None:
    client.post(PAGE, typed | {"is_superuser": "on", "member_no": "7777", "groups": "1"})

    member = Member.objects.get()
    assert (member.is_superuser, member.member_no, member.groups.count()) == (False, "1001", 0)
    assert not member.is_household_confirmed


def test_an_address_registers_ten_a_minute(client: Client, typed: dict[str, str]) -> None:
    said = [
        Client().post(
            PAGE, typed | {"registration_key": str(uuid.uuid4()), "phone": f"1988888{n:04}"}
        )
        for n in range(11)
    ]

    assert [answer.status_code for answer in said] == [302] * 10 + [429]
    assert Member.objects.count() == 10


@pytest.mark.usefixtures("foot_is_remembered")
def test_costs_the_same_queries_for_any_number_of_buildings(
    client: Client, typed: dict[str, str], changcheng: Community, django_assert_num_queries
) -> None:
    def count() -> int:
        with django_assert_num_queries(2) as queries:
            client.get(PAGE)
        return len(queries)

    count()
    Building.objects.bulk_create(
        Building(community=changcheng, compound="新", number=str(n), units=1, households_expected=1)
        for n in range(200)
    )
    count()
