"""The desk in the back office: doors to confirm, PINs to give, locks to lift."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from people.actions.check_pin import PhoneLocked, WrongPin, check_pin
from people.models import Building, Community, Member
from tests.conftest import MARKET_DAY, signed_in
from tests.people import MA, words_of
from tests.stories import PIN

MEMBERS = "/office/users/"


@pytest.fixture
def as_gu(gu: Member) -> Client:
    return signed_in(gu)


def test_staff_see_who_waits_and_confirm_them(as_gu: Client, gu: Member, bai: Member) -> None:
    page = as_gu.get("/office/doors/").text
    assert "白雨晴" in page
    assert "长城花园小区 2号楼1单元602室" in page

    after = as_gu.post(f"/office/doors/{bai.pk}/confirm/", {"next": "/office/doors/"}, follow=True)

    bai.refresh_from_db()
    assert bai.household_confirmed_by == gu
    assert "已确认：白雨晴" in words_of(after)
    assert "门牌都确认完了" in after.text


def test_staff_send_a_door_back(as_gu: Client, bai: Member) -> None:
    response = as_gu.post(f"/office/doors/{bai.pk}/send-back/")

    assert response["Location"] == f"{MEMBERS}inspect/{bai.pk}/"
    bai.refresh_from_db()
    assert bai.household is None


def test_a_door_decided_meanwhile_is_words_of(as_gu: Client, bai: Member) -> None:
    as_gu.post(f"/office/doors/{bai.pk}/send-back/")

    after = as_gu.post(f"/office/doors/{bai.pk}/confirm/", follow=True)

    assert "这位会员没填门牌，或者刚被退回" in words_of(after)


def test_the_page_of_a_member_shows_who_else_lives_there(
    as_gu: Client, bai: Member, building_2: Building
) -> None:
    Member.objects.create(
        full_name="白晓光",
        community=building_2.community,
        household=bai.household,
        member_no="1777",
    )

    page = words_of(as_gu.get(f"{MEMBERS}inspect/{bai.pk}/"))

    assert "白晓光 (1777)" in page
    assert "199 0000 0002" in page


def test_staff_give_a_new_pin_that_is_shown_once(as_gu: Client, ma: Member) -> None:
    after = as_gu.post(f"/office/doors/{ma.pk}/new-pin/", follow=True)

    pin = re.search(r"新密码是 (\d{6})", words_of(after))
    assert pin
    assert check_pin(phone=MA, pin=pin[1], tried_at=MARKET_DAY) == ma
    assert pin[1] not in as_gu.get(f"{MEMBERS}inspect/{ma.pk}/").text


@pytest.mark.parametrize(
    ("whose", "what", "words"),
    [
        ("gu", "new-pin", "自己的密码请到“我的”里换"),
        ("xue", "new-pin", "同事的密码只有管理员能重设"),
        ("no_phone", "new-pin", "这位会员没有手机号"),
        ("no_phone", "confirm", "这位会员没填门牌"),
        ("at_home", "confirm", "自家的门牌要请同事来确认"),
        ("at_home", "send-back", "自家的门牌要请同事来确认"),
    ],
)
def test_what_staff_are_refused_is_said_and_changes_nothing(
    as_gu: Client, whose: str, what: str, words: str, request: pytest.FixtureRequest
) -> None:
    member = request.getfixturevalue(whose)
    before = Member.objects.values().get(pk=member.pk)

    after = as_gu.post(f"/office/doors/{member.pk}/{what}/", follow=True)

    assert words in words_of(after)
    assert Member.objects.values().get(pk=member.pk) == before


@pytest.fixture
def no_phone(changcheng: Community) -> Member:
    return Member.objects.create(full_name="杨春桃", community=changcheng, member_no="1444")


@pytest.fixture
def at_home(gu: Member, bai: Member) -> Member:
    """谷雨, who now lives behind the door of 白雨晴."""
    Member.objects.filter(pk=gu.pk).update(household=bai.household)
    return bai


def test_staff_lift_a_lock(as_gu: Client, ma: Member) -> None:
    for _try in range(5):
        with pytest.raises((WrongPin, PhoneLocked)):
            check_pin(phone=MA, pin="135791", tried_at=MARKET_DAY)

    response = as_gu.post("/office/doors/unlock/", {"phone": "199 0000 0001"})

    assert response["Location"] == "/office/doors/"
    assert check_pin(phone=MA, pin=PIN, tried_at=MARKET_DAY) == ma


def test_lifting_a_lock_does_not_say_whether_we_know_the_phone(as_gu: Client, ma: Member) -> None:
    answers = [
        words_of(as_gu.post("/office/doors/unlock/", {"phone": phone}, follow=True))
        for phone in (ma.phone, "19999999999")
    ]

    assert ["这个手机号可以登录了" in answer for answer in answers] == [True, True]


@pytest.mark.parametrize("what", ["confirm", "send-back", "new-pin"])
def test_buttons_are_posts_and_for_staff(as_gu: Client, ma: Member, bai: Member, what: str) -> None:
    address = f"/office/doors/{bai.pk}/{what}/"
    before = Member.objects.values().get(pk=bai.pk)

    assert as_gu.get(address).status_code == 405
    assert signed_in(ma).post(address).status_code == 302
    assert as_gu.post(f"/office/doors/0/{what}/").status_code == 404

    assert Member.objects.values().get(pk=bai.pk) == before


def test_an_editor_of_pages_knows_no_members(bai: Member) -> None:
    bai.groups.add(Group.objects.get(name="editor"))
    client = signed_in(Member.objects.get(pk=bai.pk))

    assert client.get("/office/").status_code == 200
    for address in (MEMBERS, "/office/doors/", f"{MEMBERS}inspect/{bai.pk}/", f"{MEMBERS}edit/0/"):
        assert client.get(address).status_code == 404
