"""The sign-in page: one door, which says the same to everybody it keeps out."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.test.client import RequestFactory
from django.urls import reverse

from people.actions.reset_pin import reset_pin
from people.models import Member, ServicePoint
from people.rates import client_address
from tests.conftest import MARKET_DAY
from tests.people import BAI, MA
from tests.stories import PIN

DOOR = "/en/sign-in/"


def knock(client: Client, phone: str, pin: str = PIN, **typed: str):
    return client.post(DOOR, {"phone": phone, "pin": pin, **typed})


def signed_in_as(client: Client) -> str | None:
    return client.session.get(SESSION_KEY)


def test_shows_what_is_asked_and_whom_to_call(client: Client, supermarket: ServicePoint) -> None:
    page = client.get("/sign-in/")

    assert page.status_code == 200
    for words in ("手机号", "密码（六位数字）", "密码连错五次", "0951-0000001", "长城花园爱心超市"):
        assert words in page.text
    assert page["Cache-Control"].count("no-store") == 1


def test_lets_a_member_in_and_shows_their_page(client: Client, ma: Member) -> None:
    response = knock(client, "199 0000-0001")

    assert (response.status_code, response["Location"]) == (302, "/en/mine/")
    assert signed_in_as(client) == str(ma.pk)


def test_takes_full_width_digits(client: Client, ma: Member) -> None:
    knock(client, "１９９００００ ０００１", "２４６８１０")

    assert signed_in_as(client) == str(ma.pk)


def test_begins_a_session_of_its_own(client: Client, ma: Member) -> None:
    session = client.session
    session["basket"] = "kept"
    session.save()
    planted = str(session.session_key)

    knock(client, MA)

    assert client.session.session_key != planted
    assert client.session["basket"] == "kept"
    assert not client.session.exists(planted)


def test_somebody_else_finds_nothing_in_the_session_of_before(as_ma: Client, bai: Member) -> None:
    session = as_ma.session
    session["basket"] = "of 马小禾"
    session.save()

    knock(as_ma, BAI)

    assert signed_in_as(as_ma) == str(bai.pk)
    assert "basket" not in as_ma.session


@pytest.mark.parametrize(
    ("phone", "pin", "words"),
    [
        ("", "", "Type your phone number."),
        ("1234", PIN, "A mobile number has 11 digits and starts with 1."),
        ("19900000001\n", "", "Type your six-digit PIN."),
        ("<script>alert(1)</script>", PIN, "A mobile number has 11 digits and starts with 1."),
        ("1" * 500, PIN, "at most 40 characters"),
    ],
)
def test_says_what_is_missing(client: Client, db: None, phone: str, pin: str, words: str) -> None:
    response = knock(client, phone, pin)

    assert response.status_code == 422
    assert words in response.text
    assert "<script>alert" not in response.text


def strip(page: str, phone: str) -> str:
    """Take out what differs between any two answers: the token, and what was typed."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(phone, "PHONE")


def test_says_the_same_whether_the_phone_number_is_known(ma: Member) -> None:
    known, unknown = Client(REMOTE_ADDR="10.0.0.1"), Client(REMOTE_ADDR="10.0.0.2")

    for _try in range(6):
        answers = [
            (answer.status_code, strip(answer.text, phone))
            for answer, phone in (
                (knock(known, MA, "135791"), MA),
                (knock(unknown, "19999999999", "135791"), "19999999999"),
            )
        ]
        assert answers[0] == answers[1]
        assert answers[0][0] == 409

    assert "Five wrong PINs: this phone number is locked until" in answers[0][1]


def test_counts_down_the_tries(client: Client, ma: Member) -> None:
    said = [knock(client, MA, "135791").text for _try in range(4)]

    assert "You have 4 more tries." in said[0]
    assert "One more wrong one locks the phone number for 15 minutes." in said[3]


def test_never_shows_the_pin_again(client: Client, ma: Member) -> None:
    assert "135791" not in knock(client, MA, "135791").text


def test_an_eleventh_failure_within_a_minute_waits_whoever_it_is(ma: Member) -> None:
    here, elsewhere = Client(REMOTE_ADDR="10.0.0.1"), Client(REMOTE_ADDR="10.0.0.2")
    said = [knock(here, f"1988888{n:04}", "135791").status_code for n in range(11)]

    assert said == [409] * 10 + [429]
    assert "Wait a minute" in knock(here, MA).text
    assert knock(elsewhere, MA).status_code == 302


