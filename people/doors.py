"""How people write down a staircase and a door, made one way."""

from __future__ import annotations

import unicodedata

SUFFIXES = ("号楼", "单元", "室", "号", "户")


def tidy(text: str) -> str:
    """Write a staircase or a door the one way the site keeps it.

    Households share limits, so one door must not be two because of a space or a suffix.

    >>> tidy(" ３单元 "), tidy("301室"), tidy("a-12"), tidy("0301")
    ('3', '301', 'A-12', '301')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    for suffix in SUFFIXES:
        plain = plain.removesuffix(suffix)
    return plain.lstrip("0") or plain
