"""Draws a card as a picture: a market stall's awning, a cardboard tag, and large letters."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from market.sharing.lines import broken, shortened

WIDTH, HEIGHT = 1200, 630
"""What those expect who show shared links."""

FONT = Path(__file__).parent / "font" / "NotoSansCJKsc-Bold.otf"
FINE = 2
"""Drawn so many times as large, then shrunk: round edges become smooth."""

PAPER, CARD, INK, INK_2 = "#fbf7ef", "#ffffff", "#20251f", "#545c50"
LEAF, LEAF_DARK, LEAF_BACK, CREAM = "#1f6b3b", "#17522d", "#e6f1e7", "#f1e6cd"
KRAFT, KRAFT_BACK, KRAFT_INK = "#a87b45", "#f4e9d4", "#5c421b"

AWNING, SCALLOP, STRIP = 92, 30, 88
MARGIN, TAG_WIDTH, GAP = 56, 316, 48
TITLE_SIZES = (80, 72, 64, 56, 50, 44)
SMALLEST_TITLES = (64, 56, 44)
"""How small a title of one, of two and of three lines may be."""

LINES_MOST = 3
LINE_HEIGHT = 1.28
HEADING, LINE = 66, 50
SMALLEST = 20
STAND_IN = "〓"
"""Printers set it where they lack a character."""


class Tag(NamedTuple):
    """The cardboard tag: a day, or a price."""

    top: str
    large: str
    below: tuple[str, ...] = ()


class Card(NamedTuple):
    """All that a picture says. The same card is always the same picture."""

    community: str
    tag: Tag
    heading: str
    title: str
    lines: tuple[str, ...]
    promise: str
    name: str


class Box(NamedTuple):
    """Where something is drawn, in pixels of the finished picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def fine(self) -> tuple[float, float, float, float]:
        return (self.left * FINE, self.top * FINE, self.right * FINE, self.bottom * FINE)


class Row(NamedTuple):
    """How a line is written, and how wide it may be."""

    size: int
    colour: str
    width: float


class Pen:
    """Draws and measures in pixels of the finished picture."""

    def __init__(self, picture: Image.Image) -> None:
        self.draw = ImageDraw.Draw(picture)

    def width(self, text: str, size: int) -> float:
        return font(size).getlength(text) / FINE

    def write(self, at: tuple[float, float], text: str, size: int, colour: str) -> None:
        """Write to the right of a point."""
        at = (at[0] * FINE, at[1] * FINE)
        self.draw.text(at, text, font=font(size), fill=colour, anchor="lm")

    def write_around(self, at: tuple[float, float], text: str, row: Row) -> None:
        """Write one line around a point, smaller if it is too wide."""
        line, size = writable(text), row.size
        while size > SMALLEST and self.width(line, size) > row.width:
            size -= 2
        line = "".join(shortened(line, row.width, partial(self.width, size=size), most=1))
        at = (at[0] * FINE, at[1] * FINE)
        self.draw.text(at, line, font=font(size), fill=row.colour, anchor="mm")

    def fill(self, box: Box, colour: str, radius: float = 0, outline: str | None = None) -> None:
        width = 3 * FINE if outline else 0
        self.draw.rounded_rectangle(box.fine, radius * FINE, colour, outline, width)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        self.draw.ellipse(Box(x - radius, y - radius, x + radius, y + radius).fine, colour)


