"""Ways to be taken for somebody else: every door, every key, every address."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.test import Client, RequestFactory

from people.models import Building, Member
from people.phones import MOST_TYPED, plain_digits, plain_phone
from people.rates import TRIES_A_MINUTE, client_address
from tests.stories import PIN

KEY = "6f4b1f0e-2f0c-4a4c-9f0f-0d8f6f1b2c3d"
SIGN_IN, SIGN_UP = "/sign-in/", "/sign-up/"


@pytest.fixture
def joining(building_2: Building) -> dict[str, str]:
    return {
        "full_name": "周念慈",
        "phone": "19900000077",
        "building": str(building_2.pk),
        "unit": "1",
        "door": "502",
        "pin": PIN,
        "pin_again": PIN,
        "registration_key": KEY,
    }


def name_of(client: Client) -> str:
    """Whom the site takes the visitor for."""
    page = client.get("/mine/")
    return page.context["member"].full_name if page.status_code == 200 else ""


# --- The key of a form that was sent before ---------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"pin": "135790", "pin_again": "135790"},
        {"phone": "19900000078"},
        {"phone": "19900000078", "pin": "135790", "pin_again": "135790"},
    ],
)
def test_who_saw_the_key_of_a_form_is_not_let_in(
    changes: dict[str, str], joining: dict[str, str]
) -> None:
    """On a shared device somebody may open the form, and leave it to the next to fill in."""
    Client().post(SIGN_UP, joining)
    stranger = Client()

    response = stranger.post(SIGN_UP, joining | changes)

    assert response.status_code == 409
    assert name_of(stranger) == ""
    assert Member.objects.count() == 1


def test_the_key_is_no_way_round_the_lock(joining: dict[str, str]) -> None:
    Client().post(SIGN_UP, joining)
    for guess in ("135790", "135791", "135792", "135793", "135794"):
        Client().post(SIGN_UP, joining | {"pin": guess, "pin_again": guess})
    stranger = Client()

    stranger.post(SIGN_UP, joining)

    assert name_of(stranger) == ""


def test_a_second_press_is_let_in(joining: dict[str, str]) -> None:
    Client().post(SIGN_UP, joining)
    again = Client()

    again.post(SIGN_UP, joining)

    assert name_of(again) == "周念慈"


# --- Every door -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "door", ["/office/login/", "/_util/login/", "/office/password_reset/", "/office/account/"]
)
def test_no_other_door_takes_a_pin(door: str, ma: Member) -> None:
    client = Client()

    client.post(door, {"username": ma.phone, "password": PIN, "phone": ma.phone, "pin": PIN})

    assert name_of(client) == ""


def test_one_address_tries_ten_phones_a_minute(ma: Member, client: Client) -> None:
    phones = [f"199111100{number:02}" for number in range(TRIES_A_MINUTE)]
    for phone in phones:
        assert client.post(SIGN_IN, {"phone": phone, "pin": PIN}).status_code == 409

    response = client.post(SIGN_IN, {"phone": ma.phone, "pin": PIN})

    assert response.status_code == 429
    assert name_of(client) == ""


@pytest.mark.parametrize(
    "header", ["x-forwarded-for", "x-real-ip", "forwarded", "client-ip", "cf-connecting-ip"]
)
def test_a_visitor_does_not_choose_the_address(header: str, ma: Member, client: Client) -> None:
    for number in range(TRIES_A_MINUTE):
        phone = f"199111100{number:02}"
        client.post(SIGN_IN, {"phone": phone, "pin": PIN}, headers={header: f"10.0.0.{number}"})

    response = client.post(SIGN_IN, {"phone": ma.phone, "pin": PIN}, headers={header: "10.0.0.99"})

    assert response.status_code == 429


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", 1),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", 2),
        ("::ffff:10.0.0.1", "10.0.0.1", 1),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", 2),
        ("10.0.0.1", "10.0.0.2", 2),
        ("6.6.6.6, 10.0.0.1", "7.7.7.7, 10.0.0.1", 1),
        ("", "", 1),
        ("rubbish", "rubbish", 1),
    ],
)
def test_what_counts_as_one_address(
    one: str, other: str, number: int, settings: LazySettings, rf: RequestFactory
) -> None:
    settings.CLIENT_ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"
    addresses = {
        client_address(rf.get("/", headers={"x-forwarded-for": each})) for each in (one, other)
    }

    assert len(addresses) == number


# --- Who has a phone number here --------------------------------------------------------


def answer_to(phone: str) -> tuple[Any, ...]:
    caches["shared"].clear()
    response = Client().post(SIGN_IN, {"phone": phone, "pin": "135790"})
    page = response.text.partition("<main")[2].replace(phone, "")
    kept = [name for name in response.headers if name.lower() != "content-length"]
    return response.status_code, kept, sorted(response.cookies), page.split("csrfmiddleware")[0]


def test_a_known_phone_is_answered_like_an_unknown_one(ma: Member, bai: Member) -> None:
    Member.objects.filter(pk=bai.pk).update(is_active=False)
    known, shut_out, unknown = (
        [answer_to(phone) for _try in range(6)]
        for phone in (str(ma.phone), str(bai.phone), "19900000099")
    )

    assert known == shut_out == unknown


# --- Sessions ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SIGN_IN, SIGN_UP])
def test_a_session_known_before_is_worth_nothing_after(
    path: str, joining: dict[str, str], millet: Any
) -> None:
    client = Client()
    client.post("/basket/add/", {"listing": str(millet.pk), "quantity": "1"})
    planted = client.session.session_key
    if path == SIGN_IN:
        Client().post(SIGN_UP, joining)

    client.post(path, joining)

    stranger = Client()
    stranger.cookies["sessionid"] = str(planted)
    assert name_of(client) == "周念慈"
    assert name_of(stranger) == ""


def test_a_guest_takes_no_basket_of_the_one_before(as_ma: Client, bai: Member, millet: Any) -> None:
    as_ma.post("/basket/add/", {"listing": str(millet.pk), "quantity": "3"})

    as_ma.post(SIGN_IN, {"phone": bai.phone, "pin": PIN})

    assert name_of(as_ma) == "白雨晴"
    assert as_ma.get("/basket/").context["groups"] == []


@pytest.mark.parametrize(
    "cookie",
    [
        'sessionid="aaaaaaaaaaaa\\000"', 'csrftoken="\\000"', 'mode="\\000"', 'messages="\\000"',
    ],
)  # fmt: skip
def test_a_cookie_with_a_nul_is_refused(cookie: str, client: Client, db: None) -> None:
    assert client.get("/mine/", headers={"cookie": cookie}).status_code == 400


@pytest.mark.parametrize(
    "cookie",
    [
        "sessionid=x", "sessionid=" + "a" * 5_000, "csrftoken=x", "mode=huge; mode=xl",
        "messages=x",
        "django_language=../..", "=; ;;; $Version=1", 'mode="<script>"', "mode=\xe5",
    ],
    ids=range(9),
)  # fmt: skip
def test_rubbish_in_cookies_is_overlooked(cookie: str, client: Client, db: None) -> None:
    page = client.get("/produce/", headers={"cookie": cookie})

    assert page.status_code == 200
    assert 'data-mode="standard"' in page.text or 'data-mode="xl"' in page.text


# --- What is typed without end ----------------------------------------------------------


def test_no_more_is_made_plain_than_anybody_types() -> None:
    """One letter may become eighteen: eight megabytes of it would take a minute."""
    assert len(plain_digits("ﷺ" * 100_000)) == 18 * MOST_TYPED
    assert len(plain_phone("1" * 100_000)) == MOST_TYPED


@pytest.mark.parametrize("field", ["phone", "pin"])
def test_what_is_cut_is_still_too_long(field: str, client: Client, ma: Member) -> None:
    typed = {"phone": str(ma.phone), "pin": PIN}

    response = client.post(SIGN_IN, typed | {field: typed[field] + "0" * 1_000_000})

    assert response.status_code == 422


@pytest.mark.parametrize("name", ["=1+1", "+86", "-1", "@SUM(1)", "＝1"])
def test_nobody_is_called_like_a_formula(
    name: str, joining: dict[str, str], as_gu: Client, bai: Member
) -> None:
    """Staff save what was done as a spreadsheet, with names in it."""
    assert Client().post(SIGN_UP, joining | {"full_name": name}).status_code == 422
    as_gu.post(
        f"/office/users/edit/{bai.pk}/", {"full_name": name, "phone": bai.phone, "is_active": "on"}
    )

    assert set(Member.objects.values_list("full_name", flat=True)) == {"白雨晴", "谷雨"}
