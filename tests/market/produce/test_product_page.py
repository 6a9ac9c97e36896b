"""The product page: price, who gets it, who grew it, and what to do when it is gone."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.clock import database_now
from market.produce.actions.edit_supplier import edit_supplier
from market.produce.actions.offer_listing import offer_listing
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Certificate, Listing
from people.models import Member, ServicePoint
from tests.stories import order, sell

RADISHES = "/produce/HSB-LB/"


@pytest.fixture
def at_xihu(radishes: Listing, xihu_point: ServicePoint, gu: Member) -> Listing:
    return sell(
        radishes.product,
        at=xihu_point,
        farmer="0.80",
        points=2,
        quantity=5000,
        by=gu,
        now=database_now(),
    )


def change(listing: Listing, **columns: object) -> None:
    Listing.objects.filter(pk=listing.pk).update(**columns)


def test_says_all_there_is_to_know(client: Client, radishes: Listing) -> None:
    page = client.get(RADISHES).text

    for words in [
        "<h1>红寺堡萝卜</h1>",
        "¥0.90<i>／斤</i>",
        "或 2 积分",
        "¥0.90／500克",
        "农户到手 ¥0.70",
        "还多",
        "多退少补，按实际斤两结",
        "红寺堡助残种植组（样例）",
        "残疾农户",
        "离这儿 130 公里",
        "残疾农户自己种的萝卜，卖得出去就有奔头。",
        "承诺达标合格证",
        "09:00\N{WORD JOINER}–\N{WORD JOINER}12:00 14:30",
        f'name="listing" value="{radishes.pk}"',
        'name="next" value="/produce/HSB-LB/"',
        'data-step="0.5"',
        '<meta name="description" content="吴忠市红寺堡区的红寺堡萝卜，¥0.90／斤',
    ]:
        assert words in page


def test_the_same_in_english(client: Client, radishes: Listing) -> None:
    page = client.get("/en/produce/HSB-LB/").text

    for words in [
        "<h1>Hongsibu radish</h1>",
        "¥0.90 for 500 g",
        "The scale decides",
        "farmers with disabilities",
        "130 km from here",
        "Certificate of compliance",
        "<h2>Hongsibu Growers with Disabilities (sample)</h2>",
        "Hongsibu District, Wuzhong, 130 km from here",
        "Collect at Changcheng Huayuan Love Supermarket",
    ]:
        assert words in page


def test_what_is_sold_whole_says_its_limit_and_no_scale(client: Client, flax_oil: Listing) -> None:
    page = client.get("/produce/SSJ-HM-5L/").text

    assert "每户每月最多 2 桶" in page
    assert "¥10.80／500毫升" in page
    assert "多退少补" not in page
    assert 'data-step="1"' in page
    assert "承诺达标合格证" not in page


def test_sold_out_offers_something_else(
    client: Client, millet: Listing, radishes: Listing, ma: Member
) -> None:
    order(ma, {millet: 10})

    page = client.get("/produce/XMG-XM-25/").text

    assert "卖完了，明天再来看看" in page
    assert f'name="listing" value="{millet.pk}"' not in page
    assert "现在应季的" in page
    assert "红寺堡萝卜" in page


def test_closed_says_since_when(client: Client, millet: Listing) -> None:
    closed_at = datetime.datetime(2026, 11, 20, 13, 0, tzinfo=datetime.UTC)
    change(millet, on_sale_from=closed_at - datetime.timedelta(days=1), on_sale_until=closed_at)

    page = client.get("/produce/XMG-XM-25/").text

    assert "已截单" in page
    assert "11月20日 21:00 已截单" in page
    assert f'name="listing" value="{millet.pk}"' not in page


def test_withdrawn_offers_something_else(
    client: Client, millet: Listing, radishes: Listing
) -> None:
    withdraw_listing(listing=millet)

    page = client.get("/produce/XMG-XM-25/")

    assert page.status_code == 200
    assert "这个下架了，看看别的应季货。" in page.text
    assert "红寺堡萝卜" in page.text
    assert "¥30.00" not in page.text


def test_what_is_sold_elsewhere_says_where(
    client: Client, radishes: Listing, at_xihu: Listing, millet: Listing
) -> None:
    withdraw_listing(listing=radishes)

    page = client.get(RADISHES).text

    assert "长城花园爱心超市不卖这个。" in page
    assert f'href="?point={at_xihu.service_point_id}"' in page
    assert "西湖助农点 · ¥0.80／斤" in page
    assert f'name="listing" value="{radishes.pk}"' not in page


def test_what_is_sold_at_two_points_says_both_prices(
    client: Client, radishes: Listing, at_xihu: Listing
) -> None:
    page = client.get(RADISHES).text

    assert "¥0.90<i>／斤</i>" in page
    assert "这些点也有" in page
    assert "西湖助农点 · ¥0.80／斤" in page
    assert "Xihu Help-Farmer Point · ¥0.80／jin" in client.get(f"/en{RADISHES}").text


def test_what_never_was_on_sale_is_not_there(
    client: Client, millet: Listing, radishes: Listing, xihu_point: ServicePoint
) -> None:
    Listing.objects.filter(pk=millet.pk).update(status=Listing.Status.DRAFT)
    offer_listing(
        product=millet.product,
        service_point=xihu_point,
        key="draft",
        farmer_price=millet.farmer_price,
        points_price=60,
        on_sale_from=database_now(),
    )

    assert client.get("/produce/XMG-XM-25/").status_code == 404
    assert client.get("/produce/NO-SUCH/").status_code == 404


def test_before_it_opens_it_is_not_there(client: Client, millet: Listing) -> None:
    change(millet, on_sale_from=database_now() + datetime.timedelta(hours=1))

    assert client.get("/produce/XMG-XM-25/").status_code == 404


def test_a_farmer_s_text_is_shown_as_text(client: Client, radishes: Listing) -> None:
    supplier = radishes.product.supplier
    edit_supplier(
        supplier=supplier,
        name="<b>罗</b>",
        kind=supplier.kind,
        place='"><img src=x onerror=alert(1)>',
        distance_km=130,
        story="<script>alert(1)</script>",
        story_en="",
        name_en="",
        place_en="",
    )

    page = client.get(RADISHES).text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;罗&lt;/b&gt;" in page


@pytest.mark.parametrize("signed_in", [False, True], ids=["guest", "member"])
def test_it_costs_few_queries(
    *,
    signed_in: bool,
    client: Client,
    ma: Member,
    radishes: Listing,
    at_xihu: Listing,
    django_assert_max_num_queries: Callable[[int], CaptureQueriesContext],
) -> None:
    if signed_in:
        client.force_login(ma)
    client.get(RADISHES)

    with django_assert_max_num_queries(12 if signed_in else 6):
        client.get(RADISHES)


# --- The certificate ------------------------------------------------------------------


def test_a_certificate_says_what_the_law_asks_for(client: Client, radishes: Listing) -> None:
    certificate = Certificate.objects.get()

    page = client.get(f"/produce/certificates/{certificate.pk}/").text

    for words in [
        "<h1>承诺达标合格证</h1>",
        "我承诺对销售的食用农产品负责",
        "红寺堡萝卜",
        "100 斤",
        "50 公斤",
        "吴忠市红寺堡区",
        "红寺堡助残种植组（样例）",
        "0951-0000009",
        'class="certificate"',
    ]:
        assert words in page
    assert f'href="/produce/certificates/{certificate.pk}/"' in client.get(RADISHES).text


def test_no_certificate_no_page(client: Client, radishes: Listing) -> None:
    assert client.get("/produce/certificates/999/").status_code == 404


@pytest.mark.parametrize("address", ["/produce/", RADISHES, "/produce/certificates/1/"])
def test_these_pages_are_read_only(address: str, client: Client, radishes: Listing) -> None:
    assert client.post(address).status_code == 405
