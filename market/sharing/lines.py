"""Breaking a text into lines, as Chinese and English are broken. No pictures and no rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

WORD = re.compile(r"[\w'’.,:;!?%¥$€@&/()+-]+|\s+|.", re.ASCII)
"""A word of letters holds together; of Chinese each character stands for itself."""

NEVER_FIRST = set("，。、；：？！）》」』】”’…—,.;:?!)％%·～")
NEVER_LAST = set("（《「『【“‘(")
MORE = "…"

Width = Callable[[str], float]


def broken(text: str, width: float, width_of: Width) -> list[str]:
    """Break a text into lines no wider than this.

    >>> broken("一车萝卜，三百二十个包。", 5, len)
    ['一车萝卜，', '三百二十个', '包。']
    >>> broken("Rain or shine, come", 8, len)
    ['Rain or', 'shine,', 'come']
    """
    lines = [""]
    for piece in _pieces(text, width, width_of):
        if width_of((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    return [line.rstrip() for line in lines if line.strip()]


def shortened(text: str, width: float, width_of: Width, *, most: int) -> list[str]:
    """Break a text into so many lines at most; what is left out is dots.

    >>> shortened("一二三四五六七八九", 4, len, most=2)
    ['一二三四', '五六七…']
    """
    lines = broken(text, width, width_of)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(last + MORE) > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + MORE]


def _pieces(text: str, width: float, width_of: Width) -> Iterator[str]:
    """Yield what must not be broken; a word wider than a line is, all the same."""
    piece = ""
    for word in WORD.findall(" ".join(text.split())):
        holds_on = piece and (word[0] in NEVER_FIRST or piece[-1] in NEVER_LAST)
        if holds_on and width_of(piece + word) <= width:
            piece += word
            continue
        if piece:
            yield piece
        piece = word if width_of(word) <= width else ""
        if not piece:
            yield from word
    if piece:
        yield piece