def test_a_building_that_shares_an_address_can_sign_in(ma: Member) -> None:
    assert [knock(Client(), MA).status_code for _neighbour in range(15)] == [302] * 15


@pytest.mark.parametrize(
    ("header", "value", "address"),
    [
        ("REMOTE_ADDR", "10.0.0.1", "10.0.0.1"),
        ("HTTP_X_FORWARDED_FOR", "6.6.6.6, 10.0.0.9", "10.0.0.9"),
        ("HTTP_X_FORWARDED_FOR", "", ""),
    ],
)
def test_takes_the_address_from_the_proxy_we_configured(
    settings, header: str, value: str, address: str
) -> None:
    settings.CLIENT_ADDRESS_HEADER = header
    request = RequestFactory().get("/")
    request.META[header] = value

    assert client_address(request) == address


def test_a_header_we_did_not_configure_buys_no_more_tries(db: None) -> None:
    said = [
        Client().post(
            DOOR,
            {"phone": f"1988888{n:04}", "pin": "135791"},
            headers={"x-forwarded-for": f"6.6.6.{n}"},
        )
        for n in range(11)
    ]

    assert said[-1].status_code == 429


def test_a_cache_that_is_away_keeps_nobody_out(settings, client: Client, ma: Member) -> None:
    settings.CACHES = settings.CACHES | {
        "shared": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            # Nothing listens there.
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert knock(client, MA, "135791").status_code == 409
    assert knock(client, MA).status_code == 302


@pytest.mark.parametrize("wanted", ["/produce/", "/q/abcdefghij/", "/office/?a=1&b=2"])
def test_goes_on_to_where_the_visitor_was_going(client: Client, ma: Member, wanted: str) -> None:
    form = client.get(DOOR, {"next": wanted})
    assert f'name="next" value="{wanted.replace("&", "&amp;")}"' in form.text

    assert knock(client, MA, next=wanted)["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "\\\\evil.example",
        "/\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        " //evil.example",
        "\x00//evil.example",
        "http://testserver@evil.example/",
    ],
)
def test_never_leads_off_the_site(client: Client, ma: Member, wanted: str) -> None:
    assert f'value="{wanted}"' not in client.get(DOOR, {"next": wanted}).text
    assert knock(client, MA, next=wanted)["Location"] == "/en/mine/"


def test_the_back_office_has_the_same_door(client: Client, db: None) -> None:
    assert reverse("wagtailadmin_login") == "/office/login/"
    to_office = client.get("/office/")
    login = client.get("/office/login/", {"next": "/office/pages/"})

    assert to_office["Location"] == "/sign-in/?next=/office/"
    assert login["Location"] == "/sign-in/?next=%2Foffice%2Fpages%2F"
    assert client.post("/office/login/", {"username": "x", "password": "y"}).status_code in (
        302,
        405,
    )
    assert client.get("/office/password_reset/").status_code == 404


def test_somebody_who_may_not_enter_the_office_is_told_so(as_ma: Client) -> None:
    page = as_ma.get("/office/", follow=True)

    assert page.redirect_chain == [("/sign-in/?next=/office/", 302)]
    assert "现在登录的是马小禾" in page.text


def test_a_member_who_is_in_sees_their_page(as_ma: Client) -> None:
    assert as_ma.get(DOOR)["Location"] == "/en/mine/"


def test_a_pin_from_staff_leads_to_choosing_another(client: Client, ma: Member, gu: Member) -> None:
    pin = reset_pin(member=ma, reset_by=gu, reset_at=MARKET_DAY)

    response = client.post(DOOR, {"phone": ma.phone, "pin": pin}, follow=True)

    assert response.redirect_chain == [("/en/mine/pin/", 302)]
    assert "Choose one of your own." in response.text


def test_signing_out_is_a_post_and_ends_the_session(as_ma: Client) -> None:
    key = str(as_ma.session.session_key)
    assert as_ma.get("/en/sign-out/").status_code == 405

    response = as_ma.post("/en/sign-out/")

    assert response["Location"] == "/en/sign-in/"
    assert signed_in_as(as_ma) is None
    assert not as_ma.session.exists(key)
