"""Communities, buildings and service points in the back office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from people.models import Building, Community, ServicePoint


class CommunityViewSet(ModelViewSet):
    model = Community
    icon = "home"
    menu_label = _("Communities")
    form_fields = ["code", "name", "name_en", "street"]
    list_display = ["name", "name_en", "street"]
    search_fields = ["name", "name_en"]
    copy_view_enabled = False


class BuildingViewSet(ModelViewSet):
    model = Building
    icon = "table"
    menu_label = _("Buildings")
    form_fields = ["community", "compound", "number", "units", "households_expected"]
    list_display = ["compound", "number", "units", "households_expected", "community"]
    list_filter = ["community"]
    search_fields = ["compound", "number"]


class ServicePointViewSet(ModelViewSet):
    model = ServicePoint
    icon = "site"
    menu_label = _("Service points")
    form_fields = ["community", "name", "name_en", "kind", "hours", "phone"]
    list_display = ["name", "kind", "hours", "phone", "community"]
    list_filter = ["community", "kind"]
    search_fields = ["name", "name_en"]
    copy_view_enabled = False
