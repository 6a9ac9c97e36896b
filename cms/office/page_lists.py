"""A list of pages for each kind of them, so that nobody walks the tree to find one."""

from __future__ import annotations

from typing import Any, ClassVar, override

import django_filters
from django import forms
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page

from cms.models import HomePage, MarketDayPage, NoticePage, StandardPage, StoryPage, SupplierPage
from cms.office import copying
from cms.waiting import fresh_notices, originals
from ledger.clock import database_now

MENU = "pages_menu"
LISTS = {
    "SupplierPage": "supplier-pages",
    "MarketDayPage": "market-day-pages",
    "StoryPage": "story-pages",
    "NoticePage": "notice-pages",
    "StandardPage": "standing-pages",
}
"""Where the list of each kind of page is."""


class PageFilterSet(WagtailFilterSet):
    """Whether a page is up. All pages of a list are in one language."""

    class Meta:
        model = Page
        fields: ClassVar[list[str]] = []

    live = django_filters.ChoiceFilter(
        label=_("Is it up?"),
        choices=[("true", _("Readers see it")), ("false", _("Nobody sees it yet"))],
        widget=forms.RadioSelect,
        empty_label=_("Show all"),
        method="keep_live",
    )

    @override
    def _add_locale_filter(self) -> None:
        """Leave out what would only empty the list."""

    def keep_live(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        return pages.filter(live=value == "true")


class NoticeFilterSet(PageFilterSet):
    fresh = django_filters.ChoiceFilter(
        label=_("How new?"),
        choices=[("true", _("New these three days, and still holds"))],
        widget=forms.RadioSelect,
        empty_label=_("Show all"),
        method="keep_fresh",
    )

    def keep_fresh(self, pages: QuerySet[Page], _name: str, _value: str) -> QuerySet[Page]:
        return pages.filter(pk__in=fresh_notices(database_now()).values("pk"))


class MarketDayFilterSet(PageFilterSet):
    class Meta:
        model = MarketDayPage
        fields: ClassVar[list[str]] = ["series"]


class StatusColumn(BaseColumn):
    """Whether readers see the page, and the way to it."""

    cell_template_name = "cms/office/status_cell.html"


class EnglishColumn(BaseColumn):
    """How far the English is, and the way to it."""

    cell_template_name = "cms/office/english_cell.html"

    @override
    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return context | {"list_url": list_url(type(instance))}


class CopyColumn(BaseColumn):
    """One press makes next year's market day."""

    cell_template_name = "cms/office/copy_cell.html"


class DayColumn(Column):
    """A day of the calendar. Wagtail's says how long ago it was, and “just now” of days to come."""

    @override
    def get_value(self, instance: Any) -> str:
        day = super().get_value(instance)
        return date_format(day, "DATE_FORMAT") if day else "—"


def edit_url(page: Page) -> str:
    """Return the form of a page, which leads back to its list once it is saved."""
    return f"{reverse('wagtailadmin_pages:edit', args=[page.pk])}?next={list_url(type(page))}"


def list_url(kind: type[Page]) -> str:
    """Return the list of a kind of pages; of others, the first page of the office."""
    name = LISTS.get(kind.__name__)
    return reverse(f"{name}:index") if name else reverse("wagtailadmin_home")


TITLE = TitleColumn("draft_title", label=_("Title"), sort_key="title", get_url=edit_url)
STATUS = StatusColumn("live", label=_("Is it up?"), sort_key="live")
ENGLISH = EnglishColumn("english", label=_("In English"))
CHANGED = DateColumn(
    "latest_revision_created_at", label=_("Last changed"), sort_key="latest_revision_created_at"
)


class PageIndexView(IndexView):
    """The pages of one kind as they are written, in Chinese; the English stands beside them."""

    results_template_name = "cms/office/page_list_results.html"
    table_classname = "listing"
    show_locale_labels = False

    @override
    def annotate_queryset(self, pages: Any) -> Any:
        """Read all that the rows show at once. Wagtail asks page by page for its own buttons."""
        english = (
            Page.objects.filter(translation_key=OuterRef("translation_key"))
            .exclude(locale=OuterRef("locale"))
            .annotate(is_translated=ExpressionWrapper(Q(alias_of=None), BooleanField()))
        )
        return (
            pages.filter(pk__in=originals(self.model).values("pk"))
            .select_related("locale")
            .defer_streamfields()
            .prefetch_workflow_states()
            .annotate_approved_schedule()
            .annotate(
                english_id=Subquery(english.values("pk")[:1]),
                english_is_translated=Subquery(english.values("is_translated")[:1]),
                english_is_live=Subquery(english.values("live")[:1]),
            )
        )

    @override
    def search_queryset(self, queryset: QuerySet[Page]) -> QuerySet[Page]:
        """Find any part of a title: Wagtail's search finds only the beginnings of words."""
        if not self.is_searching:
            return queryset
        return queryset.filter(draft_title__icontains=self.search_query)

    @override
    def get_ordering(self) -> str:
        wanted: str = self.request.GET.get("ordering", self.default_ordering)
        return wanted if wanted in self.get_valid_orderings() else self.default_ordering

    @override
    def order_queryset(self, queryset: QuerySet[Page]) -> QuerySet[Page]:
        name = self.ordering.removeprefix("-")
        column = F(name)
        in_order = (
            column.desc(nulls_last=True)
            if self.ordering[:1] == "-"
            else column.asc(nulls_first=True)
        )
        return queryset.order_by(in_order, "-pk")

    @override
    def get_add_url(self) -> str | None:
        """Lead straight to the form, below the list where such a page belongs."""
        (kind,) = self.model.allowed_parent_page_models()
        parent = originals(kind).order_by("path").first()
        if parent is None or not parent.permissions_for_user(self.request.user).can_add_subpage():
            return None
        kind_name = self.model.__name__.lower()
        form = reverse("wagtailadmin_pages:add", args=["cms", kind_name, parent.pk])
        return f"{form}?next={list_url(self.model)}"


class MarketDayIndexView(PageIndexView):
    @override
    def annotate_queryset(self, pages: Any) -> Any:
        """Say of each whether it is over: last year's is what one copies."""
        is_over = Q(held_on__lt=timezone.localdate(database_now()))
        return (
            super()
            .annotate_queryset(pages)
            .select_related("copied_to")
            .annotate(is_over=ExpressionWrapper(is_over, BooleanField()))
        )

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """Offer copies to those who may add market days."""
        columns: list[BaseColumn] = super().columns
        return [each for each in columns if self.add_url or not isinstance(each, CopyColumn)]


class PagesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(user_has_any_page_permission(request.user))


class PagesOfAKind(PageListingViewSet):
    """What the lists share."""

    index_view_class = PageIndexView
    filterset_class = PageFilterSet
    list_display: ClassVar = [TITLE, ENGLISH, STATUS, CHANGED]
    ordering = "-latest_revision_created_at"
    menu_item_class = PagesMenuItem


class SupplierPages(PagesOfAKind):
    model = SupplierPage
    name = LISTS["SupplierPage"]
    menu_label = pgettext_lazy("pages", "Suppliers")
    icon = "group"
    ordering = "draft_title"


class MarketDayPages(PagesOfAKind):
    model = MarketDayPage
    name = LISTS["MarketDayPage"]
    menu_label = pgettext_lazy("pages", "Market days")
    icon = "calendar-alt"
    index_view_class = MarketDayIndexView
    filterset_class = MarketDayFilterSet
    ordering = "-held_on"
    list_display: ClassVar = [
        TITLE,
        DayColumn("held_on", label=pgettext_lazy("column", "date"), sort_key="held_on"),
        Column("get_series_display", label=pgettext_lazy("column", "series"), sort_key="series"),
        ENGLISH,
        STATUS,
        CopyColumn("copy", label=_("Next year")),
    ]

    @override
    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("copy/<int:pk>/", copying.copy, name="copy")]


