"""A small site: an index of each kind, below the home page."""

from __future__ import annotations

import pytest

from cms.models import MarketDayIndexPage, NoticeIndexPage, StoryIndexPage, SupplierIndexPage
from tests.cms.written import home, write


@pytest.fixture
def suppliers(db: None) -> SupplierIndexPage:
    return write(home(), SupplierIndexPage, "suppliers", title="谁种的", intro="都有来处。")


@pytest.fixture
def market_days(db: None) -> MarketDayIndexPage:
    return write(home(), MarketDayIndexPage, "market-days", title="集市", intro="一年三回。")


@pytest.fixture
def stories(db: None) -> StoryIndexPage:
    return write(home(), StoryIndexPage, "stories", title="邻里故事")


@pytest.fixture
def notices(db: None) -> NoticeIndexPage:
    return write(home(), NoticeIndexPage, "notices", title="通知")
