"""Pictures that staff hand in: looked at before they are drawn, and kept without their secrets."""

from __future__ import annotations

from io import BytesIO
from typing import Any, override

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image as Picture
from PIL import ImageOps, UnidentifiedImageError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.images.models import Image

KEPT = ("icc_profile", "transparency")
"""What a picture says beside its pixels and is kept: its colours. Not where it was taken."""

FORMATS = ("JPEG", "PNG", "WEBP")
"""What is looked into at all. A JPEG with a preview in it, as phones make them, is an MPO."""

NOT_A_PICTURE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    Picture.DecompressionBombError,
    Picture.DecompressionBombWarning,
)


class PictureField(WagtailImageField):
    """Wagtail's field draws a picture to count its pixels; a few kilobytes may hold a gigabyte."""

    @override
    def to_python(self, data: Any) -> Any:
        if not isinstance(data, UploadedFile):
            return super().to_python(data)
        self.check_image_file_size(data)
        try:
            with Picture.open(data, formats=FORMATS) as picture:
                self._refuse_too_large(picture)
                plain = redrawn(picture)
        except NOT_A_PICTURE as error:
            raise ValidationError(self.error_messages["invalid_image"], "invalid_image") from error
        return super().to_python(SimpleUploadedFile(data.name or "", plain))

    def _refuse_too_large(self, picture: Picture.Image) -> None:
        pixels = picture.width * picture.height
        if pixels > self.max_image_pixels:
            values = {"num_pixels": pixels, "max_pixels_count": self.max_image_pixels}
            message = self.error_messages["file_too_many_pixels"] % values
            raise ValidationError(message, "file_too_many_pixels")


class PictureForm(BaseImageForm):
    """The form behind every way to hand a picture in."""

    file = PictureField(
        label=Image.file.field.verbose_name,
        widget=BaseImageForm.Meta.widgets["file"],
    )


def redrawn(picture: Picture.Image) -> bytes:
    """Draw a picture anew, upright; phones write into theirs whose door it shows and when."""
    kind = "JPEG" if picture.format == "MPO" else picture.format
    upright = ImageOps.exif_transpose(picture)
    upright.info = {name: upright.info[name] for name in KEPT if name in upright.info}
    plain = BytesIO()
    upright.save(plain, kind, quality=90, icc_profile=upright.info.get("icc_profile"))
    return plain.getvalue()
