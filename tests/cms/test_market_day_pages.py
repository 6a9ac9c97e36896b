"""M1, a market day: a promise before it, a guide during it, an account after it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cms.models import MarketDayIndexPage, MarketDayPage
from ledger.clock import database_now
from market.produce.actions.add_supplier import add_supplier
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Category, Listing, Supplier
from market.till.models import Till
from people.models import Member, ServicePoint
from tests.cms.test_home_page import stock_up
from tests.cms.written import Row, block, write
from tests.stories import hand_out, order, sell

ADDRESS = "/market-days/fair/"
QUERIES_FIRST = 16
"""Of the first visit to a process; the bar is 20."""
QUERIES_AGAIN = 8
DAY = datetime.timedelta(days=1)
FIRST, LAST = datetime.time(0), datetime.time(23, 59, 59)


def today() -> datetime.date:
    return timezone.localdate(database_now())


def fair(
    parent: MarketDayIndexPage, point: ServicePoint, day: datetime.date, **fields: Any
) -> MarketDayPage:
    """Publish a market day that lasts from midnight to midnight."""
    written: dict[str, Any] = {
        "slug": "fair",
        "title": "年货大集",
        "summary": "一趟办齐。",
        "series": MarketDayPage.Series.NEW_YEAR_FAIR,
        "theme": "年货大集",
        "service_point": point,
        "held_on": day,
        "opens_time": FIRST,
        "closes_time": LAST,
    } | fields
    return write(parent, MarketDayPage, **written)


def stall(number: str, supplier: Supplier | None, note: str = "") -> Row:
    return block("stall", number=number, supplier=supplier and supplier.pk, note=note)


def test_before_it_says_when_where_and_what_to_bring(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    day = datetime.date(2099, 1, 14)
    fair(
        market_days,
        supermarket,
        day,
        opens_time=datetime.time(9),
        closes_time=datetime.time(16),
        place_note="8号楼前",
        bring="布袋\n零钱",
        rain_plan="挪到活动室。",
    )

    page = client.get(ADDRESS)

    assert page.status_code == 200
    assert "1月14日（周三）" in page.text
    assert "农历" in page.text
    assert "09:00–16:00" in page.text
    assert "长城花园爱心超市" in page.text
    assert "8号楼前" in page.text
    assert "<li>布袋</li><li>零钱</li>" in page.text
    assert "挪到活动室。" in page.text
    assert "这一场下来" not in page.text


def test_stalls_show_their_goods_live(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
    millet: Listing,
    hongsibu: Supplier,
) -> None:
    fair(market_days, supermarket, today() + DAY, stalls=[stall("3", hongsibu, "现场擦丝")])

    page = client.get(ADDRESS).text

    assert '<span class="stall__number">3</span> 红寺堡助残种植组（样例）' in page
    assert "现场擦丝" in page
    assert "¥0.90" in page
    assert "下马关黄小米" not in page


def test_what_is_sold_out_is_marked(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
    hongsibu: Supplier,
    ma: Member,
) -> None:
    fair(market_days, supermarket, today(), stalls=[stall("1", hongsibu)])
    order(ma, {radishes: 50_000})

    page = client.get(ADDRESS).text

    assert "卖完了" in page
    assert "正在赶集，卖完的在下面标着。" in page


def test_what_sells_out_is_marked_at_once(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
    hongsibu: Supplier,
    ma: Member,
) -> None:
    """What is remembered for half a minute is not what is left."""
    fair(market_days, supermarket, today(), stalls=[stall("1", hongsibu)])
    before = client.get(ADDRESS).text
    order(ma, {radishes: 50_000})

    after = client.get(ADDRESS).text

    assert "卖完了" not in before
    assert "卖完了" in after


def test_who_stands_at_two_stalls_has_two_buttons_with_one_name(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
    hongsibu: Supplier,
) -> None:
    stalls = [stall("1", hongsibu), stall("2", hongsibu)]
    fair(market_days, supermarket, today(), stalls=stalls)

    page = client.get(ADDRESS).text

    assert page.count(f'name="listing" value="{radishes.pk}"') == 2
    assert page.count(f'id="add-{radishes.pk}"') == 1


def test_below_the_list_is_nothing_but_what_is_published(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    page = fair(market_days, supermarket, today())

    assert client.get(ADDRESS).status_code == 200
    assert client.get("/market-days/nothing/").status_code == 404
    assert client.get(f"{ADDRESS}more/").status_code == 404
    page.unpublish()
    assert client.get(ADDRESS).status_code == 404


def test_price_tags_are_those_of_the_market(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    xihu_point: ServicePoint,
    radishes: Listing,
    gu: Member,
) -> None:
    product = radishes.product
    now = database_now()
    sell(product, at=xihu_point, farmer="0.55", points=1, quantity=9_000, by=gu, now=now)
    tag = block("price_tag", product=product.pk)
    fair(market_days, xihu_point, today() + DAY, body=[tag])

    page = client.get(f"{ADDRESS}?point={supermarket.pk}").text

    assert "¥0.55" in page
    assert "¥0.90" not in page


def test_a_withdrawn_listing_leaves_the_stall(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
    hongsibu: Supplier,
) -> None:
    fair(market_days, supermarket, today() + DAY, stalls=[stall("1", hongsibu)])
    withdraw_listing(listing=radishes)

    page = client.get(ADDRESS)

    assert page.status_code == 200
    assert "红寺堡萝卜" not in page.text
    assert "红寺堡助残种植组" in page.text


def test_a_stall_whose_supplier_is_gone_is_free(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint, xiamaguan: Supplier
) -> None:
    fair(market_days, supermarket, today() + DAY, stalls=[stall("4", xiamaguan)])
    xiamaguan.delete()

    page = client.get(ADDRESS)

    assert page.status_code == 200
    assert "这个摊位空出来了" in page.text


def test_a_day_without_programme_or_stalls_says_so(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    fair(market_days, supermarket, today() + DAY)

    page = client.get(ADDRESS).text

    assert "节目还在排，过几天再来看。" in page
    assert "<h2>摊位</h2>" not in page


def test_during_it_what_is_on_stands_out(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    programme = [
        block("act", from_time="00:00", until_time="23:59:59", what="义诊", places=60),
        block("act", from_time="00:00", until_time="00:00", what="敲锣", places=None),
    ]
    fair(market_days, supermarket, today(), programme=programme)

    page = " ".join(client.get(ADDRESS).text.split())

    assert page.count('<li class="now">') == 1
    assert '<li class="now"> <b><time>00:00</time>–<time>23:59</time></b> <span>义诊' in page
    assert "发 60 个号" in page


def test_after_it_the_books_say_what_came_of_it(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
    millet: Listing,
    ma: Member,
    chai: Member,
    open_drawer: Till,
) -> None:
    yesterday = database_now() - DAY
    placed = order(ma, {radishes: 1_500, millet: 1}, at=yesterday - DAY)
    hand_out(placed, by=chai, at=yesterday)
    fair(market_days, supermarket, timezone.localdate(yesterday), visitors=620)

    page = client.get(ADDRESS).text

    assert "<b>620</b><span>来了多少人</span>" in page
    assert "<b>4 公斤</b><span>菜带回了家</span>" in page
    assert "<b>¥32.70</b>" in page
    assert "<b>1</b><span>户人家来买过</span>" in page


def test_the_books_are_not_asked_before_it_is_over(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    fair(market_days, supermarket, today())

    assert client.get(ADDRESS).context["figures"] is None


def test_another_days_sales_do_not_count(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
    ma: Member,
    chai: Member,
    open_drawer: Till,
) -> None:
    hand_out(order(ma, {radishes: 1_500}), by=chai)
    fair(market_days, supermarket, today() - DAY)

    assert "菜带回了家" not in client.get(ADDRESS).text


def test_the_list_has_what_comes_before_what_was(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    for days in (-300, -30, 90, 10):
        day = today() + days * DAY
        fair(market_days, supermarket, day, slug=f"d{days + 400}", title=f"第{days}天")

    page = client.get("/market-days/").text

    order_of_titles = [page.index(f">第{days}天<") for days in (10, 90, -30, -300)]
    assert order_of_titles == sorted(order_of_titles)
    assert "办过的集市" in page


def test_without_a_next_one_the_list_says_so(
    client: Client, market_days: MarketDayIndexPage
) -> None:
    assert "下一场还没定日子，定了会在这里和群里通知。" in client.get("/market-days/").text


def test_it_closes_after_it_opens(
    market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    with pytest.raises(ValidationError, match="收摊时间要写在开摊之后。"):
        fair(
            market_days,
            supermarket,
            today(),
            opens_time=datetime.time(16),
            closes_time=datetime.time(9),
        )


@pytest.mark.parametrize("count", [2, 12])
def test_the_number_of_questions_does_not_grow_with_the_stalls(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    vegetables: Category,
    hongsibu: Supplier,
    gu: Member,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    stock_up(5 * count, supplier=hongsibu, category=vegetables, point=supermarket, by=gu)
    others = [
        add_supplier(
            code=f"S{number}",
            name=f"供货方{number}",
            kind=Supplier.Kind.FARMER,
            place="良田镇",
            distance_km=20,
        )
        for number in range(1, count)
    ]
    stalls = [stall(str(number), each) for number, each in enumerate([hongsibu, *others])]
    fair(market_days, supermarket, today() + DAY, stalls=stalls)

    with django_assert_max_num_queries(QUERIES_FIRST):
        client.get(ADDRESS)
    with django_assert_num_queries(QUERIES_AGAIN):
        page = client.get(ADDRESS)

    assert page.text.count('class="stall__number"') == count
