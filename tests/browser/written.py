"""A page of each kind that editors write, with every block, for a browser to look at."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from cms.models import (
    MarketDayIndexPage,
    MarketDayPage,
    NoticeIndexPage,
    NoticePage,
    StoryIndexPage,
    StoryPage,
    SupplierIndexPage,
    SupplierPage,
)
from ledger.clock import database_now
from market.produce.models import Listing
from tests.cms.written import Row, a_picture, block, home, rewrite, text, write


def every_block(listing: Listing) -> list[Row]:
    """Return a text that uses each block once."""
    picture = {"image": a_picture().pk, "alt_text": "一车萝卜", "decorative": False}
    card = {"title": "首页", "text": "看今天有啥", "page": home().pk}
    return [
        text(
            "<h2>活儿按顺手的分</h2><p>谁<b>顺手</b>谁来。</p><ul><li>选种</li><li>分拣</li></ul>"
        ),
        block("picture", picture=picture, caption="洗好晾干再装袋。"),
        block("announcement", kind="warning", text="明天降温，早点来取。"),
        block("price_tag", product=listing.product_id),
        block("steps", steps=[{"title": "挑", "text": "写斤数。"}, {"title": "取", "text": ""}]),
        block("dos_and_donts", dos=["带个布袋"], donts=["别把车停在摊位前"]),
        block("expander", title="没有手机怎么买？", text="<p>打电话，或者走进来说一声。</p>"),
        block("cards", cards=[card, card]),
        block("figures", figures=[{"number": "320", "unit": "包", "label": "爱心蔬菜包"}]),
        block("thanks", text="晚上就炖上了。", said_by="7号楼 丁**"),
    ]


def _fair(listing: Listing, held_on: datetime.date) -> dict[str, Any]:
    """Return a market day from midnight to midnight, with everything one can say of it."""
    act = block("act", from_time="00:00", until_time="23:59:59", what="免费义诊", places=60)
    return {
        "title": "年货大集",
        "series": MarketDayPage.Series.NEW_YEAR_FAIR,
        "theme": "年货大集",
        "held_on": held_on,
        "opens_time": datetime.time(0),
        "closes_time": datetime.time(23, 59, 59),
        "service_point": listing.service_point,
        "programme": [act],
        "stalls": [
            block("stall", number="1", supplier=listing.product.supplier_id, note="现场擦丝")
        ],
        "bring": "布袋\n零钱",
        "rain_plan": "挪到活动室。",
        "visitors": 620,
    }


def write_pages(listing: Listing) -> None:
    """Publish a list and a page of each kind; market days before, during and after."""
    supplier = listing.product.supplier
    shared = {"summary": "种得仔细，装得整齐。", "picture": a_picture(), "picture_alt": "一车萝卜"}
    suppliers = rewrite(SupplierIndexPage, title="谁种的", intro="都有来处。")
    write(
        suppliers,
        SupplierPage,
        "hongsibu",
        title="红寺堡助残种植组（样例）",
        supplier=supplier,
        seasons=[block("season", what="萝卜", months=["9", "10", "11"])],
        how_it_helps="<p>一斤萝卜农户到手七毛。</p>",
        **shared,
    )
    days = rewrite(MarketDayIndexPage, title="集市")
    today = timezone.localdate(database_now())
    for slug, days_on in {"fair": 0, "coming": 1, "past": -1}.items():
        held_on = today + datetime.timedelta(days=days_on)
        write(days, MarketDayPage, slug, **_fair(listing, held_on), **shared)
    english = MarketDayIndexPage.objects.get(locale__language_code="en")
    write(english, MarketDayPage, "fair", **_fair(listing, today), **shared)
    stories = rewrite(StoryIndexPage, title="邻里故事")
    write(stories, StoryPage, "packs", title="一车萝卜", body=every_block(listing), **shared)
    notices = rewrite(NoticeIndexPage, title="通知")
    write(notices, NoticePage, "cold", title="要降温", summary="这几天早截单。")
