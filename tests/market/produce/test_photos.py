"""Photos: shown in sizes made ahead, and refused when they are none or far too wide."""

from __future__ import annotations

import gc
import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.images.models import Image, Rendition

from market.produce.models import Listing, Product
from market.produce.photos import CARD_PHOTO
from market.produce.tasks import make_photo_sizes
from people.models import Member

# Wagtail leaves the file it draws a size into to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning"
)


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    yield
    cache.clear()
    gc.collect()


def picture_bytes(width: int = 1200, height: int = 900) -> bytes:
    file = BytesIO()
    Picture.new("RGB", (width, height), "green").save(file, "PNG")
    return file.getvalue()


def wide_picture(width: int) -> bytes:
    """A PNG that says it is so wide, in a few bytes, as a bomb does."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * ((width // 8 + 1) * 100))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.fixture
def photo(radishes: Listing) -> Image:
    image = Image.objects.create(
        title="萝卜", file=ImageFile(BytesIO(picture_bytes()), name="radish.png")
    )
    Product.objects.filter(pk=radishes.product_id).update(photo=image)
    return image


def test_until_it_is_made_a_size_has_a_signed_address(
    client: Client, radishes: Listing, photo: Image
) -> None:
    page = client.get("/produce/").text

    assert Rendition.objects.count() == 0
    (address,) = {
        part.split('"')[0]
        for part in page.split('src="')[1:]
        if part.startswith("/images/") and "fill-480x360" in part
    }
    picture = client.get(address)
    assert picture.status_code == 200
    assert picture["Content-Type"] == "image/webp"
    assert b"".join(picture).startswith(b"RIFF")
    picture.close()
    assert client.get(address.replace("fill-480x360", "fill-9999x9999")).status_code == 403


def test_sizes_are_made_ahead_and_then_shown(
    client: Client, radishes: Listing, photo: Image
) -> None:
    make_photo_sizes(image_id=photo.pk)
    make_photo_sizes(image_id=photo.pk)

    assert Rendition.objects.count() == 2
    file = Rendition.objects.get(filter_spec=CARD_PHOTO).file
    assert (file.width, file.height) == (480, 360)
    assert f'src="{file.url}"' in client.get("/produce/").text
    assert "fill-960x720" in client.get("/produce/HSB-LB/").text


def test_a_photo_that_is_gone_has_no_sizes(db: None) -> None:
    make_photo_sizes(image_id=999)

    assert Rendition.objects.count() == 0


def test_choosing_a_photo_has_its_sizes_made(
    as_gu: Client,
    millet: Listing,
    photo: Image,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    asked: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda task, kwargs: asked.append((task, kwargs))
    )
    product = millet.product
    form = {
        "category": product.category_id,
        "name": product.name,
        "unit_word": "袋",
        "unit_g": "2500",
        "keeps": "on",
        "photo": photo.pk,
    }

    with django_capture_on_commit_callbacks(execute=True):
        as_gu.post(reverse("product:edit", args=[product.pk]), form)

    assert Product.objects.get(pk=product.pk).photo == photo
    assert ("market.produce.tasks.make_photo_sizes", {"image_id": photo.pk}) in asked


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("radish.png", b"no picture at all", "图"),
        ("radish.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "svg"),
        ("radish.png", wide_picture(20_000), "25"),
    ],
    ids=["no picture", "svg", "20,000 px wide"],
)
def test_what_is_no_photo_or_far_too_wide_is_refused(
    name: str, content: bytes, sentence: str, as_gu: Client, gu: Member
) -> None:
    page = as_gu.post(
        reverse("wagtailimages:add"), {"title": "萝卜", "file": SimpleUploadedFile(name, content)}
    )

    assert page.status_code == 200
    assert sentence in page.text
    assert not Image.objects.exists()
