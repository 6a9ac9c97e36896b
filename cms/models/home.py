"""The first page: what is fresh today."""

from __future__ import annotations

from typing import Any, ClassVar, override

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PagePermissionTester, PageViewRestriction

from cms.almanac import day_in_words
from cms.models.editing import CarefulPageForm
from cms.models.review import ReviewedPagePermissions
from cms.models.teasers import site_links, told_on_first_page
from cms.urgent import urgent_goods
from ledger.clock import database_now
from market.produce.http import point_of, points_of
from market.produce.queries import newest_goods

GOODS_SHOWN = 8
"""With large type the page shows the first four of them: a few choices."""


class FirstPagePermissions(ReviewedPagePermissions):
    """Editors rewrite the first page; only administrators take it away, and the site with it."""

    @override
    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return bool(self.user.is_superuser and super().can_delete(ignore_bulk))

    @override
    def can_unpublish(self) -> bool:
        return bool(self.user.is_superuser and super().can_unpublish())

    @override
    def can_move(self) -> bool:
        return bool(self.user.is_superuser and super().can_move())


class HomePage(Page):
    """The first page: what is fresh today, and the promise."""

    headline = models.CharField(_("headline"), max_length=60)
    promise = models.CharField(_("promise"), max_length=120)
    intro = models.TextField(
        _("introduction"), blank=True, help_text=_("A few sentences below the goods.")
    )
    notice = models.CharField(
        _("notice"),
        max_length=160,
        blank=True,
        help_text=_("One sentence above the goods, such as “Closed on 1 January”."),
    )

    # For everybody, always: two questions less to the database on each visit.
    private_page_options: ClassVar[list[str]] = []
    base_form_class: ClassVar = CarefulPageForm
    page_description = _("The first page. Goods and the next market day show by themselves.")
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    # One in each language, and all are there from the start.
    max_count = len(settings.LANGUAGES)
    subpage_types: ClassVar[list[str]] = [
        "cms.SupplierIndexPage",
        "cms.MarketDayIndexPage",
        "cms.StoryIndexPage",
        "cms.NoticeIndexPage",
        "cms.StandardPage",
    ]
    template = "cms/home_page.html"
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("headline", help_text=_("In large type at the top.")),
                FieldPanel("promise", help_text=_("One sentence below the headline.")),
            ],
            heading=_("Top"),
        ),
        FieldPanel("notice"),
        FieldPanel("intro"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return FirstPagePermissions(user, self)

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        return PageViewRestriction.objects.none()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add today, what is on sale where the visitor shops, and what editors wrote."""
        now = database_now()
        point = point_of(request)
        return super().get_context(request, *args, **kwargs) | {
            "today": day_in_words(timezone.localdate(now)),
            "point": point,
            "points": points_of(request),
            "goods": newest_goods(point, now=now, most=GOODS_SHOWN) if point else [],
            "urgent": urgent_goods(point, now=now) if point else [],
            "told": told_on_first_page(),
            "lists": {link.kind: link.url for link in site_links()},
        }
