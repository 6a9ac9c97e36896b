"""Pages as an editor writes them: below the home page, published, with blocks as they are kept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail.models import Page

from cms.models import HomePage

Row = dict[str, Any]


def home() -> HomePage:
    page: HomePage = HomePage.objects.get(locale__language_code="zh-hans")
    return page


def write[Written: Page](parent: Page, model: type[Written], slug: str, **fields: Any) -> Written:
    """Publish a page below another."""
    fields = {"title": slug, "locale": parent.locale} | fields
    page = model(slug=slug, **fields)
    parent.add_child(instance=page)
    page.save_revision().publish()
    written: Written = model.objects.get(pk=page.pk)
    return written


def rewrite[Written: Page](model: type[Written], **fields: Any) -> Written:
    """Change the Chinese page that there is one of, and publish it."""
    page: Written = model.objects.get(locale__language_code="zh-hans")
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return page


def block(kind: str, /, **value: Any) -> Row:
    return {"type": kind, "value": value}


def text(html: str) -> Row:
    return {"type": "text", "value": html}


def a_picture(*, description: str = "一车萝卜") -> Image:
    """Put a picture up."""
    drawn = BytesIO()
    Picture.new("RGB", (1600, 1000), "darkgreen").save(drawn, "PNG")
    file = ImageFile(BytesIO(drawn.getvalue()), name="radishes.png")
    image: Image = Image.objects.create(title="萝卜", description=description, file=file)
    return image
