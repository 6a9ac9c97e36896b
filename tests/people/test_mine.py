"""A member's own pages: my page, the inbox, the PIN, the door, the size of type."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from people.actions.read_notices import read_notices
from people.actions.reset_pin import reset_pin
from people.actions.write_notice import write_notice
from people.models import Building, Community, Household, Member, Notice, ServicePoint
from tests.conftest import MARKET_DAY, signed_in
from tests.people import home
from tests.stories import PIN

READY = "Order %(number)s is ready."


def tell(member: Member, number: int, **leads_to: Any) -> Notice:
    return write_notice(
        member=member,
        key=f"order:{number}:ready",
        template=READY,
        values={"number": number},
        at=MARKET_DAY + timedelta(minutes=number),
        **leads_to,
    )


@pytest.mark.parametrize("address", ["/mine/", "/mine/inbox/", "/mine/pin/", "/mine/door/"])
def test_a_guest_signs_in_first(client: Client, db: None, address: str) -> None:
    assert client.get(address)["Location"] == f"/sign-in/?next={address}"


# --- My page --------------------------------------------------------------------------


def test_shows_who_one_is(as_ma: Client, ma: Member, supermarket: ServicePoint) -> None:
    page = as_ma.get("/mine/").text

    for words in (
        "马小禾",
        f'<p class="code">{ma.member_no}</p>',
        "长城花园小区 2号楼2单元301室",
        "已确认",
        "199 0000 0001",
        'href="/orders/"',
        'href="/mine/inbox/"',
        "0951-0000001",
    ):
        assert words in page
    assert "/office/" not in page
    assert 'href="/till/"' not in page


def test_says_what_works_before_the_door_is_confirmed(as_bai: Client) -> None:
    page = as_bai.get("/en/mine/").text

    assert "to be confirmed" in page
    assert "only goods limited to so many a household have to wait" in page


def test_somebody_without_a_door_is_asked_for_it(gu: Member) -> None:
    assert 'href="/mine/door/"' in signed_in(gu).get("/mine/").text


def test_staff_find_the_counter_and_the_office(gu: Member, chai: Member) -> None:
    office, counter = signed_in(gu).get("/mine/").text, signed_in(chai).get("/mine/").text

    assert 'href="/office/"' in office
    assert 'href="/till/"' in counter


def test_a_pin_from_staff_is_remembered_until_it_is_changed(
    client: Client, ma: Member, gu: Member
) -> None:
    reset_pin(member=ma, reset_by=gu, reset_at=MARKET_DAY)

    assert "Choose one of your own" in signed_in(ma).get("/en/mine/").text


# --- The inbox ------------------------------------------------------------------------


def test_shows_what_one_was_told_newest_first(as_bai: Client, bai: Member) -> None:
    tell(bai, 12, page="people:pin")
    tell(bai, 13, page="gone:gone", subject="13")

    page = as_bai.get("/en/mine/inbox/").text

    before, after = page.index("Order 13 is ready."), page.index("Order 12 is ready.")
    assert before < after
    assert page.count('href="/en/mine/pin/"') == 1
    assert "2 you have not seen yet" in page


def test_looking_marks_nothing_and_a_button_does(as_bai: Client, bai: Member) -> None:
    first, second = tell(bai, 12), tell(bai, 13)
    as_bai.get("/mine/inbox/")
    assert bai.notices.filter(read_at=None).count() == 2

    response = as_bai.post("/mine/inbox/", {"up_to": first.pk})

    assert response["Location"] == "/mine/inbox/"
    assert list(bai.notices.filter(read_at=None)) == [second]


@pytest.mark.parametrize("up_to", ["", "all", "-1"])
def test_a_button_pressed_wrongly_marks_nothing(as_bai: Client, bai: Member, up_to: str) -> None:
    tell(bai, 12)

    assert as_bai.post("/mine/inbox/", {"up_to": up_to}).status_code == 400
    assert bai.notices.filter(read_at=None).count() == 1


def test_nobody_sees_or_marks_the_notices_of_another(gu: Member, bai: Member) -> None:
    notice = tell(bai, 12)

    page = signed_in(gu).get("/en/mine/inbox/").text
    signed_in(gu).post("/mine/inbox/", {"up_to": notice.pk})

    assert "Order 12" not in page
    assert "Nothing here yet." in page
    assert Notice.objects.get().read_at is None


def test_a_notice_is_written_once(bai: Member) -> None:
    assert tell(bai, 12) == tell(bai, 12)
    assert Notice.objects.count() == 1


def test_a_notice_keeps_the_time_it_was_first_read(bai: Member) -> None:
    notice = tell(bai, 12)
    later = MARKET_DAY + timedelta(days=1)

    marked = [read_notices(member=bai, up_to=notice.pk, read_at=at) for at in (MARKET_DAY, later)]

    assert marked == [1, 0]
    assert Notice.objects.get().read_at == MARKET_DAY


def test_the_text_of_a_notice_is_shown_and_never_run(as_bai: Client, bai: Member) -> None:
    write_notice(
        member=bai,
        key="x",
        template="%(name)s sends word.",
        values={"name": "<script>alert(1)</script>"},
        at=MARKET_DAY,
    )

    page = as_bai.get("/en/mine/inbox/").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; sends word." in page
    assert "<script>alert" not in page


@pytest.mark.usefixtures("foot_is_remembered")
def test_the_inbox_costs_the_same_queries_however_full(
    as_bai: Client, bai: Member, django_assert_max_num_queries
) -> None:
    counts = []
    for numbers in (range(5), range(5, 200)):
        for number in numbers:
            tell(bai, number)
        with django_assert_max_num_queries(9) as queries:
            as_bai.get("/mine/inbox/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.usefixtures("foot_is_remembered")
def test_my_page_costs_few_queries(as_bai: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(12):
        as_bai.get("/mine/")


# --- The PIN --------------------------------------------------------------------------


def test_changes_the_pin_and_stays_signed_in_here_only(ma: Member) -> None:
    here, elsewhere = signed_in(ma), signed_in(ma)

    response = here.post(
        "/en/mine/pin/", {"old_pin": PIN, "pin": "902714", "pin_again": "902714"}, follow=True
    )

    assert response.redirect_chain == [("/en/mine/", 302)]
    assert "Your PIN is changed." in response.text
    assert elsewhere.get("/mine/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "status", "words"),
    [
        (PIN, "123456", 422, "too easy to guess"),
        (PIN, "900000", 422, "too easy to guess"),
        ("", "902714", 422, "Type the PIN you have now."),
        ("135791", "902714", 409, "You have 4 more tries."),
    ],
)
def test_a_pin_that_is_refused_changes_nothing(
    as_ma: Client, ma: Member, old: str, new: str, status: int, words: str
) -> None:
    response = as_ma.post("/en/mine/pin/", {"old_pin": old, "pin": new, "pin_again": new})

    assert response.status_code == status
    assert words in response.text
    assert Member.objects.get(pk=ma.pk).password == ma.password


def test_guessing_the_old_pin_is_locked(as_ma: Client) -> None:
    typed = {"old_pin": "135791", "pin": "902714", "pin_again": "902714"}

    said = [as_ma.post("/en/mine/pin/", typed).text for _try in range(5)]

    assert "Five wrong PINs" in said[-1]


# --- The door -------------------------------------------------------------------------


def test_a_member_corrects_their_door(as_bai: Client, bai: Member, building_2: Building) -> None:
    response = as_bai.post(
        "/en/mine/door/", {"building": building_2.pk, "unit": "1", "door": "603"}, follow=True
    )

    bai.refresh_from_db()
    assert home(bai).door == "603"
    assert "The community will confirm your door." in response.text


def test_offers_the_buildings_of_ones_own_community(as_bai: Client, xihu: Community) -> None:
    Building.objects.create(
        community=xihu, compound="西湖小区", number="7", units=3, households_expected=66
    )

    page = as_bai.get("/mine/door/").text

    assert "长城花园小区 2号楼" in page
    assert "西湖小区" not in page


@pytest.mark.parametrize(
    ("unit", "status", "words"),
    [("", 422, "Type the number of your staircase."), ("9", 409, "has the staircases 1 to 4")],
)
def test_a_door_that_cannot_be_changes_nothing(
    as_bai: Client, bai: Member, building_2: Building, unit: str, status: int, words: str
) -> None:
    response = as_bai.post(
        "/en/mine/door/", {"building": building_2.pk, "unit": unit, "door": "603"}
    )

    assert response.status_code == status
    assert words in response.text
    assert Member.objects.get(pk=bai.pk).household == bai.household


def test_a_member_names_ten_doors_a_minute_and_leaves_none_behind(
    as_bai: Client, bai: Member, building_2: Building
) -> None:
    said = [
        as_bai.post("/en/mine/door/", {"building": building_2.pk, "unit": "1", "door": str(door)})
        for door in range(401, 412)
    ]

    assert [answer.status_code for answer in said] == [302] * 10 + [429]
    assert "Wait a minute, and then try once more." in said[-1].text
    bai.refresh_from_db()
    assert home(bai).door == "410"
    assert Household.objects.get() == home(bai)


def test_a_confirmed_door_is_left_to_staff(as_ma: Client, ma: Member, building_2: Building) -> None:
    assert "Call the community if you have moved house." in as_ma.get("/en/mine/door/").text

    response = as_ma.post("/en/mine/door/", {"building": building_2.pk, "unit": "1", "door": "603"})

    assert response.status_code == 409
    assert Member.objects.get(pk=ma.pk).household == ma.household


# --- The size of type -----------------------------------------------------------------


def test_a_guest_makes_everything_larger_on_this_device(client: Client, db: None) -> None:
    response = client.post("/mode/", {"mode": "elder", "next": "/produce/"})

    assert response["Location"] == "/produce/"
    cookie = response.cookies["mode"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("elder", "Lax", True)
    assert 'data-mode="elder"' in client.get("/produce/").text


def test_a_member_finds_it_as_large_on_the_next_device(as_ma: Client, ma: Member) -> None:
    as_ma.post("/mode/", {"mode": "xl"})

    assert 'data-mode="xl"' in signed_in(ma).get("/mine/").text


@pytest.mark.parametrize("typed", [{}, {"mode": "huge"}, {"mode": '"><script>'}])
def test_no_other_size_is_taken(as_ma: Client, ma: Member, typed: dict[str, str]) -> None:
    response = as_ma.post("/mode/", typed)

    assert response.status_code == 400
    assert "mode" not in response.cookies
    assert Member.objects.get(pk=ma.pk).preferred_mode == "standard"


def test_the_switch_never_leads_off_the_site(client: Client, db: None) -> None:
    response = client.post("/mode/", {"mode": "xl", "next": "https://evil.example/"})

    assert response["Location"] == "/"
