"""Codes on paper and screens: what /q/<code>/ opens, for whom, and that looking changes nothing."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.test.client import RequestFactory

from ledger.clock import database_now
from people.actions.grant_role import grant_role
from people.actions.issue_token import issue_token
from people.actions.register_member import register_member
from people.codes import CODE_ALPHABET
from people.models import Community, Member, Token
from people.qr import qr_svg, token_url
from tests.conftest import signed_in

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def token(ma: Member) -> Token:
    return issue_token(purpose="order", subject="12", owner=ma)


@pytest.fixture
def editor(changcheng: Community) -> Member:
    member = register_member(full_name="穆听雨", community=changcheng)
    grant_role(member=member, role="editor")
    return member


def scan(client: Client, token: Token, **headers: str):
    return client.get(f"/q/{token.code}/", headers=headers)


def test_a_subject_has_one_code_of_ten_letters(ma: Member, token: Token) -> None:
    again = issue_token(purpose="order", subject="12", owner=ma)
    other = issue_token(purpose="order", subject="13", owner=ma)

    assert again == token
    assert other.code != token.code
    assert len(token.code) == 10
    assert set(token.code) <= set(CODE_ALPHABET)


def test_the_owner_sees_their_own_page(token: Token, ma: Member) -> None:
    assert scan(signed_in(ma), token)["Location"] == "/orders/12/"


def test_whoever_stands_at_the_till_sees_the_hand_out(token: Token, chai: Member) -> None:
    response = scan(signed_in(chai), token)

    assert response.status_code == 302
    assert response["Location"].startswith("/till/")
    assert "12" in response["Location"]


def test_a_guest_signs_in_and_comes_back(client: Client, token: Token, ma: Member) -> None:
    response = scan(client, token)

    assert response["Location"] == f"/sign-in/?next=/q/{token.code}/"


@pytest.mark.parametrize("who", ["bai", "editor"])
def test_anybody_else_is_told_that_it_is_not_theirs(
    token: Token, who: str, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(who))

    page = client.get(f"/q/{token.code}/", headers={"accept-language": "en"}, follow=True)

    assert page.redirect_chain == [(f"/en/sign-in/?next=/q/{token.code}/", 302)]
    assert "This code belongs to somebody else." in page.text


@pytest.mark.parametrize("who", ["ma", "bai", "chai", None])
@pytest.mark.parametrize("ends", [-MINUTE, datetime.timedelta()])
def test_a_code_that_has_lapsed_opens_nothing_for_anybody(
    token: Token, who: str | None, ends: datetime.timedelta, request: pytest.FixtureRequest
) -> None:
    Token.objects.update(expires_at=database_now() + ends)
    client = signed_in(request.getfixturevalue(who)) if who else Client()

    response = scan(client, token, **{"accept-language": "en"})

    assert response.status_code == 404
    assert "say your member number at the counter" in response.text


def test_a_code_opens_until_it_lapses(token: Token, ma: Member) -> None:
    Token.objects.update(expires_at=database_now() + MINUTE)

    assert scan(signed_in(ma), token).status_code == 302


@pytest.mark.parametrize("code", ["aaaaaaaaaa", "A", "x" * 400, "%00", "a.b", "中文"])
def test_a_code_that_nobody_issued_opens_nothing(client: Client, db: None, code: str) -> None:
    response = client.get(f"/q/{code}/")

    assert response.status_code == 404
    assert "这个码打不开" in response.text


def test_a_code_for_a_page_that_is_gone_opens_nothing(token: Token, ma: Member) -> None:
    Token.objects.update(purpose="raffle")

    assert scan(signed_in(ma), token).status_code == 404


def test_looking_changes_nothing(token: Token, ma: Member) -> None:
    before = Token.objects.values().get()

    for client in (signed_in(ma), Client()):
        scan(client, token)
        client.head(f"/q/{token.code}/")

    assert Token.objects.values().get() == before
    assert Client().post(f"/q/{token.code}/").status_code == 405


@pytest.mark.parametrize(
    ("language", "address"), [("en", "/en/orders/12/"), ("zh-CN", "/orders/12/")]
)
def test_speaks_the_language_of_the_device(
    token: Token, ma: Member, language: str, address: str
) -> None:
    assert scan(signed_in(ma), token, **{"accept-language": language})["Location"] == address


def test_no_cache_keeps_where_a_code_led(token: Token) -> None:
    assert "no-store" in scan(Client(), token)["Cache-Control"]


def test_the_picture_says_the_whole_address(token: Token) -> None:
    address = token_url(token, RequestFactory().get("/orders/12/"))

    assert address == f"http://testserver/q/{token.code}/"


def test_the_picture_is_svg_without_style_and_says_what_it_is() -> None:
    svg = qr_svg("http://testserver/q/aaaaaaaaaa/", 'Code of "12"')

    assert svg.startswith('<svg role="img" aria-label="Code of &quot;12&quot;" viewBox="0 0 37 37"')
    assert "style" not in svg
    assert 'aria-hidden="true"' in qr_svg("x")
