"""What an editor tells: stories, notices, and pages that stand for long."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.models.public import IndexPage, WrittenPage, with_pictures


class StandardPage(WrittenPage):
    """A page that stands for long: who we are, how to buy."""

    page_description = _(
        "A page that stays as it is for long: who we are, how to buy, how to become a volunteer."
    )
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "cms/written_page.html"

    class Meta:
        verbose_name = _("standing page")
        verbose_name_plural = _("standing pages")


class DatedPage(WrittenPage):
    """A page of one day."""

    written_on = models.DateField(_("date"), default=datetime.date.today)

    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("written_on", help_text=_("The latest stands first in the list.")),
        *WrittenPage.content_panels[len(Page.content_panels) :],
    ]

    class Meta:
        abstract = True


class StoryIndexPage(IndexPage):
    """All stories, the latest first."""

    page_description = _("Lists the stories, the latest first.")
    subpage_types: ClassVar[list[str]] = ["cms.StoryPage"]
    template = "cms/dated_index_page.html"

    class Meta:
        verbose_name = _("list of stories")
        verbose_name_plural = _("lists of stories")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        pages = StoryPage.objects.child_of(self).live().order_by("-written_on", "-path")
        return super().get_context(request, *args, **kwargs) | {"pages": with_pictures(pages)}


class StoryPage(DatedPage):
    """Something that happened in the neighbourhood."""

    page_description = _(
        "Something that happened here, with pictures. Name nobody who has not agreed."
    )
    parent_page_types: ClassVar[list[str]] = ["cms.StoryIndexPage"]
    template = "cms/written_page.html"

    class Meta:
        verbose_name = pgettext_lazy("a page", "story")
        verbose_name_plural = _("stories")


class NoticeIndexPage(IndexPage):
    """All notices that still hold, the latest first."""

    page_description = _("Lists the notices that still hold, the latest first.")
    subpage_types: ClassVar[list[str]] = ["cms.NoticePage"]
    template = "cms/dated_index_page.html"

    class Meta:
        verbose_name = _("list of notices")
        verbose_name_plural = _("lists of notices")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        pages = NoticePage.objects.child_of(self).live().order_by("-written_on", "-path")
        return super().get_context(request, *args, **kwargs) | {"pages": with_pictures(pages)}


class NoticePage(DatedPage):
    """Something everybody should know for a while. When it is to go is set with publishing."""

    page_description = _(
        "Something everybody should know for a while. Set under “Schedule” on which day it goes."
    )
    parent_page_types: ClassVar[list[str]] = ["cms.NoticeIndexPage"]
    template = "cms/written_page.html"

    class Meta:
        verbose_name = _("notice page")
        verbose_name_plural = _("notice pages")
