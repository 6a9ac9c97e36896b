"""A small site: the list of each kind, as editors have worded it."""

from __future__ import annotations

import pytest

from cms.models import (
    MarketDayIndexPage,
    NoticeIndexPage,
    StoryIndexPage,
    StoryPage,
    SupplierIndexPage,
)
from tests.cms.looking import STORY
from tests.cms.written import a_picture, rewrite, text, write


@pytest.fixture
def suppliers(db: None) -> SupplierIndexPage:
    return rewrite(SupplierIndexPage, title="谁种的", intro="都有来处。")


@pytest.fixture
def market_days(db: None) -> MarketDayIndexPage:
    return rewrite(MarketDayIndexPage, title="集市", intro="一年三回。")


@pytest.fixture
def stories(db: None) -> StoryIndexPage:
    return rewrite(StoryIndexPage, title="邻里故事")


@pytest.fixture
def notices(db: None) -> NoticeIndexPage:
    return rewrite(NoticeIndexPage, title="通知")


@pytest.fixture
def story(stories: StoryIndexPage) -> StoryPage:
    return write(
        stories,
        StoryPage,
        "radishes",
        title=STORY,
        summary="分成三百二十个包。",
        body=[text("<p>红寺堡来的<b>司机</b>姓丁。</p>")],
        picture=a_picture(),
        picture_alt="一车萝卜",
    )
