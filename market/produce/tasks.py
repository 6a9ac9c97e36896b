"""What the shop does later."""

from __future__ import annotations

from celery import shared_task
from wagtail.images.models import Image

from market.produce.photos import CARD_PHOTO, PAGE_PHOTO


@shared_task
def make_photo_sizes(*, image_id: int) -> None:
    """Make the sizes of a photo that pages show, so that no visitor waits for them."""
    image = Image.objects.filter(pk=image_id).first()
    if image:
        for size in image.get_renditions(CARD_PHOTO, PAGE_PHOTO).values():
            size.file.close()
