"""Codes that say nothing by themselves, to print and to scan."""

from __future__ import annotations

import secrets

CODE_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
"""Base32 in small letters: no digit that is read as a letter."""


def random_code(length: int = 10) -> str:
    """Draw a code nobody can guess: ten letters hold 50 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _letter in range(length))