class StoryPages(PagesOfAKind):
    model = StoryPage
    name = LISTS["StoryPage"]
    menu_label = pgettext_lazy("pages", "Stories")
    icon = "openquote"
    ordering = "-written_on"
    list_display: ClassVar = [
        TITLE,
        DayColumn("written_on", label=pgettext_lazy("column", "date"), sort_key="written_on"),
        ENGLISH,
        STATUS,
        CHANGED,
    ]


class NoticePages(StoryPages):
    model = NoticePage
    name = LISTS["NoticePage"]
    menu_label = pgettext_lazy("pages", "Notices")
    icon = "info-circle"
    filterset_class = NoticeFilterSet
    list_display: ClassVar = [
        TITLE,
        DayColumn("written_on", label=pgettext_lazy("column", "date"), sort_key="written_on"),
        DayColumn("expire_at", label=_("Comes down"), sort_key="expire_at"),
        ENGLISH,
        STATUS,
    ]


class StandardPages(PagesOfAKind):
    model = StandardPage
    name = LISTS["StandardPage"]
    menu_label = pgettext_lazy("pages", "Standing pages")
    icon = "doc-full"
    ordering = "draft_title"


class PagesViewSetGroup(ViewSetGroup):
    """One menu for all that is written, in the place of Wagtail's tree of pages."""

    menu_label = pgettext_lazy("pages", "Pages")
    menu_name = "pages"
    menu_icon = "folder-open-inverse"
    menu_order = 800
    submenu_hook = MENU
    items = (SupplierPages, MarketDayPages, StoryPages, NoticePages, StandardPages)


def home_menu_item() -> MenuItem:
    """Lead to the form of the first page."""
    home = originals(HomePage).order_by("path").first()
    address = edit_url(home) if home else reverse("wagtailadmin_explore_root")
    return PagesMenuItem(_("Home page"), address, name="home-page", icon_name="home", order=-1)


def tree_menu_item() -> MenuItem:
    """Lead to Wagtail's tree of pages: for the lists themselves, for order, for English."""
    address = reverse("wagtailadmin_explore_root")
    return PagesMenuItem(_("All pages"), address, name="all-pages", icon_name="folder", order=900)
