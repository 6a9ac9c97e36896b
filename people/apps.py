from __future__ import annotations

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user pages, with our forms."""
