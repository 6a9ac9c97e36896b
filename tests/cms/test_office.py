"""The back office as a whole: our name, and only menus that somebody needs."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.test import Client, RequestFactory
from wagtail.admin.menu import admin_menu, reports_menu, settings_menu

from cms.office.today import MyPages, counted, counted_pages, tools_of
from cms.wagtail_hooks import UNUSED, tidy_menu
from ledger.clock import database_now
from market.produce.models import Listing
from people.models import Member
from tests.stories import order


@pytest.fixture
def as_manager(client: Client, gu: Member) -> Client:
    gu.is_superuser = True
    gu.save(update_fields=["is_superuser"])
    client.force_login(gu)
    return client


def test_the_office_bears_our_name(as_manager: Client) -> None:
    page = as_manager.get("/office/")

    assert page.status_code == 200
    assert "惠邻" in page.text
    assert "/static/img/mark.svg" in page.text
    assert "/static/css/office.css" in page.text
    assert "editor guide" not in page.text
    assert "/office/documents/" not in page.text


def test_what_slips_into_an_office_page_sends_nothing_elsewhere(as_manager: Client) -> None:
    policy = as_manager.get("/office/").headers["Content-Security-Policy"]

    directives = {name: value for name, _, value in (d.partition(" ") for d in policy.split("; "))}
    for name in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        assert directives[name] == "'self'", name
    assert directives["object-src"] == "'none'"


def test_the_menu_calls_pages_by_their_name(as_manager: Client) -> None:
    """A word of a page of ours must not turn up in Wagtail's menu."""
    page = as_manager.get("/office/")

    assert "\\u9875\\u9762" in page.text or "页面" in page.text
    assert "翻页" not in page.text
    assert "\\u7ffb\\u9875" not in page.text


def test_menus_leave_out_what_nobody_needs(gu: Member) -> None:
    gu.is_superuser = True
    request = RequestFactory().get("/office/")
    request.user = gu

    for menu in (admin_menu, settings_menu, reports_menu):
        names = {entry.name for entry in menu.menu_items_for_request(request)}
        assert names
        assert not names & UNUSED


def test_words_and_pictures_come_after_daily_work() -> None:
    entries = [
        SimpleNamespace(name="images", order=100),
        SimpleNamespace(name="goods", order=300),
        SimpleNamespace(name="help", order=1),
    ]

    tidy_menu(RequestFactory().get("/office/"), entries)

    assert sorted((entry.order, entry.name) for entry in entries) == [
        (300, "goods"),
        (810, "images"),
    ]


def test_guests_see_no_bar_of_the_office(client: Client, db: None) -> None:
    assert "wagtail-userbar" not in client.get("/").text


def test_the_first_page_leads_to_what_waits(
    client: Client, gu: Member, ma: Member, bai: Member, radishes: Listing
) -> None:
    order(ma, {radishes: 500})
    client.force_login(gu)

    page = client.get("/office/").text

    for errand, address in [
        ("取货", "/till/"),
        ("待确认的门牌 · 1", "/office/doors/"),
        ("进货、盘点、报损", "/office/listing/"),
        ("价签", "/office/price-tags/"),
        ("缺货减单", "/office/order/cut/"),
    ]:
        assert re.search(rf'class="button[^>]* href="{address}"[^§]*?</span>{errand}</a>', page), (
            errand
        )


def test_the_first_page_offers_only_what_one_may_do(bai: Member, chai: Member) -> None:
    assert counted(bai, database_now()) == tools_of(bai) == []
    assert [errand.text for errand in tools_of(chai)] == ["取货"]


def test_every_errand_has_its_picture(client: Client, gu: Member) -> None:
    client.force_login(gu)

    sprite = client.get("/office/sprite/").text

    now = database_now()
    pages = counted_pages(gu, MyPages.of(gu), now)
    for errand in [*counted(gu, now), *pages, *tools_of(gu)]:
        assert f'id="icon-{errand.icon}"' in sprite


def test_every_entry_of_the_menu_has_its_picture(client: Client, gu: Member) -> None:
    client.force_login(gu)
    (pages,) = (entry for entry in admin_menu.registered_menu_items if entry.name == "pages")

    sprite = client.get("/office/sprite/").text

    for entry in pages.menu.registered_menu_items:
        assert f'id="icon-{entry.icon_name}"' in sprite, entry.name


def test_the_office_speaks_chinese(client: Client, gu: Member) -> None:
    client.force_login(gu)

    assert "Search all pages" not in client.get("/office/").text
    assert "还没有盘点报损记录" in client.get("/office/stockchange/").text


@pytest.mark.parametrize(
    ("address", "label"), [("/office/lot/", "进货"), ("/office/stockchange/", "去盘点、报损")]
)
def test_what_came_and_went_leads_to_the_goods(
    client: Client, gu: Member, address: str, label: str
) -> None:
    client.force_login(gu)

    page = client.get(address).text

    assert re.search(rf'href="/office/listing/"[^>]*>[^§]{{0,400}}?{label}', page)
