"""Members, doors and places in the back office: what staff see, do, and are refused."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from people.actions.check_pin import check_pin
from people.models import Building, Community, Member, ServicePoint
from tests.conftest import MARKET_DAY, signed_in
from tests.people import home, words_of

MEMBERS = "/office/users/"


@pytest.fixture
def as_gu(gu: Member) -> Client:
    return signed_in(gu)


@pytest.fixture
def as_boss(changcheng: Community) -> Client:
    """An administrator, made by a command: no page can make one."""
    boss = Member.objects.create(
        full_name="总管", phone="19900000098", community=changcheng, member_no="0001",
        is_superuser=True,
    )  # fmt: skip
    return signed_in(boss)


# --- Members --------------------------------------------------------------------------


def test_staff_find_members_by_name_phone_and_number(
    as_gu: Client, ma: Member, bai: Member
) -> None:
    for wanted in ("小禾", "19900000001", ma.member_no):
        page = as_gu.get(MEMBERS, {"q": wanted}).text
        assert "马小禾" in page
        assert "白雨晴" not in page


def test_the_list_costs_the_same_queries_however_long(
    as_gu: Client, ma: Member, building_2: Building, django_assert_max_num_queries
) -> None:
    counts = []
    for numbers in (range(5), range(5, 19)):
        for number in numbers:
            Member.objects.create(
                full_name=f"{number}",
                community=building_2.community,
                household=ma.household,
                member_no=f"2{number:03}",
            )
        with django_assert_max_num_queries(30) as queries:
            as_gu.get(MEMBERS)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_staff_register_a_member_and_read_out_the_pin(as_gu: Client, building_2: Building) -> None:
    typed = {
        "full_name": "韩石头",
        "phone": "199 0000 0005",
        "community": building_2.community_id,
        "building": building_2.pk,
        "unit": "1",
        "door": "102",
    }

    page = words_of(as_gu.post(f"{MEMBERS}new/", typed, follow=True))

    pin = re.search(r"新密码是 (\d{6})", page)
    assert pin
    member = check_pin(phone="19900000005", pin=pin[1], tried_at=MARKET_DAY)
    assert (member.full_name, home(member).door) == ("韩石头", "102")
    assert member.pin_is_temporary


def test_staff_register_a_member_without_a_phone(as_gu: Client, changcheng: Community) -> None:
    typed = {"full_name": "杨春桃", "phone": "", "community": changcheng.pk}

    as_gu.post(f"{MEMBERS}new/", typed)

    member = Member.objects.get(full_name="杨春桃")
    assert member.phone is None
    assert not member.has_usable_password()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phone": "19900000002"}, "这个手机号已经有人登记了"),
        ({"phone": "12"}, "手机号是 11 位数字"),
        ({"unit": "9"}, "这栋楼只有 4 个单元"),
        ({"door": ""}, "请填门牌号"),
    ],
)
def test_a_member_who_cannot_be_registered_is_not(
    as_gu: Client, bai: Member, building_2: Building, changes: dict[str, str], words: str
) -> None:
    typed = {
        "full_name": "韩石头",
        "phone": "19900000005",
        "community": building_2.community_id,
        "building": building_2.pk,
        "unit": "1",
        "door": "102",
    }

    page = as_gu.post(f"{MEMBERS}new/", typed | changes).text

    assert words in page
    assert not Member.objects.filter(full_name="韩石头").exists()


def test_staff_correct_a_member_without_an_email_address(as_gu: Client, bai: Member) -> None:
    typed = {"full_name": "白雨青", "phone": bai.phone, "is_active": "on"}

    response = as_gu.post(f"{MEMBERS}edit/{bai.pk}/", typed)

    assert response.status_code == 302
    bai.refresh_from_db()
    assert (bai.full_name, bai.member_no, home(bai).door) == ("白雨青", "1002", "602")


@pytest.mark.parametrize(
    ("whose", "changes", "words"),
    [
        ("bai", {"phone": "19900000011"}, "这个手机号已经有人登记了"),
        ("xue", {"phone": "19900000099"}, "同事的资料只有管理员能改"),
        ("gu", {"is_active": ""}, "不能停用自己"),
    ],
)
def test_a_correction_that_is_refused_changes_nothing(
    as_gu: Client,
    gu: Member,
    whose: str,
    changes: dict[str, str],
    words: str,
    request: pytest.FixtureRequest,
) -> None:
    member = request.getfixturevalue(whose)
    typed = {"full_name": member.full_name, "phone": member.phone, "is_active": "on"} | changes
    before = Member.objects.values().get(pk=member.pk)

    page = as_gu.post(f"{MEMBERS}edit/{member.pk}/", {k: v for k, v in typed.items() if v}).text

    assert words in page
    assert Member.objects.values().get(pk=member.pk) == before


def test_staff_cannot_hand_out_roles(as_gu: Client, gu: Member, bai: Member) -> None:
    for member in (gu, bai):
        typed = {
            "full_name": member.full_name,
            "phone": member.phone,
            "is_active": "on",
            "roles": ["worker_b"],
            "groups": [Group.objects.get(name="worker_b").pk],
            "is_superuser": "on",
            "member_no": "9999",
        }
        as_gu.post(f"{MEMBERS}edit/{member.pk}/", typed)

    assert Member.objects.filter(is_superuser=True).count() == 0
    assert list(Member.objects.filter(groups__name="worker_b")) == []
    assert not Member.objects.filter(member_no="9999").exists()


def test_an_administrator_hands_out_roles_but_never_their_own(as_boss: Client, bai: Member) -> None:
    boss = Member.objects.get(is_superuser=True)
    assert "社区专干（B岗，复核）" in as_boss.get(f"{MEMBERS}edit/{bai.pk}/").text

    for member in (bai, boss):
        typed = {"full_name": member.full_name, "phone": member.phone, "is_active": "on"}
        as_boss.post(f"{MEMBERS}edit/{member.pk}/", typed | {"roles": ["worker_b", "resident"]})

    assert set(bai.groups.values_list("name", flat=True)) == {"worker_b", "resident"}
    assert not boss.groups.exists()


def test_nobody_is_deleted(as_boss: Client, bai: Member) -> None:
    as_boss.post(f"{MEMBERS}delete/{bai.pk}/")

    assert Member.objects.filter(pk=bai.pk).exists()


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("delete", {}),
        ("assign_role", {"role": "1"}),
        ("set_active_state", {"mark_as_active": "False"}),
    ],
)
def test_members_are_not_changed_in_bulk(
    as_boss: Client, bai: Member, action: str, typed: dict[str, str]
) -> None:
    address = reverse("wagtail_bulk_action", args=["people", "member", action])
    role = {"role": str(Group.objects.get(name="worker_b").pk)} if "role" in typed else {}

    as_boss.post(f"{address}?id={bai.pk}", typed | role)

    bai.refresh_from_db()
    assert bai.is_active
    assert not bai.groups.exists()


@pytest.mark.parametrize("who", ["ma", "chai", None])
@pytest.mark.parametrize(
    "address", [MEMBERS, f"{MEMBERS}new/", "/office/doors/", "/office/building/"]
)
def test_the_office_is_closed_to_everybody_else(
    who: str | None, address: str, request: pytest.FixtureRequest, db: None
) -> None:
    client = signed_in(request.getfixturevalue(who)) if who else Client()

    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


# --- The rest of the office -----------------------------------------------------------


def test_the_account_page_asks_for_no_email_address(as_gu: Client, gu: Member) -> None:
    page = as_gu.get("/office/account/").text
    assert 'type="email"' not in page
    assert "avatar-avatar" not in page

    response = as_gu.post(
        "/office/account/",
        {
            "locale-preferred_language": "en",
            "locale-current_time_zone": "Asia/Shanghai",
            "theme-theme": "light",
            "theme-contrast": "system",
            "theme-density": "default",
            "theme-keyboard_shortcuts": "on",
        },
    )

    assert response.status_code == 302
    gu.refresh_from_db()
    assert UserProfile.get_for_user(gu).preferred_language == "en"
    assert gu.phone == "19900000011"


def test_the_office_calls_a_colleague_by_name(as_gu: Client) -> None:
    assert "谷雨" in as_gu.get("/office/").text


def test_one_menu_leads_to_people_and_places(as_gu: Client) -> None:
    page = as_gu.get("/office/").text

    for address in ("/office/doors/", MEMBERS, "/office/building/", "/office/servicepoint/"):
        assert f'"{address}"' in page


def test_staff_keep_buildings_and_service_points(
    as_gu: Client, changcheng: Community, supermarket: ServicePoint
) -> None:
    as_gu.post(
        "/office/building/new/",
        {
            "community": changcheng.pk,
            "compound": "长城花园小区",
            "number": "3",
            "units": "3",
            "households_expected": "72",
        },
    )
    as_gu.post(
        f"/office/servicepoint/edit/{supermarket.pk}/",
        {
            "community": changcheng.pk,
            "name": supermarket.name,
            "kind": supermarket.kind,
            "hours": "全天",
            "phone": supermarket.phone,
        },
    )

    assert Building.objects.get(number="3").units == 3
    assert ServicePoint.objects.get().hours == "全天"
