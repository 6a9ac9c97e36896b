"""The form behind every picture that is put beside words."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.images.forms import BaseImageForm

from market.produce.pictures import PictureField


class PictureForm(BaseImageForm):
    """The form behind every way to hand a picture in. No picture is kept that nobody described."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # The form behind many pictures at once has no file: it was handed in before.
        if "file" in self.fields:
            file = self.fields["file"]
            self.fields["file"] = PictureField(label=file.label, widget=file.widget)
        description = self.fields["description"]
        description.required = True
        description.label = capfirst(_("what the picture shows"))
        description.help_text = _(
            "One sentence, for those who cannot see it. Ask before you show anybody's face, "
            "and never show a door."
        )
        description.error_messages["required"] = _(
            "Say what the picture shows, for those who cannot see it."
        )
