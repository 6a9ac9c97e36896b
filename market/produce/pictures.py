"""Pictures that staff hand in: looked at before they are drawn, and kept without their secrets."""

from __future__ import annotations

from io import BytesIO
from typing import Any, override

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from PIL import Image as Picture
from PIL import ImageOps, UnidentifiedImageError
from wagtail.images.fields import WagtailImageField

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


class PlainPicture(SimpleUploadedFile):
    """A picture that was drawn anew: nothing is in it but what one sees."""


class PictureField(WagtailImageField):
    """Wagtail's field draws a picture to count its pixels; a few kilobytes may hold a gigabyte."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.error_messages |= refusals(self.max_upload_size_text)

    @override
    def to_python(self, data: Any) -> Any:
        is_drawn = isinstance(data, PlainPicture) or not isinstance(data, UploadedFile)
        return super().to_python(data if is_drawn else self.plain(data))

    def plain(self, data: UploadedFile[Any]) -> PlainPicture:
        """Draw what was handed in anew, unless it is too large to look into.

        Raises:
            ValidationError: in words that say what to hand in instead.
        """
        self.check_image_file_size(data)
        try:
            with Picture.open(data, formats=FORMATS) as picture:
                self._refuse_too_large(picture)
                drawn = redrawn(picture)
        except NOT_A_PICTURE as error:
            raise ValidationError(self.error_messages["invalid_image"], "invalid_image") from error
        return PlainPicture(data.name or "", drawn)

    def _refuse_too_large(self, picture: Picture.Image) -> None:
        if picture.width * picture.height > self.max_image_pixels:
            values = {"width": picture.width, "height": picture.height}
            message = self.error_messages["file_too_many_pixels"] % values
            raise ValidationError(message, "file_too_many_pixels")


def refusals(most: str) -> dict[str, str]:
    """Return what is said of a file that cannot be kept, and what to hand in instead."""
    not_a_picture = _(
        "This is no picture we can show. Choose one that ends in .jpg, .png or .webp."
    )
    return {
        "invalid_image": not_a_picture,
        "invalid_image_extension": not_a_picture,
        "invalid_image_known_format": not_a_picture,
        "file_too_large": too_large(most),
        "file_too_large_unknown_size": too_large(most),
        "file_too_many_pixels": _(
            "This picture is too large (%(width)s × %(height)s pixels). Send it to yourself in "
            "WeChat without “original”, save it there, and choose the smaller one."
        ),
    }


def too_large(most: str) -> str:
    """Say that a file is too large, and how to make a smaller one with what everybody has."""
    return _(
        "This picture is larger than %(most)s. Send it to yourself in WeChat without “original”, "
        "save it there, and choose the smaller one."
    ) % {"most": most}


def redrawn(picture: Picture.Image) -> bytes:
    """Draw a picture anew, upright; phones write into theirs whose door it shows and when."""
    kind = "JPEG" if picture.format == "MPO" else picture.format
    upright = ImageOps.exif_transpose(picture)
    upright.info = {name: upright.info[name] for name in KEPT if name in upright.info}
    plain = BytesIO()
    upright.save(plain, kind, quality=90, icc_profile=upright.info.get("icc_profile"))
    return plain.getvalue()
