"""How a page is saved: never over a newer version that its writer has not seen."""

from __future__ import annotations

from typing import Any, override

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

OVERWRITE = "overwrite_newer"
"""The field that the script `office.js` adds once somebody has said so in Wagtail's dialog."""


class CarefulPageForm(WagtailAdminPageForm):
    """Wagtail's own, which warns only once the browser has heard of the newer version.

    Until then, for some seconds, whoever publishes last would win without knowing.
    """

    @override
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.is_overtaken() and OVERWRITE not in self.data:
            writer = self.instance.latest_revision.user
            raise ValidationError(
                _(
                    "%(name)s saved this page while you were writing. Look at it in another "
                    "window; to put yours in its place, press again."
                ),
                params={"name": writer.full_name if writer else _("Somebody")},
            )
        return cleaned

    def is_overtaken(self) -> bool:
        """Say whether somebody else saved the page since this form was opened.

        One's own draft saves itself while one presses publish: then the form does not know of it.
        """
        latest = self.instance.latest_revision
        if latest and latest.user == self.for_user:
            return False
        seen = self.data.get("overwrite_revision_id") or self.data.get("loaded_revision_id")
        if not (latest and seen):
            return False
        if seen != str(latest.pk):
            return True
        loaded_at = self.data.get("loaded_revision_created_at")
        is_own_draft = bool(self.data.get("overwrite_revision_id"))
        return not is_own_draft and loaded_at != latest.created_at.isoformat()
