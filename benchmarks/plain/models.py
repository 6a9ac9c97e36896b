"""The one kind of page there is on the peer's site."""

from __future__ import annotations

from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page


class SectionBlock(blocks.StructBlock):
    heading = blocks.CharBlock()
    text = blocks.RichTextBlock()
    picture = ImageChooserBlock()

    class Meta:
        template = "plain/section_block.html"


class PlainPage(Page):
    """A page as in Wagtail's tutorial."""

    body = StreamField([("section", SectionBlock())])

    content_panels = [*Page.content_panels, FieldPanel("body")]
    template = "plain/plain_page.html"
