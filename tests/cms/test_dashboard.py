"""The first page of the office: what waits today, how much of it, and the list it leads to."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from moneyed import Money
from wagtail.models import Page

from cms.models import (
    MarketDayIndexPage,
    MarketDayPage,
    NoticeIndexPage,
    NoticePage,
    StoryIndexPage,
    StoryPage,
)
from ledger.clock import database_now
from market.orders.actions.close_uncollected import close_uncollected
from market.orders.models import Order
from market.produce.actions.offer_listing import offer_listing
from market.produce.actions.receive_goods import receive_goods
from market.produce.actions.submit_listing import submit_listing
from market.produce.models import Listing, Lot
from people.models import Community, Member, ServicePoint
from tests.cms.test_workflow import decide, hand_in
from tests.cms.written import write
from tests.conftest import signed_in
from tests.stories import order

QUIET = "眼下没有要办的事。有了新的会显示在这里。"
ERRAND = re.compile(
    r'href="([^"]*)"><span class="icon-wrapper">.*?</span>([^<·]*) · (\d+)</a>', re.DOTALL
)


def errands(member: Member) -> dict[str, tuple[int, str]]:
    """What the first page counts: how much, and where it leads."""
    text = signed_in(member).get("/office/").text
    return {
        name.strip(): (int(count), address.replace("&amp;", "&"))
        for address, name, count in ERRAND.findall(text)
    }


def rows(member: Member, address: str) -> int:
    """How many rows the list has that an errand leads to."""
    on_this_page = address.startswith("#")
    text = signed_in(member).get("/office/" if on_this_page else address).text
    text = text[text.index(f'id="{address[1:]}"') :] if on_this_page else text
    table = re.search(r'<table class="listing.*?</table>', text, re.DOTALL)
    return table[0].count("<tr") - 1 if table else 0


def ready_since(days: int, placed: Order) -> Order:
    """The order has been ready for so many days."""
    Order.objects.filter(pk=placed.pk).update(
        ready_at=database_now() - datetime.timedelta(days=days)
    )
    return Order.objects.get(pk=placed.pk)


@pytest.fixture
def orders(ma: Member, radishes: Listing, millet: Listing) -> None:
    """One for today, one on its last day, one that nobody collected."""
    order(ma, {radishes: 500})
    ready_since(3, order(ma, {radishes: 1000}))
    close_uncollected(order=ready_since(4, order(ma, {millet: 1})), closed_at=database_now())


@pytest.fixture
def goods(radishes: Listing, millet: Listing, xihu_point: ServicePoint, gu: Member) -> None:
    """Radishes came without a certificate: twice here, once to the other community, and once
    to a listing that was withdrawn. Grain needs none."""
    for number, (point, status) in enumerate(
        [
            (radishes.service_point, Listing.Status.DRAFT),
            (radishes.service_point, Listing.Status.SUBMITTED),
            (radishes.service_point, Listing.Status.WITHDRAWN),
            (xihu_point, Listing.Status.DRAFT),
        ]
    ):
        listing = offer_listing(
            product=radishes.product, service_point=point, key=f"bare-{number}", points_price=2,
            farmer_price=Money("0.70", "CNY"), on_sale_from=database_now(),
        )  # fmt: skip
        arrive(listing, gu, f"bare-{number}")
        Listing.objects.filter(pk=listing.pk).update(status=status)
    arrive(millet, gu, "grain")


def arrive(listing: Listing, by: Member, key: str) -> None:
    receive_goods(
        listing=listing, quantity=1000, received_by=by, received_at=database_now(), key=key
    )


@pytest.mark.usefixtures("orders")
def test_orders_and_their_lists_agree(gu: Member) -> None:
    found = errands(gu)

    assert found["等人来取的订单"] == (2, "/office/order/?waiting=collect")
    assert found["今天最后一天，打电话催取"] == (1, "/office/order/?waiting=last_day")
    assert found["没人来取"] == (1, "/office/order/?waiting=given_up")
    for name in ("等人来取的订单", "今天最后一天，打电话催取", "没人来取"):
        count, address = found[name]
        assert rows(gu, address) == count


@pytest.mark.usefixtures("goods")
def test_lots_without_a_certificate_and_their_list_agree(gu: Member) -> None:
    count, address = errands(gu)["缺合格证的批次"]

    assert count == rows(gu, address) == 2
    assert Lot.objects.filter(certificate=None).count() > count


def test_listings_to_review_and_their_list_agree(
    gu: Member, radishes: Listing, xihu_point: ServicePoint
) -> None:
    Listing.objects.filter(pk=radishes.pk).update(status=Listing.Status.DRAFT)
    submit_listing(listing=Listing.objects.get(pk=radishes.pk))

    count, address = errands(gu)["待审核的货单"]

    assert count == rows(gu, address) == 1


@pytest.mark.usefixtures("orders", "goods")
def test_another_community_s_worker_sees_none_of_it(gu: Member, xihu: Community) -> None:
    gu.community = xihu
    gu.save(update_fields=["community"])

    found = errands(gu)

    assert set(found) == {"缺合格证的批次", "待确认的门牌"} & set(found)
    assert found["缺合格证的批次"][0] == rows(gu, "/office/lot/?waiting=certificate") == 1
    assert rows(gu, "/office/order/?waiting=collect") == 0


@pytest.mark.usefixtures("orders", "goods")
def test_an_editor_is_shown_nothing_of_orders_and_goods(mu: Member) -> None:
    assert errands(mu) == {}
    assert QUIET in signed_in(mu).get("/office/").text


def test_nothing_to_do_says_so(gu: Member) -> None:
    page = signed_in(gu).get("/office/").text

    assert QUIET in page
    assert errands(gu) == {}


# --- Pages ----------------------------------------------------------------------------


def test_a_reviewer_finds_what_was_handed_in(
    stories: StoryIndexPage, gu: Member, xue: Member
) -> None:
    page = hand_in(stories, gu)

    count, address = errands(xue)["待我复核的页面"]

    assert count == rows(xue, address) == 1
    text = signed_in(xue).get("/office/").text
    assert f"/office/pages/{page.pk}/edit/" in text
    assert "谷雨" in text
    assert "待我复核的页面" not in errands(gu)


def test_nobody_is_asked_to_review_their_own(stories: StoryIndexPage, xue: Member) -> None:
    hand_in(stories, xue)

    assert "待我复核的页面" not in errands(xue)
    assert "等同事复核" in signed_in(xue).get("/office/").text


def test_the_writer_reads_what_to_change(stories: StoryIndexPage, gu: Member, xue: Member) -> None:
    page = hand_in(stories, gu)
    decide(page, "reject", xue, "少了一张照片。<b>")

    count, address = errands(gu)["退回给我的页面"]

    assert count == rows(gu, address) == 1
    text = signed_in(gu).get("/office/").text
    assert "少了一张照片。&lt;b&gt;" in text
    assert "薛立冬" in text


def test_a_draft_is_its_writer_s(stories: StoryIndexPage, gu: Member, mu: Member) -> None:
    story = write(stories, StoryPage, "packs", title="一车萝卜", summary="一车。")
    story.title = "两车萝卜"
    story.save_revision(user=mu)

    count, address = errands(mu)["我的草稿"]

    assert count == rows(mu, address) == 1
    assert "两车萝卜" in signed_in(mu).get("/office/").text
    assert "我的草稿" not in errands(gu)


def test_what_waits_for_review_is_no_draft_any_more(stories: StoryIndexPage, gu: Member) -> None:
    hand_in(stories, gu)

    assert "我的草稿" not in errands(gu)


def test_new_notices_are_to_be_passed_on(notices: NoticeIndexPage, gu: Member) -> None:
    for slug in ("old", "new"):
        write(notices, NoticePage, slug, title=slug, summary="明天停水。")
    old = database_now() - datetime.timedelta(days=4)
    NoticePage.objects.filter(slug="old").update(first_published_at=old)

    count, address = errands(gu)["新公告，贴到群里"]

    assert count == rows(gu, address) == 1


# --- The next market day --------------------------------------------------------------


@pytest.fixture
def held(
    market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> Callable[[str, int], MarketDayPage]:
    def hold(slug: str, days_ago: int) -> MarketDayPage:
        return write(
            market_days, MarketDayPage, slug, title=slug, summary="一年三回。",
            series="new_year_fair", theme="年货大集", service_point=supermarket,
            held_on=timezone.localdate(database_now()) - datetime.timedelta(days=days_ago),
        )  # fmt: skip

    return hold


Held = Callable[[str, int], MarketDayPage]


def test_the_day_whose_turn_it_is_is_copied_by_one_press(held: Held, mu: Member) -> None:
    held("spring", 200)
    winter = held("winter", 300)

    page = signed_in(mu).get("/office/").text

    assert f'action="/office/market-day-pages/copy/{winter.pk}/"' in page
    assert "csrfmiddlewaretoken" in page


@pytest.mark.parametrize("days_ago", [0, -30])
def test_while_one_is_to_come_none_is_offered(held: Held, mu: Member, days_ago: int) -> None:
    held("winter", 300)
    held("summer", days_ago)

    assert "market-day-pages/copy" not in signed_in(mu).get("/office/").text


def test_who_may_add_no_page_is_offered_no_copy(held: Held, mu: Member) -> None:
    day = held("winter", 300)
    mu.groups.clear()
    mu.groups.add(_door_only())

    client = signed_in(mu)

    assert "market-day-pages/copy" not in client.get("/office/").text
    assert client.post(f"/office/market-day-pages/copy/{day.pk}/").status_code == 302
    assert MarketDayPage.objects.filter(locale=day.locale).count() == 1


def _door_only() -> Group:
    group = Group.objects.create(name="door")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    return group


# --- How much it asks -----------------------------------------------------------------


def queries(member: Member) -> int:
    client = signed_in(member)
    client.get("/office/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/office/")
    return len(captured)


def test_it_asks_no_more_with_twenty_of_each(
    stories: StoryIndexPage, notices: NoticeIndexPage, radishes: Listing,
    ma: Member, gu: Member, xue: Member, mu: Member,
) -> None:  # fmt: skip
    def one_more(number: int) -> None:
        order(ma, {radishes: 500})
        for writer in (gu, mu, xue):
            slug = f"{writer.pk}-{number}"
            story = write(stories, StoryPage, slug, title=slug, summary="一车。")
            story.save_revision(user=writer)
            story.get_workflow().start(story, writer)
            draft = write(stories, StoryPage, f"draft-{slug}", title=slug, summary="一车。")
            draft.title = "两车"
            draft.save_revision(user=writer)
        write(notices, NoticePage, f"notice-{number}", title="停水", summary="明天。")

    one_more(0)
    few = queries(xue)
    for number in range(1, 6):
        one_more(number)

    assert queries(xue) == few
    assert few <= 60
    assert Page.objects.count() > 40
