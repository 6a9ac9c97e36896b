"""Market days (“乐活”公益集市): three a year, each with a theme."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar, NamedTuple, override

from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.almanac import day_in_words
from cms.blocks import ProgrammeBlock, StallsBlock, chosen
from cms.models.public import BODY_PANEL, FOR_LISTS, IndexPage, WrittenPage, with_pictures
from ledger.clock import database_now
from market.orders.queries import figures_of_day
from market.produce.goods import Good
from market.produce.http import points_of
from market.produce.queries import goods_of_suppliers, names_of_suppliers
from people.models import ServicePoint


class Stall(NamedTuple):
    """A stall as visitors see it.

    Args:
        supplier: its name in the language of the page; nothing once the supplier is gone.
    """

    number: str
    supplier: str
    note: str
    goods: list[Good]


class MarketDayIndexPage(IndexPage):
    """All market days: what comes, then what was."""

    page_description = _("Lists the market days: first those to come, then those that were.")
    subpage_types: ClassVar[list[str]] = ["cms.MarketDayPage"]
    template = "cms/market_day_index_page.html"

    class Meta:
        verbose_name = _("list of market days")
        verbose_name_plural = _("lists of market days")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the days to come, the next first, and those that were, the latest first."""
        today = timezone.localdate(database_now())
        pages = with_pictures(MarketDayPage.objects.child_of(self).live()).order_by("held_on")
        days = list(pages)
        return super().get_context(request, *args, **kwargs) | {
            "coming": [page for page in days if page.held_on >= today],
            "past": [page for page in reversed(days) if page.held_on < today],
        }


