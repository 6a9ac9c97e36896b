"""What people who keep the register may do, and the names of all roles."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.translation import gettext_lazy as _

ROLES: dict[str, list[str]] = {
    "resident": [],
    "farmer": [],
    "volunteer": [],
    "team_lead": [],
    "cashier": [],
    "worker_a": [
        "wagtailadmin.access_admin",
        "people.view_member",
        "people.add_member",
        "people.change_member",
        "people.confirm_household",
        "people.lift_lock",
        "people.reset_pin",
        "people.ask_to_erase",
        "people.view_household",
        "people.add_building",
        "people.change_building",
        "people.view_building",
        "people.view_community",
        "people.change_servicepoint",
        "people.view_servicepoint",
    ],
    "worker_b": [
        "wagtailadmin.access_admin",
        "people.view_member",
        "people.confirm_household",
        "people.lift_lock",
        "people.reset_pin",
        "people.ask_to_erase",
        "people.erase_member",
        "people.view_building",
        "people.view_community",
        "people.view_servicepoint",
    ],
    "gift_coordinator": [],
    "editor": ["wagtailadmin.access_admin"],
}

NAMES = {
    "resident": _("resident"),
    "farmer": _("farmer"),
    "volunteer": _("volunteer"),
    "team_lead": _("team lead"),
    "cashier": _("cashier"),
    "worker_a": _("community worker A"),
    "worker_b": _("community worker B, who reviews"),
    "gift_coordinator": _("gift coordinator"),
    "editor": _("editor"),
}


def declared_roles() -> Iterator[tuple[str, str]]:
    """Return every role with each permission that some installed app declares for it."""
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.roles") is None:
            continue
        for role, permissions in import_module(f"{app.name}.roles").ROLES.items():
            for permission in permissions:
                yield role, permission
