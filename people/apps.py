from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"
    default = True

    def ready(self) -> None:
        # Once, for the last app that is told: only then do the permissions of all exist.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(_set_up_roles, sender=last, dispatch_uid="people.roles")


def _set_up_roles(**kwargs: Any) -> None:
    """Make the roles of all apps, unless this is a migration back to before there were any."""
    try:
        kwargs["apps"].get_model("people", "Member")
        kwargs["apps"].get_model("wagtailadmin", "Admin")
    except LookupError:
        return
    # By name, since models cannot be imported before all apps are ready.
    import_string("people.actions.set_up_roles.set_up_roles")()


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user pages, with our forms and our rules."""

    user_viewset = "people.office.members.MemberViewSet"

    def ready(self) -> None:
        # Imported by name: both need models, which are not there when this file is read.
        register_permission_policy = import_string("wagtail.permissions.register_permission_policy")
        policy = import_string("people.office.policies.NeverDeletePolicy")
        member = apps.get_model("people", "Member")
        register_permission_policy(member, policy(member))
        register_permission_policy(apps.get_model("auth", "Group"))
