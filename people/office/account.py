"""A colleague's own page in the back office, without e-mail, portrait or PIN."""

from __future__ import annotations

from typing import Any, override

from wagtail.admin.views.account import (
    AccountView,
    LocaleSettingsPanel,
    ThemeSettingsPanel,
)
from wagtail.users.models import UserProfile


class OfficeAccountView(AccountView):
    """Language and colours. Name, phone and PIN are on the site's own page, where the lock is."""

    @override
    def get_panels(self) -> list[Any]:
        person = self.request.user
        profile = UserProfile.get_for_user(person)
        return [
            panel(self.request, person, profile)
            for panel in (LocaleSettingsPanel, ThemeSettingsPanel)
        ]
