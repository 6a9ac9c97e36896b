"""Many pictures handed in at once."""

from __future__ import annotations

from contextlib import suppress
from typing import override

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from wagtail.images.views.multiple import AddView

from market.produce.pictures import PictureField


class AddPicturesView(AddView):
    """Wagtail's, which lays a picture aside as it came until somebody has described it.

    As it came, a photo says where it was taken; so each is drawn anew before.
    """

    @override
    def post(self, request: HttpRequest) -> HttpResponse:
        file = request.FILES.get("files[]")
        # What cannot be drawn is refused by the form, in words.
        with suppress(ValidationError):
            if isinstance(file, UploadedFile):
                request.FILES["files[]"] = PictureField().plain(file)
        response: HttpResponse = super().post(request)
        return response
