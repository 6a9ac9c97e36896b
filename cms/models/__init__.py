"""Pages that editors write. What is for sale they show live, from the shop's own queries."""

from cms.models.home import HomePage
from cms.models.market_days import CopiedDay, MarketDayIndexPage, MarketDayPage
from cms.models.review import SecondPairOfEyesTask
from cms.models.stories import (
    NoticeIndexPage,
    NoticePage,
    StandardPage,
    StoryIndexPage,
    StoryPage,
)
from cms.models.suppliers import SupplierIndexPage, SupplierPage

__all__ = [
    "CopiedDay",
    "HomePage",
    "MarketDayIndexPage",
    "MarketDayPage",
    "NoticeIndexPage",
    "NoticePage",
    "SecondPairOfEyesTask",
    "StandardPage",
    "StoryIndexPage",
    "StoryPage",
    "SupplierIndexPage",
    "SupplierPage",
]
