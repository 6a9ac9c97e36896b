"""The picture beside a shared link: drawn of what the page says, once, and of nothing else."""

from __future__ import annotations

import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from PIL import Image as Picture
from PIL import ImageChops, ImageStat
from pytest_django import DjangoAssertNumQueries

from cms.models import MarketDayIndexPage, MarketDayPage, StoryIndexPage, StoryPage
from cms.sharing import card_of
from market.produce.actions.withdraw_listing import withdraw_listing
from market.produce.models import Listing
from market.sharing.cards import digest
from market.sharing.drawing import (
    FONT,
    HEIGHT,
    WIDTH,
    Card,
    Pen,
    Tag,
    can_write,
    draw,
    title_in_lines,
    writable,
)
from people.models import ServicePoint
from tests.cms.head import Head, path_of
from tests.cms.test_feeds import translated
from tests.cms.test_market_day_pages import ADDRESS, fair
from tests.cms.written import a_picture, write

DAY = datetime.date(2027, 1, 30)
CARD = Card(
    community="长城花园社区",
    tag=Tag("1月", "30日", ("周六 · 大寒", "农历腊月廿三")),
    heading="年货大集",
    title="腊月廿三年货大集",
    lines=("09:00–16:00", "鲁银小区广场"),
    promise="卖多少给农户多少，社区一分不加。",
    name="惠邻",
)
GREEN, PAPER = (31, 107, 59), (251, 247, 239)
PICTURE_QUERIES_MOST = 5


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    """Keep what is drawn apart from what other tests have drawn."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def opened(content: bytes) -> Picture.Image:
    picture = Picture.open(BytesIO(content))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    return picture.convert("RGB")


def difference(one: bytes, other: bytes) -> float:
    """Return how far two pictures are apart, from 0 to 255."""
    apart = ImageStat.Stat(ImageChops.difference(opened(one), opened(other)))
    return sum(apart.mean) / 3


def shared_picture(client: Client, address: str) -> Any:
    """Fetch the picture that a page names, as those do who show the link."""
    told = Head(client.get(address).text).told
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["og:image:alt"]
    return client.get(path_of(told["og:image"]))


def new_year_fair(parent: MarketDayIndexPage, point: ServicePoint, **fields: Any) -> MarketDayPage:
    return fair(parent, point, DAY, **fields)


# --- The picture of a page ------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/", "/produce/", "/produce/HSB-LB/", "/market-days/", "/stories/packs/", ADDRESS],
)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_shared_link_has_a_picture(
    client: Client,
    stories: StoryIndexPage,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    radishes: Listing,
    address: str,
    language: str,
) -> None:
    translated(write(stories, StoryPage, "packs", summary="-"), title="Packs")
    translated(new_year_fair(market_days, supermarket), title="New Year fair")

    response = shared_picture(client, language + address)

    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response
    assert len(response.content) < 300 * 1024
    picture = opened(response.content)
    assert picture.getpixel((4, 4)) == GREEN
    assert picture.getpixel((20, 300)) == PAPER


def test_a_market_day_shows_its_day_in_both_calendars(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    page = new_year_fair(
        market_days, supermarket, opens_time=datetime.time(9), closes_time=datetime.time(16)
    )

    card = card_of(page)

    assert card.community == "长城花园社区"
    assert card.tag == Tag("1月", "30日", ("周六 · 大寒", "农历腊月廿三"))
    assert card.title == "年货大集"
    assert card.lines == ("09:00–16:00", "长城花园爱心超市")
    assert card.promise == "卖多少给农户多少，社区一分不加。"
    alt = Head(client.get(ADDRESS).text).told["og:image:alt"]
    assert alt.startswith("年货大集 · 1月 30日 周六 · 大寒 农历腊月廿三 · 09:00–16:00")


def test_a_market_day_is_drawn_even_with_a_photo(
    client: Client, market_days: MarketDayIndexPage, supermarket: ServicePoint
) -> None:
    photo = {"picture": a_picture(), "picture_alt": "雪里的集市"}
    page = new_year_fair(market_days, supermarket, **photo)

    told = Head(client.get(ADDRESS).text).told

    assert path_of(told["og:image"]) == f"/shared/{page.pk}/{digest(card_of(page))}.png"


def test_another_title_is_another_picture_at_another_address(
    client: Client, stories: StoryIndexPage
) -> None:
    page = write(stories, StoryPage, "packs", title="一车萝卜", summary="-")
    before = shared_picture(client, "/stories/packs/")
    page.title = "两车白菜"
    page.save_revision().publish()
    after = shared_picture(client, "/stories/packs/")

    assert before.request["PATH_INFO"] != after.request["PATH_INFO"]
    assert difference(before.content, after.content) > 0.5


def test_a_page_s_own_large_picture_goes_first(client: Client, stories: StoryIndexPage) -> None:
    photo = {"picture": a_picture(), "picture_alt": "一车萝卜"}
    write(stories, StoryPage, "packs", summary="-", **photo)

    told = Head(client.get("/stories/packs/").text).told
    response = client.get(path_of(told["og:image"]))

    assert told["og:image:alt"] == "一车萝卜"
    assert response.status_code == 200
    content = response.getvalue()
    picture = Picture.open(BytesIO(content))
    assert (picture.format, picture.size) == ("JPEG", (1200, 630))


def test_a_product_shows_its_price(client: Client, radishes: Listing) -> None:
    with_price = shared_picture(client, "/produce/HSB-LB/")
    alt = Head(client.get("/produce/HSB-LB/").text).told["og:image:alt"]
    withdraw_listing(listing=radishes)
    without = shared_picture(client, "/produce/HSB-LB/")

    assert "¥0.90 ／斤 农户到手 ¥0.70" in alt
    assert difference(with_price.content, without.content) > 0.5


# --- Drawn once, and nothing but what a page says -------------------------------------


def test_it_is_drawn_once(client: Client, stories: StoryIndexPage, media: Path) -> None:
    write(stories, StoryPage, "packs", summary="-")
    first = shared_picture(client, "/stories/packs/")
    (kept,) = (media / "shared").iterdir()
    assert kept.read_bytes() == first.content
    kept.write_bytes(b"kept")

    second = shared_picture(client, "/stories/packs/")

    assert second.content == b"kept"


def test_nobody_else_has_anything_drawn(
    client: Client, stories: StoryIndexPage, radishes: Listing, media: Path
) -> None:
    page = write(stories, StoryPage, "packs", summary="-")
    made_up = "0" * 20

    for path in (f"/shared/{page.pk}", "/produce", "/en/produce", "/produce/HSB-LB"):
        response = client.get(f"{path}/{made_up}.png")
        assert response.status_code == 302
        assert response["Location"].startswith(f"{path}/")
        assert made_up not in response["Location"]

    assert not (media / "shared").exists()


def test_an_old_link_leads_to_the_picture_of_today(client: Client, stories: StoryIndexPage) -> None:
    page = write(stories, StoryPage, "packs", title="一车萝卜", summary="-")
    old = path_of(Head(client.get("/stories/packs/").text).told["og:image"])
    page.title = "两车白菜"
    page.save_revision().publish()

    response = client.get(old, follow=True)

    assert response.status_code == 200
    assert response.content == shared_picture(client, "/stories/packs/").content


def test_what_is_not_published_has_no_picture(client: Client, stories: StoryIndexPage) -> None:
    page = write(stories, StoryPage, "packs", summary="-")
    address = path_of(Head(client.get("/stories/packs/").text).told["og:image"])
    client.get(address)
    page.unpublish()

    assert client.get(address).status_code == 404
    assert client.get(f"/shared/999999/{'0' * 20}.png").status_code == 404
    assert client.get("/produce/NO-SUCH/abc.png").status_code == 404


@pytest.mark.parametrize("name", ["../../config/settings", "..%2f..%2fconfig", "a/b", "a.b"])
def test_nothing_is_read_from_elsewhere(client: Client, stories: StoryIndexPage, name: str) -> None:
    assert client.get(f"/shared/{stories.pk}/{name}.png").status_code == 404


def test_it_is_shown_where_nothing_can_be_kept(
    client: Client, stories: StoryIndexPage, media: Path
) -> None:
    write(stories, StoryPage, "packs", summary="-")
    (media / "shared").write_text("a file where the folder should be")

    assert opened(shared_picture(client, "/stories/packs/").content)


def test_it_asks_little(
    client: Client,
    market_days: MarketDayIndexPage,
    supermarket: ServicePoint,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    new_year_fair(market_days, supermarket)
    address = path_of(Head(client.get(ADDRESS).text).told["og:image"])

    with django_assert_max_num_queries(PICTURE_QUERIES_MOST):
        client.get(address)


# --- Drawing --------------------------------------------------------------------------


def test_the_same_card_is_the_same_picture() -> None:
    assert draw(CARD) == draw(CARD._replace())
    assert digest(CARD) == digest(CARD._replace())


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "以爱换爱"},
        {"community": "西湖社区"},
        {"heading": "农社对接"},
        {"lines": ("10:00–16:00", "鲁银小区广场")},
        {"tag": Tag("1月", "31日", ("周日 · 大寒", "农历腊月廿四"))},
        {"promise": "一分不加"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_is_on_it_makes_another_picture(changed: dict[str, Any]) -> None:
    other = CARD._replace(**changed)

    assert digest(other) != digest(CARD)
    assert difference(draw(CARD), draw(other)) > 0.05


@pytest.mark.parametrize(
    "card",
    [
        Card("", Tag("", ""), "", "", (), "", ""),
        Card("社" * 300, Tag("月" * 50, "9" * 50, ("词" * 90,) * 2), "题" * 90, "长" * 300,
             ("地" * 400, "点" * 400), "诺" * 300, "名"),
        Card("x" * 300, Tag("x" * 50, "9" * 50, ("x" * 90,)), "x" * 90, "x" * 300,
             ("x" * 400,), "x" * 300, "x"),
        Card("\0\n\t", Tag("🥕", "¥"), "𠮷野", "👨‍👩‍👧 龘靐\u202e\ufeff", ("\ud800",), "é", "ﷺ"),
    ],
    ids=["empty", "long", "one word", "odd"],
)  # fmt: skip
def test_no_text_breaks_it(card: Card) -> None:
    picture = opened(draw(card))

    assert picture.getpixel((4, 4)) == GREEN
    # Nothing is written over the edge.
    assert picture.crop((WIDTH - 20, 160, WIDTH, HEIGHT - 100)).getcolors() == [
        (20 * (HEIGHT - 260), PAPER)
    ]


@pytest.mark.parametrize(
    ("title", "size", "lines"),
    [
        ("年货大集", 80, ["年货大集"]),
        ("西吉洋芋粉条（宽粉）", 72, ["西吉洋芋粉条（宽粉）"]),
        ("“乐活”公益集市·春：农社对接", 80, ["“乐活”公益集市·", "春：农社对接"]),
        ("New Year goods fair: tofu, couplets and all else", 56,
         ["New Year goods fair: tofu,", "couplets and all else"]),
        ("腊月廿三年货大集，" * 6, 44,
         ["腊月廿三年货大集，腊月廿三年货大", "集，腊月廿三年货大集，腊月廿三年",
          "货大集，腊月廿三年货大集，腊月…"]),
    ],
)  # fmt: skip
def test_a_title_is_as_large_as_there_is_room(title: str, size: int, lines: list[str]) -> None:
    pen = Pen(Picture.new("RGB", (10, 10)))

    found = title_in_lines(pen, title, 724, 240)

    assert found == (size, lines)
    assert max(pen.width(line, size) for line in lines) <= 724


def test_what_the_font_lacks_is_left_out_or_stands_as_a_sign() -> None:
    assert writable("一车萝卜🥕 龘") == "一车萝卜 〓"
    assert writable("One  lorry\n of “radishes”") == "One lorry of “radishes”"


def test_the_font_has_what_people_write() -> None:
    level_one_and_two = (
        bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
    )
    characters = "".join(code.decode("gb2312", "ignore") for code in level_one_and_two)
    letters = "ABCXYZabcxyz0123456789，。：；？！、（）《》“”‘’…—–·¥％／éüñ"

    assert len(characters) == 6763
    assert [each for each in characters + letters if not can_write(each)] == []
    assert FONT.stat().st_size <= 3 * 1024 * 1024
    assert (FONT.parent / "OFL.txt").is_file()