@lru_cache(maxsize=32)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the letters in one size. A server has no fonts of its own, so they come along."""
    return ImageFont.truetype(FONT, size * FINE, layout_engine=ImageFont.Layout.BASIC)


@cache
def can_write(character: str) -> bool:
    """Say whether the font has a character, or would draw a box in its place."""
    letters = font(TITLE_SIZES[-1])
    return bytes(letters.getmask(character)) != bytes(letters.getmask("\U0010fffd"))


def writable(text: str) -> str:
    """Put a sign for a Chinese character that the font lacks, and leave all else it lacks out."""
    kept = []
    for character in unicodedata.normalize("NFC", text):
        if character.isspace():
            kept.append(" ")
        elif can_write(character):
            kept.append(character)
        elif unicodedata.category(character) == "Lo":
            kept.append(STAND_IN)
    return " ".join("".join(kept).split())


def draw(card: Card) -> bytes:
    """Draw a card; this function will return a PNG of 1200 by 630."""
    picture = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    pen = Pen(picture)
    left = MARGIN + TAG_WIDTH + GAP
    top, bottom = AWNING + SCALLOP, HEIGHT - STRIP
    _draw_words(pen, card, Box(left, top + 14, WIDTH - MARGIN, bottom - 14))
    _draw_tag(pen, card.tag, Box(MARGIN, top + 24, MARGIN + TAG_WIDTH, bottom - 24))
    _draw_awning(pen, card)
    pen.fill(Box(0, bottom, WIDTH, HEIGHT), LEAF_DARK)
    promise = Row(38, CARD, WIDTH - 2 * MARGIN)
    pen.write_around((WIDTH / 2, bottom + STRIP / 2), card.promise, promise)
    written = BytesIO()
    smooth = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    smooth.quantize(64, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _draw_awning(pen: Pen, card: Card) -> None:
    for number in range(WIDTH // (2 * SCALLOP) + 1):
        colour = CREAM if number % 2 else LEAF
        pen.disc(SCALLOP + number * 2 * SCALLOP, AWNING, SCALLOP, colour)
    pen.fill(Box(0, 0, WIDTH, AWNING), LEAF)
    pen.write((MARGIN, AWNING / 2), card.name, 48, CARD)
    left = MARGIN + pen.width(card.name, 48) + 28
    community = shortened(
        writable(card.community), WIDTH - MARGIN - left, partial(pen.width, size=34), most=1
    )
    pen.write((left, AWNING / 2 + 2), "".join(community), 34, CREAM)


def _draw_tag(pen: Pen, tag: Tag, box: Box) -> None:
    """Draw a tag with a hole: a word, something large, and lines below."""
    middle = (box.left + box.right) / 2
    pen.fill(box, KRAFT_BACK, 26, KRAFT)
    pen.disc(middle, box.top + 36, 15, KRAFT)
    pen.disc(middle, box.top + 36, 11, PAPER)
    width = box.width - 36
    rows = [(tag.top, 40, 60, KRAFT_INK), (tag.large, 128, 140, INK)]
    rows += [(line, 34, 46, KRAFT_INK) for line in tag.below]
    rows = [row for row in rows if row[0]]
    y = (box.top + 44 + box.bottom - sum(row[2] for row in rows)) / 2
    for text, size, height, colour in rows:
        pen.write_around((middle, y + height / 2), text, Row(size, colour, width))
        y += height


def _draw_words(pen: Pen, card: Card, box: Box) -> None:
    """Draw heading, title and lines as one block in the middle of a box."""
    lines = _lines(pen, card, box.width)
    others = HEADING * bool(card.heading) + 14 + LINE * len(lines)
    size, title = title_in_lines(pen, card.title, box.width, box.bottom - box.top - others)
    y = (box.top + box.bottom - others - len(title) * size * LINE_HEIGHT) / 2
    if card.heading:
        heading = _first_line(pen, card.heading, 32, box.width - 40)
        pen.fill(Box(box.left, y, box.left + pen.width(heading, 32) + 36, y + 48), LEAF_BACK, 10)
        pen.write((box.left + 18, y + 24), heading, 32, LEAF_DARK)
        y += HEADING
    for line in title:
        pen.write((box.left, y + size * LINE_HEIGHT / 2), line, size, INK)
        y += size * LINE_HEIGHT
    for line in lines:
        pen.write((box.left, y + 14 + LINE / 2), line, 36, INK_2)
        y += LINE


def title_in_lines(pen: Pen, title: str, width: float, height: float) -> tuple[int, list[str]]:
    """Return how large a title is written, and its lines.

    Rather a little smaller on one line than with one word on a second.
    """
    text = writable(title)
    for most, smallest in enumerate(SMALLEST_TITLES, start=1):
        for size in (size for size in TITLE_SIZES if size >= smallest):
            lines = broken(text, width, partial(pen.width, size=size))
            if len(lines) <= most and len(lines) * size * LINE_HEIGHT <= height:
                return size, lines
    size = TITLE_SIZES[-1]
    most = len(SMALLEST_TITLES)
    return size, shortened(text, width, partial(pen.width, size=size), most=most)


def _lines(pen: Pen, card: Card, width: float) -> list[str]:
    """Give each line one line of the picture, and a line that stands alone up to three."""
    most = LINES_MOST if len(card.lines) == 1 else 1
    return [
        part
        for line in card.lines
        if line
        for part in shortened(writable(line), width, partial(pen.width, size=36), most=most)
    ]


def _first_line(pen: Pen, text: str, size: int, width: float) -> str:
    return "".join(shortened(writable(text), width, partial(pen.width, size=size), most=1))
