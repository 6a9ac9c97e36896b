"""The pieces that pages are written with. One class, one template and one example each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, override

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from cms.choosers import ProductChooserBlock, SupplierChooserBlock

PLAIN = ["bold", "link", "ol", "ul"]
WITH_HEADINGS = ["h2", "h3", *PLAIN]
MONTHS = [(str(month), str(month)) for month in range(1, 13)]


class TextBlock(blocks.RichTextBlock):
    """Paragraphs, headings and lists."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"features": WITH_HEADINGS} | options))

    class Meta:
        label = _("text")
        icon = "pilcrow"
        template = "cms/blocks/text.html"
        description = _("Paragraphs, headings and lists.")
        preview_value = "<h2>萝卜怎么吃</h2><p>擦丝拌醋最爽口；炖羊肉去膻。</p>"


class PictureBlock(blocks.StructBlock):
    """A picture that says what it shows, also to those who cannot see it."""

    picture = ImageBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)

    class Meta:
        label = _("picture")
        icon = "image"
        template = "cms/blocks/picture.html"
        description = _("One wide picture. Never a photo of somebody's door.")
        preview_value = {"caption": "立冬前的大白菜，一车一车进小区。"}


class AnnouncementBlock(blocks.StructBlock):
    """Something nobody should overlook (公告)."""

    kind = blocks.ChoiceBlock(
        label=_("colour"),
        choices=[("info", _("blue: good to know")), ("ok", _("green: good news")),
                 ("warning", _("red: take care"))],
        default="info",
    )  # fmt: skip
    text = blocks.CharBlock(label=_("text"), max_length=300)

    class Meta:
        label = _("announcement")
        icon = "info-circle"
        template = "cms/blocks/announcement.html"
        description = _("One or two sentences in a coloured box. At most one on a page.")
        preview_value = {"kind": "info", "text": "明天降温，取菜改到下午两点以后。"}

    @override
    def get_searchable_content(self, value: Any) -> list[str]:
        """Leave the colour out: it is no word of the page."""
        return [value["text"]]


class PriceTagBlock(blocks.StructBlock):
    """What a product costs today, who gets it, and a button (价签)."""

    product = ProductChooserBlock(label=_("product"))

    class Meta:
        label = _("price tag")
        icon = "tag"
        template = "cms/blocks/price_tag.html"
        description = _("A product with today's price and a button to buy it.")

    @override
    def get_preview_value(self) -> Any:
        return self.normalize({"product": self.child_blocks["product"].model_class.objects.first()})


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("what to do"), max_length=80)
    text = blocks.CharBlock(label=_("more about it"), required=False, max_length=300)


class StepsBlock(blocks.StructBlock):
    """What to do, one after the other (步骤)."""

    steps = blocks.ListBlock(StepBlock(), label=_("steps"), min_num=2, max_num=8)

    class Meta:
        label = _("steps")
        icon = "list-ol"
        template = "cms/blocks/steps.html"
        description = _("Numbered steps, such as how to order.")
        preview_value = {"steps": [
            {"title": "挑菜", "text": "想要几斤写几斤。"},
            {"title": "下单", "text": "记下四位取货码。"},
        ]}  # fmt: skip


class DosAndDontsBlock(blocks.StructBlock):
    """What is welcome and what is not (可以/别)."""

    dos = blocks.ListBlock(blocks.CharBlock(max_length=160), label=_("do"))
    donts = blocks.ListBlock(blocks.CharBlock(max_length=160), label=_("don't"))

    class Meta:
        label = _("do and don't")
        icon = "check"
        template = "cms/blocks/dos_and_donts.html"
        description = _("Two short lists beside each other.")
        preview_value = {"dos": ["带个布袋"], "donts": ["别把车停在摊位前"]}


class ExpanderBlock(blocks.StructBlock):
    """A question whose answer opens at a press (折叠)."""

    title = blocks.CharBlock(label=_("question"), max_length=120)
    text = blocks.RichTextBlock(label=_("answer"), features=PLAIN)

    class Meta:
        label = _("question and answer")
        icon = "arrow-down-big"
        template = "cms/blocks/expander.html"
        description = _("Only the question shows; the answer opens at a press.")
        preview_value = {"title": "没有手机怎么买？", "text": "<p>打电话，或者到超市报会员号。</p>"}


class CardBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=60)
    text = blocks.CharBlock(label=_("text"), required=False, max_length=160)
    page = blocks.PageChooserBlock(label=_("page it leads to"))


