"""Where the photos of goods are, in the two sizes that pages show."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial

from django.core.cache import caches
from django.core.files.storage import default_storage
from django.urls import reverse
from wagtail.images.models import Rendition
from wagtail.images.utils import generate_signature

from ledger.questions import Blank, Question, blanks, numbered

CARD_PHOTO = "fill-480x360|format-webp"
PAGE_PHOTO = "fill-960x720|format-webp"
REMEMBERED_SECONDS = 30
"""So long a page asks for a photo at the address that makes it, after it was made."""


def photo_urls(image_ids: Iterable[int], filter_spec: str) -> dict[int, str]:
    """Return addresses of photos by image id, with one query or from memory.

    A rendition that is not made yet is asked for at Wagtail's signed address, which makes
    it; showing a page never writes.
    """
    ids = frozenset(image_ids)
    if not ids:
        return {}
    key = f"photos-{hash((ids, filter_spec))}"
    find = partial(_find, ids, filter_spec)
    return caches["memory"].get_or_set(key, find, REMEMBERED_SECONDS) or {}


def _find(ids: frozenset[int], filter_spec: str) -> dict[int, str]:
    made = dict(_made_photos(len(ids)).ask(filter_spec=filter_spec, **numbered("image", ids)))
    return {
        image_id: default_storage.url(made[image_id])
        if image_id in made
        else _signed_address(image_id, filter_spec)
        for image_id in ids
    }


def _signed_address(image_id: int, filter_spec: str) -> str:
    signature = generate_signature(image_id, filter_spec)
    return reverse("wagtailimages_serve", args=(signature, image_id, filter_spec))


@cache
def _made_photos(count: int) -> Question[tuple[int, str]]:
    """Return the question for so many renditions."""
    image_ids = blanks("image", count)
    return Question(
        lambda: (
            Rendition.objects.filter(image__id__in=image_ids, filter_spec=Blank("filter_spec"))
            .order_by("pk")
            .values_list("image_id", "file")
        )
    )
