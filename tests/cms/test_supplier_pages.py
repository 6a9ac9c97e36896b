"""P1, a supplier's page: the story, and live beside it what of theirs is on sale."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cms.models import HomePage, SupplierIndexPage, SupplierPage
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Category, Listing, Supplier
from market.till.models import Till
from people.models import Member, ServicePoint
from tests.cms.test_home_page import stock_up
from tests.cms.written import block, text, write
from tests.stories import hand_out, order

ADDRESS = "/suppliers/hongsibu/"
NOTHING_NOW = "这家眼下没有货在卖，看看别的当季菜。"
QUERIES = 17


@pytest.fixture
def hongsibu_page(suppliers: SupplierIndexPage, hongsibu: Supplier) -> SupplierPage:
    return write(
        suppliers,
        SupplierPage,
        "hongsibu",
        title="红寺堡助残种植组（样例）",
        summary="地里长的萝卜，种得仔细。",
        supplier=hongsibu,
        body=[text("<h2>活儿按顺手的分</h2><p>谁顺手谁来。</p>")],
        seasons=[block("season", what="萝卜", months=["9", "10", "11"])],
        how_it_helps="<p>一斤萝卜农户到手七毛。</p>",
    )


def test_it_tells_who_they_are(client: Client, hongsibu_page: SupplierPage) -> None:
    page = client.get(ADDRESS)

    assert page.status_code == 200
    assert "<h1>红寺堡助残种植组（样例）</h1>" in page.text
    assert "吴忠市红寺堡区，离这儿 130 公里" in page.text
    assert "地里长的萝卜，种得仔细。" in page.text
    assert "活儿按顺手的分" in page.text
    assert "一斤萝卜农户到手七毛。" in page.text


def test_it_shows_what_of_theirs_is_on_sale(
    client: Client, hongsibu_page: SupplierPage, radishes: Listing, millet: Listing
) -> None:
    page = client.get(ADDRESS)

    assert "长城花园爱心超市正在卖" in page.text
    assert "红寺堡萝卜" in page.text
    assert "¥0.90" in page.text
    assert "下马关黄小米" not in page.text
    assert NOTHING_NOW not in page.text


def test_it_says_so_when_nothing_is(
    client: Client, hongsibu_page: SupplierPage, radishes: Listing, millet: Listing
) -> None:
    withdraw_listing(listing=radishes)

    page = client.get(ADDRESS)

    assert NOTHING_NOW in page.text
    assert 'href="/produce/"' in page.text


def test_months_in_season_stand_out(client: Client, hongsibu_page: SupplierPage) -> None:
    page = client.get(ADDRESS)

    assert page.text.count('<li class="on"><span>') == 3
    assert '<li class="on"><span>9月</span></li>' in page.text
    assert "<li><span>8月</span></li>" in page.text


def test_it_counts_what_was_bought_from_the_books(
    client: Client,
    hongsibu_page: SupplierPage,
    radishes: Listing,
    ma: Member,
    chai: Member,
    open_drawer: Till,
) -> None:
    before = client.get(ADDRESS).text
    hand_out(order(ma, {radishes: 2_000}), by=chai)
    after = client.get(ADDRESS).text

    assert "居民一共买了" not in before
    assert "<b>2 公斤</b><span>居民一共买了</span>" in after
    assert "<b>¥2.80</b><span>货款到了农户手上</span>" in after


def test_certificates_lead_to_the_paper(
    client: Client, hongsibu_page: SupplierPage, radishes: Listing
) -> None:
    certificate = radishes.product.certificates.get()

    page = client.get(ADDRESS)

    assert f'href="/produce/certificates/{certificate.pk}/"' in page.text


def test_a_supplier_who_is_gone_leaves_the_story(
    client: Client, suppliers: SupplierIndexPage, xiamaguan: Supplier
) -> None:
    write(suppliers, SupplierPage, "gone", title="走了的", summary="故事还在。", supplier=xiamaguan)
    xiamaguan.delete()

    page = client.get("/suppliers/gone/")

    assert page.status_code == 200
    assert "故事还在。" in page.text
    assert NOTHING_NOW not in page.text
    assert client.get("/suppliers/").status_code == 200


def test_the_list_has_the_nearest_first(
    client: Client, suppliers: SupplierIndexPage, hongsibu: Supplier, xiamaguan: Supplier
) -> None:
    write(suppliers, SupplierPage, "far", title="远的", summary="远。", supplier=xiamaguan)
    write(suppliers, SupplierPage, "near", title="近的", summary="近。", supplier=hongsibu)

    page = client.get("/suppliers/").text

    assert page.index("近的") < page.index("远的")
    assert "都有来处。" in page


def test_an_empty_list_says_so(client: Client, suppliers: SupplierIndexPage) -> None:
    assert "这里还没写东西，过几天再来看。" in client.get("/suppliers/").text


@pytest.mark.usefixtures("foot_is_remembered")
@pytest.mark.parametrize("count", [5, 60])
def test_the_number_of_questions_does_not_grow(
    client: Client,
    hongsibu_page: SupplierPage,
    hongsibu: Supplier,
    vegetables: Category,
    supermarket: ServicePoint,
    gu: Member,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    stock_up(count, supplier=hongsibu, category=vegetables, point=supermarket, by=gu)

    with django_assert_max_num_queries(QUERIES):
        page = client.get(ADDRESS)

    assert page.text.count("小米") >= count


def test_what_an_editor_types_stays_text(client: Client, suppliers: SupplierIndexPage) -> None:
    hostile = "<script>alert(1)</script>"
    write(suppliers, SupplierPage, "hostile", title=hostile, summary=hostile)

    page = client.get("/suppliers/hostile/").text + client.get("/suppliers/").text

    assert hostile not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_only_the_list_of_suppliers_holds_them() -> None:
    assert SupplierPage.allowed_parent_page_models() == [SupplierIndexPage]
    assert SupplierPage.allowed_subpage_models() == []
    assert SupplierIndexPage in HomePage.allowed_subpage_models()
