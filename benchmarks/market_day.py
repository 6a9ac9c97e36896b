"""Requests a second of a market day on one worker, beside Wagtail's own page.

The market day has twelve stalls, sixty goods and their live stock; the peer
(`benchmarks/plain`) twelve sections and nothing of the market.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from io import BytesIO

from django.apps import apps
from django.core.files.images import ImageFile
from django.db import connection
from django.utils import timezone
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail.models import Page

from benchmarks.figures import in_turn, middle, table, verdict
from benchmarks.village import Village
from benchmarks.visitors import Browser, Figure, analyse, questions, take
from cms.models import HomePage, MarketDayIndexPage, MarketDayPage
from ledger.clock import database_now
from market.produce.models import Supplier

ROUNDS = 9
"""More than elsewhere: what is compared lies close together."""
SECTIONS = 12
STALLS = {"twelve": 12, "two": 2}
GOODS_OF_A_STALL = 5
QUERIES_MOST = 20
LEAST = 1.0
DAY = datetime.timedelta(days=1)
WHEN = {"to come": DAY, "on": 0 * DAY, "over": -DAY}


def main() -> None:
    show(Village())


def show(village: Village) -> None:
    """Write the pages, take the figures and print them."""
    peer, addresses = _write_pages(village)
    _check(peer, addresses)
    analyse()
    guest = Browser()
    takes: dict[str, Callable[[], Figure]] = {
        address: partial(take, guest, address) for address in (peer, *addresses.values())
    }
    taken = in_turn(takes, rounds=ROUNDS)
    rates = {address: middle([each.a_second for each in taken[address]]) for address in taken}
    cpu = {address: middle([each.cpu_ms for each in taken[address]]) for address in taken}
    asked = {address: questions(guest, address) for address in taken}
    weights = {address: len(guest.get(address)) for address in taken}
    rows = [
        [name, rates[address], rates[address] / rates[peer], cpu[address], asked[address],
         weights[address], _verdict(name, rates[address] / rates[peer], asked[address])]
        for name, address in {"Wagtail's own page": peer, **addresses}.items()
    ]  # fmt: skip
    table(
        f"A market day for a guest, on one worker: {connection.display_name}",
        ["", "a second", "of Wagtail's own", "CPU ms", "queries", "bytes", "bar"],
        rows,
    )
    few, many = (asked[addresses[f"to come, {count} stalls"]] for count in ("two", "twelve"))
    print(f"\nQueries with 2 and with 12 stalls: {few} and {many} ({verdict(holds=few == many)}).")


def _verdict(name: str, share: float, asked: int) -> str:
    if name.endswith("two stalls") or "," not in name:
        return ""
    return verdict(holds=share >= LEAST and asked <= QUERIES_MOST)


def _write_pages(village: Village) -> tuple[str, dict[str, str]]:
    """Publish the peer and the market days, as deep as each other; return their addresses."""
    home = HomePage.objects.get(locale__language_code="zh-hans")
    pictures = [_picture(number) for number in range(SECTIONS)]
    days = MarketDayIndexPage.objects.child_of(home).first()
    if days is None:
        days = _publish(home, MarketDayIndexPage(title="集市", slug="market-days"))
    plain = _plain_pages()
    above = _publish(home, plain(title="页", slug="plain", body=[]))
    _publish(above, plain(title="一页", slug="page", body=_sections(pictures)))
    suppliers = village.settle_farmers(max(STALLS.values()))
    for number, supplier in enumerate(suppliers):
        village.fill_shelf(
            GOODS_OF_A_STALL, at=village.elsewhere, prefix=f"M{number}", supplier=supplier
        )
    addresses: dict[str, str] = {}
    for when, later in WHEN.items():
        for words, count in STALLS.items():
            name = f"{when}, {words} stalls"
            page = _market_day(village, later, pictures[0], suppliers[:count])
            page.slug = f"day-{len(addresses)}"
            addresses[name] = f"/{days.slug}/{_publish(days, page).slug}/"
    return "/plain/page/", addresses


def _plain_pages() -> type[Page]:
    """Return the peer's kind of page, with a table made for it: its app has no migrations."""
    model: type[Page] = apps.get_app_config("plain").get_model("PlainPage")
    with connection.schema_editor() as editor:
        editor.create_model(model)
    return model


def _sections(pictures: list[Image]) -> list[dict[str, object]]:
    text = "<p>旱地里种出来的小米，<b>自己碾</b>、自己装。</p>"
    return [
        {
            "type": "section",
            "value": {"heading": f"第{number}段", "text": text, "picture": picture.pk},
        }
        for number, picture in enumerate(pictures, start=1)
    ]


def _market_day(
    village: Village, later: datetime.timedelta, picture: Image, suppliers: list[Supplier]
) -> MarketDayPage:
    act = {"from_time": "09:00", "until_time": "11:00", "what": "免费义诊", "places": 60}
    text = "<h2>来赶集</h2><p>一趟办齐，<b>卖多少给农户多少</b>。</p>"
    return MarketDayPage(
        title="年货大集",
        summary="一趟办齐。",
        picture=picture,
        picture_alt="一排摊位",
        series=MarketDayPage.Series.NEW_YEAR_FAIR,
        theme="年货大集",
        held_on=timezone.localdate(database_now()) + later,
        opens_time=datetime.time(0),
        closes_time=datetime.time(23, 59, 59),
        service_point=village.elsewhere,
        programme=[{"type": "act", "value": act}] * 5,
        stalls=[
            {"type": "stall", "value": {"number": str(number), "supplier": supplier.pk, "note": ""}}
            for number, supplier in enumerate(suppliers, start=1)
        ],
        body=[{"type": "text", "value": text}],
        bring="布袋\n零钱",
        rain_plan="挪到活动室。",
        visitors=620,
    )


def _publish[Written: Page](parent: Page, page: Written) -> Written:
    page.locale = parent.locale
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _picture(number: int) -> Image:
    drawn = BytesIO()
    Picture.new("RGB", (1600, 1000), "darkgreen").save(drawn, "PNG")
    file = ImageFile(BytesIO(drawn.getvalue()), name=f"stall-{number}.png")
    picture: Image = Image.objects.create(title="摊位", description="一排摊位", file=file)
    return picture


def _check(peer: str, addresses: dict[str, str]) -> None:
    """Make sure that both show what they are measured for, to a guest."""
    guest = Browser()
    plain = guest.get(peer).decode()
    assert plain.count("<h2>") == plain.count("<img ") == SECTIONS
    for name, address in addresses.items():
        page = guest.get(address).decode()
        stalls = STALLS[name.split()[-2]]
        assert page.count('class="stall__number"') == stalls
        assert page.count("<form method") - 1 == ("over" not in name) * stalls * GOODS_OF_A_STALL


if __name__ == "__main__":
    main()