class MarketDayPage(WrittenPage):
    """One market day: before it a promise, during it a guide, after it an account."""

    class Series(models.TextChoices):
        FARM_MEETS_COMMUNITY = "farm_meets_community", _("farm meets community")
        LOVE_FOR_LOVE = "love_for_love", _("love for love")
        NEW_YEAR_FAIR = "new_year_fair", _("New Year goods fair")

    class Phase(models.TextChoices):
        BEFORE = "before", _("to come")
        DURING = "during", _("going on")
        AFTER = "after", _("over")

    series = models.CharField(_("series"), max_length=24, choices=Series)
    theme = models.CharField(_("theme"), max_length=80)
    held_on = models.DateField(_("date"))
    opens_time = models.TimeField(_("opens"), default=datetime.time(9))
    closes_time = models.TimeField(_("closes"), default=datetime.time(16))
    service_point = models.ForeignKey(
        "people.ServicePoint", models.PROTECT, related_name="+", verbose_name=_("service point")
    )
    place_note = models.CharField(
        _("where exactly"),
        max_length=160,
        blank=True,
        help_text=_("Such as “in front of block 8”."),
    )
    programme = StreamField(
        ProgrammeBlock(), verbose_name=_("programme"), blank=True,
        help_text=_("In the order of the day. What is on shows by itself."),
    )  # fmt: skip
    stalls = StreamField(
        StallsBlock(), verbose_name=_("stalls"), blank=True,
        help_text=_("Goods, prices and “sold out” come from the shop."),
    )  # fmt: skip
    bring = models.TextField(_("what to bring"), blank=True, help_text=_("One thing on each line."))
    rain_plan = models.CharField(_("if it rains"), max_length=240, blank=True)
    visitors = models.PositiveIntegerField(
        _("visitors"), null=True, blank=True,
        help_text=_("Counted on the day. Weight, money and households come from the books."),
    )  # fmt: skip

    page_description = _(
        "One day of the market. Goods, prices and what is sold out come from the shop. "
        "There was one last year? Copy it in the list of market days."
    )
    parent_page_types: ClassVar[list[str]] = ["cms.MarketDayIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    searched = [*WrittenPage.searched, "place_note", "programme", "stalls", "bring", "rain_plan"]
    template = "cms/market_day_page.html"
    # What changes each year first, then what stays, and last what comes once it is over.
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("held_on"),
                        FieldPanel("opens_time"),
                        FieldPanel("closes_time"),
                    ]
                ),
                FieldRowPanel(
                    [
                        FieldPanel(
                            "service_point",
                            help_text=_("What is ordered ahead is collected here."),
                        ),
                        FieldPanel("place_note"),
                    ]
                ),
            ],
            heading=_("When and where"),
            help_text=_("Lunar date and solar term show by themselves."),
        ),
        FieldPanel("stalls"),
        FieldPanel("programme"),
        MultiFieldPanel(
            [
                FieldPanel("bring"),
                FieldPanel(
                    "rain_plan", help_text=_("Where it moves to or on which day, and who says so.")
                ),
            ],
            heading=_("Good to know"),
        ),
        FieldRowPanel(
            [
                FieldPanel("series", help_text=_("Which of the three a year.")),
                FieldPanel("theme", help_text=_("What this one is about.")),
            ],
            heading=_("Series and theme"),
        ),
        FOR_LISTS,
        BODY_PANEL,
        MultiFieldPanel(
            [FieldPanel("visitors")], heading=_("Once it is over"), classname="collapsed"
        ),
    ]

    class Meta:
        verbose_name = _("market day")
        verbose_name_plural = _("market days")
        constraints = [
            models.CheckConstraint(
                name="market_day_closes_after_it_opens",
                condition=Q(closes_time__gt=F("opens_time")),
                violation_error_message=_("Give a time to close that is after it opens."),
            ),
        ]

    @property
    def opens_at(self) -> datetime.datetime:
        """The moment it begins."""
        return timezone.make_aware(datetime.datetime.combine(self.held_on, self.opens_time))

    @property
    def closes_at(self) -> datetime.datetime:
        """The moment it ends."""
        return timezone.make_aware(datetime.datetime.combine(self.held_on, self.closes_time))

    @property
    def day_in_words(self) -> str:
        """The day in the language of the page, with its lunar date in Chinese."""
        return day_in_words(self.held_on)

    def phase(self, now: datetime.datetime) -> str:
        """Return whether it is to come, on, or over."""
        if now < self.opens_at:
            return self.Phase.BEFORE
        return self.Phase.DURING if now < self.closes_at else self.Phase.AFTER

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the goods of the stalls, what is on, and once it is over what came of it."""
        now = database_now()
        phase, point = self.phase(now), self.sold_at(request)
        return super().get_context(request, *args, **kwargs) | {
            "phase": phase,
            "time_now": timezone.localtime(now).time(),
            "point": point,
            "stands": self._stands(point, now),
            "figures": figures_of_day(point, self.held_on) if phase == self.Phase.AFTER else None,
        }

    @override
    def searched_titles(self) -> list[str]:
        """Add its theme."""
        return [*super().searched_titles(), self.theme]

    @override
    def sold_at(self, request: HttpRequest) -> ServicePoint:
        """Return the market's own point: its text speaks of what is sold there."""
        remembered = {point.pk: point for point in points_of(request)}
        point: ServicePoint = remembered.get(self.service_point_id) or self.service_point
        return point

    def _stands(self, point: ServicePoint, now: datetime.datetime) -> list[Stall]:
        """Return the stalls with what they have right now; once it is over, without."""
        suppliers = chosen(self.stalls, "stall", "supplier")
        over = self.phase(now) == self.Phase.AFTER
        goods = {} if over else goods_of_suppliers(point, suppliers, now=now)
        names = names_of_suppliers() if suppliers else {}
        return [
            Stall(
                number=row["value"]["number"],
                supplier=names.get(row["value"]["supplier"], ""),
                note=row["value"].get("note") or "",
                goods=goods.get(row["value"]["supplier"], []),
            )
            for row in self.stalls.raw_data
        ]


class CopiedDay(models.Model):
    """That one market day was made from another, so that a second press makes no second copy.

    A row of its own and no column: revisions and translations of a page carry its columns along.
    """

    original = models.OneToOneField(MarketDayPage, models.CASCADE, related_name="copied_to")
    copy = models.OneToOneField(MarketDayPage, models.CASCADE, related_name="copied_from")

    class Meta:
        verbose_name = _("copied market day")
        verbose_name_plural = _("copied market days")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.original_id} → {self.copy_id}"
