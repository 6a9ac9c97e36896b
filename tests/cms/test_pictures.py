"""Pictures that staff hand in: each is described, and a refusal says what to do next."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail.models import UploadedFile

from cms.models import StoryIndexPage, StoryPage
from market.produce.models import Listing, Product
from tests.browser.test_pages import WRITTEN
from tests.browser.written import write_pages
from tests.cms.written import a_picture, write
from tests.security.test_uploads import ADD, CHOOSER, MANY, bomb, describe, picture, taken_at_a_door

# Wagtail leaves the files it draws into to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")

SMALLER = "请在微信里发给自己（别勾“原图”），存下来，再选那张小的。"
ANOTHER = "请选名字以 .jpg、.png 或 .webp 结尾的。"
SAY = "请写明图片里是什么，看不见的人要靠它。"


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def answer(client: Client, path: str, name: str, body: bytes, description: str = "") -> str:
    """Hand a picture in by one of the three ways, and return what is said."""
    prefix = "image-chooser-upload-" if path == CHOOSER else ""
    field = "files[]" if path == MANY else f"{prefix}file"
    file = SimpleUploadedFile(name, body, "image/jpeg")
    said = {f"{prefix}title": "x", f"{prefix}description": description}
    text = client.post(path, {**said, field: file}).text
    return text if path == ADD else json.dumps(json.loads(text), ensure_ascii=False)


@pytest.mark.parametrize("path", [ADD, CHOOSER, MANY])
@pytest.mark.parametrize(
    ("name", "body", "advice"),
    [
        ("a.jpg", picture() + b"\x00" * 60_000_000, SMALLER),
        ("a.png", bomb(5_100), SMALLER),
        ("a.heic", b"ftypheic", ANOTHER),
        ("a.jpg", b"<!doctype html>", ANOTHER),
    ],
    ids=["60 MB", "26 megapixels", "an iPhone's own format", "a page"],
)
def test_a_refusal_says_what_to_do_next(
    path: str, name: str, body: bytes, advice: str, as_gu: Client
) -> None:
    said = answer(as_gu, path, name, body, "一车萝卜")

    assert advice in said
    assert not Image.objects.exists()


@pytest.mark.parametrize("path", [ADD, CHOOSER])
def test_nothing_is_kept_that_nobody_described(path: str, as_gu: Client) -> None:
    said = answer(as_gu, path, "a.jpg", picture())

    assert SAY in said
    assert not Image.objects.exists()


def test_of_many_each_waits_until_it_is_described(as_gu: Client) -> None:
    first = as_gu.post(MANY, {"title": "x", "files[]": SimpleUploadedFile("a.jpg", picture())})
    aside = first.json()["uploaded_file_id"]

    refused = describe(as_gu, aside, "").json()
    kept_before = Image.objects.count()
    taken = describe(as_gu, aside, "一车萝卜").json()

    assert refused["success"] is False
    assert SAY in refused["form"]
    assert kept_before == 0
    assert taken["success"] is True
    assert Image.objects.get().description == "一车萝卜"


def test_what_waits_does_not_say_where_it_was_taken(as_gu: Client) -> None:
    photo = SimpleUploadedFile("a.jpg", taken_at_a_door() + b"\x00" * 3_000_000)
    as_gu.post(MANY, {"title": "x", "files[]": photo})

    aside = UploadedFile.objects.get()

    with aside.file.open("rb") as file, Picture.open(file) as shown:
        assert dict(shown.getexif()) == {}


def test_a_description_is_not_taken_away_again(as_gu: Client) -> None:
    answer(as_gu, ADD, "a.jpg", picture(), "一车萝卜")
    image = Image.objects.get()

    page = as_gu.post(f"/office/images/{image.pk}/", {"title": "x", "description": ""})

    assert SAY in page.text
    assert Image.objects.get().description == "一车萝卜"


@pytest.mark.parametrize("path", [ADD, CHOOSER.replace("create/", "")])
def test_who_hands_in_is_told_what_to_say(path: str, as_gu: Client) -> None:
    page = as_gu.get(path).content.decode("unicode_escape" if path != ADD else "utf-8")

    assert "谁家的门都不要拍" in page


def test_a_picture_too_large_is_not_even_sent(as_gu: Client) -> None:
    page = as_gu.get(ADD).text

    assert 'data-most="8388608"' in page
    assert SMALLER in page


# --- As pages show them ---------------------------------------------------------------


class Pictures(HTMLParser):
    """Reads the pictures of a page, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs))


@pytest.mark.parametrize("path", WRITTEN)
def test_every_picture_is_small_and_waits_for_its_turn(
    path: str, radishes: Listing, client: Client
) -> None:
    Product.objects.update(photo=a_picture())
    write_pages(radishes)
    reader = Pictures()

    reader.feed(client.get(path).text)

    for picture_ in reader.found:
        assert "webp" in str(picture_["src"])
        assert {"width", "height", "alt"} <= set(picture_)
    assert [each for each in reader.found[1:] if each.get("loading") != "lazy"] == []


def test_a_cut_keeps_what_an_editor_marked(stories: StoryIndexPage, client: Client) -> None:
    left = Picture.new("RGB", (1600, 400), "white")
    left.paste("red", (0, 0, 400, 400))
    file = BytesIO()
    left.save(file, "PNG")
    image = Image.objects.create(
        title="x",
        description="一车萝卜",
        file=ImageFile(BytesIO(file.getvalue()), name="wide.png"),
        focal_point_x=200,
        focal_point_y=200,
        focal_point_width=200,
        focal_point_height=200,
    )
    write(stories, StoryPage, "packs", summary="-", picture=image)

    client.get("/stories/")

    with image.renditions.get().file.open("rb") as drawn, Picture.open(drawn) as shown:
        brightness = shown.convert("L").resize((1, 1)).tobytes()[0]
    # The middle is white; it would show 255.
    assert brightness < 200