class CardsBlock(blocks.StructBlock):
    """Ways to other pages (卡片组)."""

    cards = blocks.ListBlock(CardBlock(), label=_("cards"), min_num=2, max_num=6)

    class Meta:
        label = _("cards")
        icon = "grip"
        template = "cms/blocks/cards.html"
        description = _("Two to six cards that lead to other pages.")
        preview_value = {"cards": [
            {"title": "谁种的", "text": "八家供货方", "page": None},
            {"title": "集市", "text": "一年三场", "page": None},
        ]}  # fmt: skip


class FigureBlock(blocks.StructBlock):
    number = blocks.CharBlock(label=_("number"), max_length=20)
    unit = blocks.CharBlock(label=_("unit"), required=False, max_length=20)
    label = blocks.CharBlock(label=_("what it counts"), max_length=80)


class FiguresBlock(blocks.StructBlock):
    """Numbers in large type (数字)."""

    figures = blocks.ListBlock(FigureBlock(), label=_("numbers"), max_num=4)

    class Meta:
        label = _("numbers")
        icon = "order"
        template = "cms/blocks/figures.html"
        description = _("Up to four numbers in large type.")
        preview_value = {"figures": [{"number": "320", "unit": "包", "label": "爱心蔬菜包"}]}


class ThanksBlock(blocks.StructBlock):
    """What a neighbour said (感谢). No full name."""

    text = blocks.CharBlock(label=_("what was said"), max_length=300)
    said_by = blocks.CharBlock(
        label=_("by whom"), max_length=40, help_text=_("A building and 丁**, never a full name.")
    )

    class Meta:
        label = _("thanks")
        icon = "openquote"
        template = "cms/blocks/thanks.html"
        description = _("A sentence that a neighbour said.")
        preview_value = {"text": "萝卜洗得干干净净，晚上就炖上了。", "said_by": "7号楼 丁**"}


class BodyBlock(blocks.StreamBlock):
    """What the text of a page is made of."""

    text = TextBlock()
    picture = PictureBlock()
    announcement = AnnouncementBlock()
    price_tag = PriceTagBlock()
    steps = StepsBlock()
    dos_and_donts = DosAndDontsBlock()
    expander = ExpanderBlock()
    cards = CardsBlock()
    figures = FiguresBlock()
    thanks = ThanksBlock()


class SeasonBlock(blocks.StructBlock):
    """When something is in season."""

    what = blocks.CharBlock(label=_("what"), max_length=60)
    months = blocks.MultipleChoiceBlock(
        label=_("months"), choices=MONTHS, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        label = _("season")
        icon = "calendar-alt"
        template = "cms/blocks/season.html"
        description = _("In which months it is fresh.")
        preview_value = {"what": "萝卜", "months": ["9", "10", "11"]}


class SeasonsBlock(blocks.StreamBlock):
    season = SeasonBlock()


class ActBlock(blocks.StructBlock):
    """One entry of a market day's programme (节目单)."""

    from_time = blocks.TimeBlock(label=_("from"))
    until_time = blocks.TimeBlock(label=_("until"), required=False)
    what = blocks.CharBlock(label=_("what"), max_length=80)
    places = blocks.IntegerBlock(
        label=_("tickets"), required=False, min_value=1,
        help_text=_("For a free service with a queue: how many can be served."),
    )  # fmt: skip

    class Meta:
        label = pgettext_lazy("programme", "entry")
        icon = "time"
        description = _("When, what, and how many tickets.")


class ProgrammeBlock(blocks.StreamBlock):
    act = ActBlock()


class StallBlock(blocks.StructBlock):
    """Who stands where on a market day (摊位). The goods come from the shop."""

    number = blocks.CharBlock(label=_("stall number"), max_length=6)
    supplier = SupplierChooserBlock(label=_("supplier"), required=False)
    note = blocks.CharBlock(label=_("what else is there"), required=False, max_length=160)

    class Meta:
        label = _("stall")
        icon = "site"
        description = _("The goods and what is left of them show by themselves.")


class StallsBlock(blocks.StreamBlock):
    stall = StallBlock()


def chosen(stream: Any, block: str, field: str) -> list[int]:
    """Return the ids chosen in the blocks of one kind, without asking the database for them."""
    values: Iterable[dict[str, Any]] = stream.raw_data
    return [
        row["value"][field]
        for row in values
        if row["type"] == block and isinstance(row["value"].get(field), int)
    ]
