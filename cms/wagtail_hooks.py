"""The back office as a whole: what its menus offer, and in which order."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.base import ViewSet
from wagtail.contrib.search_promotions.views import IndexView as Recommendations
from wagtail.contrib.search_promotions.wagtail_hooks import SearchPicksMenuItem
from wagtail_localize.views.report import TranslationsReportFilterSet

from cms.choosers import building_chooser, product_chooser, supplier_chooser
from cms.office.action_menu import first_things_first
from cms.office.copying import header_button
from cms.office.help import ten_pictures
from cms.office.page_lists import MENU, PagesViewSetGroup, home_menu_item, tree_menu_item
from cms.office.today import TodayPanel
from cms.uploads import AddPicturesView
from market.produce.pictures import too_large
from people.http import MemberRequest

UNUSED = {
    "explorer",
    "documents",
    "snippets",
    "help",
    "workflows",
    "workflow-tasks",
    "collections",
    "aging-pages",
    "page-types-usage",
    "promoted-search-results",
    "search-terms",
}
"""Menu entries of Wagtail's that nobody here needs, or that stand in the menu of pages."""

SAID_BY_TODAY = {"workflow_objects_to_moderate", "user_objects_in_workflow_moderation"}
"""Panels of Wagtail's first page that ours stands for."""

AFTER_OUR_OWN = {"images": 810}
"""Daily work comes first: goods, orders, people. Words and pictures follow."""

# wagtail-localize gives these two no label, only the English name of a column.
REPORT_FILTERS = TranslationsReportFilterSet.base_filters
REPORT_FILTERS["source_locale"].label = _("Translated from")
REPORT_FILTERS["target_locale"].label = _("Translated into")

# Nobody counts what is looked for.
Recommendations.columns = [each for each in Recommendations.columns if each.name != "views"]


@hooks.register("construct_main_menu")
@hooks.register("construct_settings_menu")
@hooks.register("construct_reports_menu")
def tidy_menu(_request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out what is not used, and put the rest in the order of a working day."""
    menu_items[:] = [entry for entry in menu_items if entry.name not in UNUSED]
    for entry in menu_items:
        entry.order = AFTER_OUR_OWN.get(entry.name, entry.order)


hooks.register("construct_page_action_menu", first_things_first)
hooks.register("register_page_header_buttons", header_button)
hooks.register(MENU, home_menu_item)
hooks.register(MENU, tree_menu_item)


@hooks.register(MENU)
def recommendations() -> MenuItem:
    """Put what the search recommends where editors look for pages."""
    address = reverse("wagtailsearchpromotions:index")
    return SearchPicksMenuItem(
        _("Search recommendations"), address, name="recommendations", icon_name="pick", order=890
    )


@hooks.register("register_admin_urls")
def help_address() -> list[URLPattern]:
    return [path("help/", ten_pictures, name="help")]


@hooks.register("register_admin_menu_item")
def help_item() -> MenuItem:
    """Show how it is done, in reach of everybody who works here."""
    return MenuItem(
        _("How it is done"), reverse("help"), name="how-to", icon_name="help", order=9000
    )


@hooks.register("register_admin_viewset")
def choosers() -> list[ViewSet]:
    return [supplier_chooser, product_chooser, building_chooser]


@hooks.register("register_admin_viewset")
def pages() -> PagesViewSetGroup:
    return PagesViewSetGroup()


# Before Wagtail's own, which keeps photos as they came.
@hooks.register("register_admin_urls", order=-1)
def many_pictures() -> list[URLPattern]:
    return [path("images/multiple/add/", AddPicturesView.as_view(), name="add_pictures")]


@hooks.register("construct_homepage_summary_items", order=1000)
def tidy_summary(_request: HttpRequest, summary_items: list[SummaryItem]) -> None:
    """Leave out how many pages and pictures there are: nobody works by that."""
    summary_items.clear()


@hooks.register("construct_homepage_panels")
def today(request: MemberRequest, panels: list[Component]) -> None:
    """Put first what waits today. What waits of pages it says itself, and with whose word."""
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") not in SAID_BY_TODAY]
    panels.insert(0, TodayPanel(request.user))


@hooks.register("insert_global_admin_css")
def colours() -> SafeString:
    """Give the office the colours of the site."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/office.css"))


@hooks.register("insert_global_admin_js")
def office_script() -> SafeString:
    """Refuse a picture that is too large before it is sent; say what was confirmed."""
    most = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
    return format_html(
        '<script src="{}" data-most="{}" data-refusal="{}"></script>',
        static("js/office.js"),
        most,
        too_large(filesizeformat(most)),
    )
