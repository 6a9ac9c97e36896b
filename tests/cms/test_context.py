"""What every page shows: size of type, language, tabs, counts."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from cms.context import every_page
from ledger.clock import database_now
from market.orders.actions.change_basket import change_basket
from market.produce.models import Listing
from people.actions.read_notices import read_notices
from people.models import Member
from tests.stories import order

CURRENT = re.compile(r'<a href="([^"]*)" aria-current="page"')


@pytest.mark.parametrize(
    ("cookie", "preferred", "mode"),
    [
        ("", "standard", "standard"),
        ("", "elder", "elder"),
        ("xl", "elder", "xl"),
        ("standard", "xl", "standard"),
        ('huge"><script>', "elder", "elder"),
    ],
)
def test_the_device_decides_and_then_the_member(
    cookie: str, preferred: str, mode: str, as_ma: Client, ma: Member
) -> None:
    Member.objects.filter(pk=ma.pk).update(preferred_mode=preferred)
    if cookie:
        as_ma.cookies["mode"] = cookie

    assert f'data-mode="{mode}"' in as_ma.get("/").text


@pytest.mark.parametrize(
    ("mode", "offers"),
    [
        ("standard", ["elder"]),
        ("elder", ["xl", "standard"]),
        ("xl", ["elder", "standard"]),
    ],
)
def test_the_switch_offers_the_other_sizes(
    mode: str, offers: list[str], client: Client, db: None
) -> None:
    client.cookies["mode"] = mode

    page = client.get("/")

    assert re.findall(r'name="mode" value="(\w+)"', page.text) == offers


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/", "/en/"),
        ("/en/", "/"),
        ("/produce/?q=ft", "/en/produce/?q=ft"),
        ("/en/produce/?q=ft", "/produce/?q=ft"),
    ],
)
def test_the_other_language_is_the_same_page(
    address: str, other: str, client: Client, radishes: Listing
) -> None:
    page = client.get(address)

    assert f'class="top__language" href="{other}"' in page.text


@pytest.mark.parametrize(
    ("address", "tab"),
    [
        ("/", "/"),
        ("/en/", "/en/"),
        ("/produce/", "/produce/"),
        ("/basket/", "/basket/"),
        ("/mine/", "/mine/"),
        ("/orders/", "/mine/"),
        ("/nothing-here/", None),
    ],
)
def test_one_tab_is_where_one_is(
    address: str, tab: str | None, as_ma: Client, radishes: Listing
) -> None:
    page = as_ma.get(address)

    assert CURRENT.findall(page.text) == ([tab] if tab else [])


def test_counts_what_is_in_the_basket_and_what_is_unread(
    as_ma: Client, ma: Member, radishes: Listing, millet: Listing
) -> None:
    newest = ma.notices.latest("pk")
    read_notices(member=ma, up_to=newest.pk, read_at=database_now())
    order(ma, {millet: 1})
    for listing, quantity in [(radishes, "1.5"), (millet, "1")]:
        as_ma.post("/basket/add/", {"listing": listing.pk, "quantity": quantity, "next": "/"})

    page = as_ma.get("/")

    assert re.findall(r'tabs__count" aria-hidden="true">(\d+)<', page.text) == ["2", "1"]
    assert "长城花园社区" in page.text


def test_asks_nothing_before_a_page_wants_it(
    ma: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/")
    request.user = ma
    request.session = SessionStore()

    with django_assert_num_queries(0):
        context = every_page(request)
    with django_assert_num_queries(1):
        counts = [context["basket_count"](), context["unread_count"]()]
        again = [context["basket_count"](), context["unread_count"]()]

    assert counts == again == [0, 1]


def test_what_was_picked_before_signing_in_counts(
    ma: Member, radishes: Listing, millet: Listing
) -> None:
    request = RequestFactory().get("/")
    request.user = ma
    request.session = SessionStore()
    request.session["basket"] = {str(radishes.pk): 250, str(millet.pk): 1}
    change_basket(member=ma, listing=radishes, quantity=500)

    assert every_page(request)["basket_count"]() == 2


def test_a_guest_costs_nothing(django_assert_num_queries: DjangoAssertNumQueries, db: None) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.session = SessionStore()
    # The links at the foot of the page are asked for once in half a minute.
    render_to_string("404.html", request=request)

    with django_assert_num_queries(0):
        page = render_to_string("404.html", request=request)

    assert "爱心超市" in page
    assert "tabs__count" not in page


def test_a_demonstration_says_so(client: Client, settings: LazySettings, db: None) -> None:
    sentence = "演示环境：人物、电话、企业和金额均为样例"
    assert sentence not in client.get("/").text

    settings.IS_DEMO = True

    assert sentence in client.get("/").text


def test_a_demonstration_says_how_to_try_it(
    client: Client, settings: LazySettings, db: None
) -> None:
    sentence = "试用：199 0000 0001，密码 246810"
    assert sentence not in client.get("/sign-in/").text

    settings.IS_DEMO = True

    assert sentence in client.get("/sign-in/").text


def test_a_refused_quantity_stays_with_the_basket(client: Client, radishes: Listing) -> None:
    page = client.post("/basket/add/", {"listing": radishes.pk, "quantity": "0", "next": "/"})

    assert page.status_code == 422
    assert re.search(r'<a href="/basket/" aria-current="page">', page.text)
