"""The back office as a whole: what its menus offer, and in which order."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

UNUSED = {
    "documents",
    "snippets",
    "help",
    "workflows",
    "workflow-tasks",
    "collections",
    "aging-pages",
    "page-types-usage",
}
"""Menu entries of Wagtail's that nobody here needs."""

AFTER_OUR_OWN = {"explorer": 800, "images": 810}
"""Daily work comes first: goods, orders, people. Words and pictures follow."""


@hooks.register("construct_main_menu")
@hooks.register("construct_settings_menu")
@hooks.register("construct_reports_menu")
def tidy_menu(_request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out what is not used, and put the rest in the order of a working day."""
    menu_items[:] = [entry for entry in menu_items if entry.name not in UNUSED]
    for entry in menu_items:
        entry.order = AFTER_OUR_OWN.get(entry.name, entry.order)
