"""Phone numbers and digits as people type them, and as the site keeps them."""

from __future__ import annotations

import unicodedata

MOST_TYPED = 200
"""Nobody types more; what is longer is cut, since a letter may become eighteen when made plain."""


def plain_digits(text: str) -> str:
    """Turn full-width digits, as a Chinese keyboard gives them, into plain ones.

    >>> plain_digits(" ２４６８１０ ")
    '246810'
    """
    return unicodedata.normalize("NFKC", text[:MOST_TYPED]).strip()


def plain_phone(text: str) -> str:
    """Take the spaces, dashes and country code out of a phone number.

    >>> plain_phone("+86 199 0000 0001"), plain_phone("１９９-0000-0001")
    ('19900000001', '19900000001')
    """
    plain = unicodedata.normalize("NFKC", text[:MOST_TYPED])
    number = "".join(letter for letter in plain if letter.isprintable() and letter not in " -–()")
    return number.removeprefix("+86").removeprefix("0086")


def shown_phone(phone: str) -> str:
    """Write a phone number in groups that can be read out.

    >>> shown_phone("19900000001")
    '199 0000 0001'
    """
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}"
