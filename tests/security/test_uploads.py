"""Pictures that are none, far too large, or say where they were taken."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture
from wagtail.images.models import Image

# Wagtail leaves the files it draws into to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")

ADD, CHOOSER = "/office/images/add/", "/office/images/chooser/create/"
MANY = "/office/images/multiple/add/"
WAYS = [ADD, CHOOSER, MANY]
SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(format_: str = "JPEG", **more: Any) -> bytes:
    file = BytesIO()
    Picture.new("RGB", (80, 60), "green").save(file, format_, **more)
    return file.getvalue()


def taken_at_a_door() -> bytes:
    """A photo with a place in it, as phones take them: 38.49° N, 106.23° E."""
    exif = Picture.Exif()
    exif[0x010E] = "the door of a senior"
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 29.0, 0.0), 3: "E", 4: (106.0, 14.0, 0.0)})
    return picture(exif=exif)


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that would take a gigabyte drawn."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1_000_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def upload(client: Client, name: str, body: bytes, kind: str, *, path: str = ADD) -> Any:
    file = SimpleUploadedFile(name, body, kind)
    prefix = "image-chooser-upload-" if path == CHOOSER else ""
    if path != MANY:
        said = {f"{prefix}title": "x", f"{prefix}description": "一车萝卜"}
        return client.post(path, {f"{prefix}file": file, **said})
    answer = client.post(path, {"title": "x", "files[]": file})
    aside = answer.json().get("uploaded_file_id")
    return describe(client, aside, "一车萝卜") if aside else answer


def describe(client: Client, aside: int, description: str) -> Any:
    """Say what a picture shows that was handed in with many and is laid aside until then."""
    prefix = f"uploaded-image-{aside}"
    said = {f"{prefix}-title": "x", f"{prefix}-description": description}
    return client.post(f"/office/images/multiple/create_from_uploaded_image/{aside}/", said)


BAD = {
    "an SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"),
    "an SVG called JPEG": ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
    "a page called JPEG": ("a.jpg", b"<!doctype html>" + SCRIPT),
    "a picture called a page": ("a.html", picture()),
    "a PNG called JPEG": ("a.jpg", picture("PNG")),
    "a GIF": ("a.gif", picture("GIF")),
    "a page at the end of a name": ("a.jpg.html", picture()),
    "81 megapixels": ("a.png", bomb(9_000)),
    "400 megapixels": ("a.png", bomb(20_000)),
    "half a picture": ("a.jpg", picture()[:300]),
    "nothing": ("a.jpg", b""),
    "nine megabytes": ("a.jpg", picture() + b"\x00" * 9_000_000),
}


@pytest.mark.parametrize("path", WAYS)
@pytest.mark.parametrize("what", BAD)
def test_what_is_no_fit_picture_is_not_kept(
    what: str, path: str, as_gu: Client, tmp_path: Path
) -> None:
    name, body = BAD[what]

    response = upload(as_gu, name, body, "image/jpeg", path=path)

    assert response.status_code == 200
    assert not Image.objects.exists()
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


@pytest.mark.parametrize("path", WAYS)
def test_a_photo_does_not_say_where_it_was_taken(path: str, as_gu: Client) -> None:
    upload(as_gu, "door.jpg", taken_at_a_door(), "image/jpeg", path=path)

    image = Image.objects.get()
    for kept in (image.file, image.get_rendition("max-40x40").file):
        with kept.open("rb") as file, Picture.open(file) as shown:
            assert dict(shown.getexif()) == {}
            assert dict(shown.getexif().get_ifd(0x8825)) == {}


@pytest.mark.parametrize(
    "name", ["../../x.jpg", "a\r\nb.jpg", "<b>.jpg", "=1+1.jpg", "a" * 300 + ".jpg"]
)
def test_the_name_of_a_file_goes_nowhere(name: str, as_gu: Client, tmp_path: Path) -> None:
    upload(as_gu, name, picture(), "image/jpeg")

    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert all(each.parent.name in ("original_images", "images") for each in files)
    assert not any(set(each.name) & set("<>\r\n=") for each in files)


def test_nobody_but_administrators_hands_in_documents(as_gu: Client, as_xue: Client) -> None:
    for client in (as_gu, as_xue):
        assert upload(client, "a.pdf", b"%PDF", "application/pdf",
                      path="/office/documents/add/").status_code == 302  # fmt: skip


def test_a_photo_taken_sideways_is_kept_upright(as_gu: Client) -> None:
    exif = Picture.Exif()
    exif[0x0112] = 6
    upload(as_gu, "a.jpg", picture(exif=exif), "image/jpeg")

    image = Image.objects.get()
    assert (image.width, image.height) == (60, 80)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_what_is_a_picture_is_kept(kind: str, as_gu: Client) -> None:
    upload(as_gu, f"a.{kind.lower()}", picture(kind), f"image/{kind.lower()}")

    image = Image.objects.get()
    assert (image.width, image.height) == (80, 60)
    assert image.file.name.endswith(kind.lower())
