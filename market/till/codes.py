"""What a cashier typed or a gun scanned into the one box: a pure reading of it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

CODE_DIGITS = 4
"""A pickup code has four digits, a member number four or more."""

SCANNED = re.compile(r"/q/([a-z2-7]{10})(?:/|$)")
ORDER_NUMBER = re.compile(r"hl-?0*([0-9]{1,12})")
DIGITS = re.compile(r"[0-9]{1,12}")


class Typed(NamedTuple):
    """What was meant; what does not apply is empty. All empty: an address that is not ours.

    Args:
        token: the code of a scanned `https://host/q/<code>/`.
        order_number: what follows HL-.
        digits: a pickup code, a member number or the number of an order.
        name: a member's, or a part of it.
    """

    token: str = ""
    order_number: int = 0
    digits: str = ""
    name: str = ""

    @property
    def is_pickup_code(self) -> bool:
        return len(self.digits) == CODE_DIGITS


def read_typed(text: str) -> Typed:
    """Tell a scanned code, an order number, digits and a name apart.

    A gun types letters as the keyboard is set: capitals, or full-width ones.

    >>> read_typed("https://huilin.example/q/abcdefgh27/")
    Typed(token='abcdefgh27', order_number=0, digits='', name='')
    >>> read_typed("HL-0003").order_number, read_typed("４２ ７１").digits
    (3, '4271')
    >>> read_typed(" 马小禾 ").name
    '马小禾'
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    folded = plain.lower()
    if scanned := SCANNED.search(folded):
        return Typed(token=scanned[1])
    if numbered := ORDER_NUMBER.fullmatch(folded):
        return Typed(order_number=int(numbered[1]))
    if DIGITS.fullmatch(folded):
        return Typed(digits=folded)
    if "/" in folded:
        return Typed()
    return Typed(name=plain)
