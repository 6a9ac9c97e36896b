"""What an editor reads while writing: what a page is for, what a field wants, what a block does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, Panel, PanelGroup
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models

from cms.blocks import BodyBlock, ProgrammeBlock, SeasonsBlock, StallsBlock

OURS = [kind for kind in get_page_models() if kind._meta.app_label == "cms"]
SELF_EVIDENT = {"title", "held_on", "opens_time", "closes_time"}
EVERYWHERE = {"slug", "seo_title", "go_live_at", "expire_at"}
"""Wagtail says itself what these are."""


def fields(panel: Panel) -> Iterator[FieldPanel]:
    if isinstance(panel, PanelGroup):
        for child in panel.children:
            yield from fields(child)
    elif isinstance(panel, FieldPanel):
        yield panel


@pytest.mark.parametrize("kind", OURS)
def test_each_kind_of_page_says_what_it_is_for(kind: type[Page]) -> None:
    chinese = kind.get_page_description()
    with translation.override("en"):
        english = kind.get_page_description()

    assert chinese
    assert english
    assert chinese != english


@pytest.mark.parametrize("kind", OURS)
def test_each_field_says_what_it_wants(kind: type[Page]) -> None:
    form = kind.get_edit_handler().get_form_class()

    silent = {
        panel.field_name
        for panel in fields(kind.get_edit_handler())
        if panel.field_name in form.base_fields
        and not panel.help_text
        and not form.base_fields[panel.field_name].help_text
    }

    assert silent - SELF_EVIDENT - EVERYWHERE == set()


def choosable(block: blocks.StreamBlock) -> Iterator[blocks.Block]:
    yield from block.child_blocks.values()


@pytest.mark.parametrize("stream", [BodyBlock, ProgrammeBlock, SeasonsBlock, StallsBlock])
def test_each_block_says_what_it_does(stream: type[blocks.StreamBlock]) -> None:
    for block in choosable(stream()):
        assert str(block.meta.description), block.name
        assert block.meta.icon not in ("", "placeholder"), block.name
        assert str(block.label) != block.name.capitalize(), block.name


def test_no_stream_is_forgotten() -> None:
    used = {
        type(field.stream_block)
        for kind in OURS
        for field in kind._meta.get_fields()
        if isinstance(field, StreamField)
    }

    assert used == {BodyBlock, ProgrammeBlock, SeasonsBlock, StallsBlock}
