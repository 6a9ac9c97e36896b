"""Names for people that lead nowhere outside of one file.

A books id joins the books to a member for as long as the member's row is there, so it never
leaves the database. In a file each person is `p-` and twelve letters instead: the same ones
wherever they occur in it, and others in the next file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import uuid
from functools import lru_cache

from ledger.models import BOOKS_ID

LETTERS = 12
"""Sixty bits: two of a million people get the same letters once in two million files."""
REMEMBERED = 10_000


class Pseudonyms:
    """The names of one file. Its key is drawn for it and kept nowhere."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self.of = lru_cache(maxsize=REMEMBERED)(self._draw)

    def hide(self, text: str) -> str:
        """Return a text with a pseudonym in place of every books id."""
        return BOOKS_ID.sub(self._found, text)

    def _found(self, match: re.Match[str]) -> str:
        return self.of(uuid.UUID(match[0]))

    def _draw(self, books_id: uuid.UUID) -> str:
        digest = hmac.digest(self._key, books_id.bytes, hashlib.sha256)
        return "p-" + base64.b32encode(digest)[:LETTERS].decode().lower()
