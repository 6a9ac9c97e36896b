"""Pictures of shared links: drawn once, kept beside the uploads, and never for a visitor's text.

The address of a picture ends with a digest of what is on it. So it may be kept for ever, and
nobody can have anything drawn but what a page says.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseRedirect

from market.sharing.drawing import HEIGHT, WIDTH, Card, draw
from market.sharing.links import Picture, absolute

LOOK = 2
"""Count it up when the drawing changes: the addresses change with it."""

FOR_A_YEAR = "public, max-age=31536000, immutable"


def digest(card: Card) -> str:
    """Name a card by what is on it."""
    return sha256(repr((LOOK, card)).encode()).hexdigest()[:20]


def picture_at(path: str, card: Card) -> Picture:
    """Say where the picture of a card is, and what it shows."""
    tag = " ".join(part for part in (card.tag.top, card.tag.large, *card.tag.below) if part)
    shown = (card.title, tag, *card.lines)
    return Picture(absolute(path), WIDTH, HEIGHT, " · ".join(each for each in shown if each))


def answer(card: Card, asked: str, address: Callable[[str], str]) -> HttpResponse:
    """Answer with the picture that was asked for, or lead to the one there is now.

    Args:
        asked: the digest in the address. What is kept under it is shown; else it is drawn if it
            is this card's.
        address: finds the address of a digest.
    """
    picture = _kept(asked)
    if picture is None:
        current = digest(card)
        if asked != current:
            return HttpResponseRedirect(address(current))
        picture = draw(card)
        _keep(asked, picture)
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": FOR_A_YEAR})


def _path(name: str) -> Path:
    return Path(default_storage.path(f"shared/{name}.png"))


def _kept(name: str) -> bytes | None:
    try:
        return _path(name).read_bytes()
    except OSError:
        return None


def _keep(name: str, picture: bytes) -> None:
    """Put a picture in its place whole. Where nothing can be kept, it is drawn anew each time."""
    path = _path(name)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(picture)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
