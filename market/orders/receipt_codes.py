"""The code on a receipt: it says which order it is of, and that we have written it."""

from __future__ import annotations

import base64
import re
import unicodedata

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SIGN_LETTERS = 10
"""As many as on any other code of ours: 50 bits nobody guesses at ten tries a minute."""
WRITTEN = re.compile(r"0*([0-9]{1,12})-?([a-z2-7]{10})")


def receipt_code(number: int) -> str:
    """Return the code of an order's receipt, such as 42-abcdefgh27.

    It is worked out and not kept, so that every order has one that ever was.
    """
    return f"{number}-{_sign(number, settings.SECRET_KEY)}"


def order_of_code(text: str) -> int | None:
    """Return the number of the order whose receipt has this code; nothing for any other.

    People copy it from paper, hence capitals, blanks and full-width letters are forgiven.
    Receipts outlive a change of the secret key for as long as the old one stands in
    `SECRET_KEY_FALLBACKS`.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    written = WRITTEN.fullmatch(plain.removeprefix("hl-"))
    if not written:
        return None
    number, sign = int(written[1]), written[2]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    signs = [_sign(number, key) for key in keys]
    return number if any(constant_time_compare(sign, each) for each in signs) else None


def _sign(number: int, key: str) -> str:
    digest = salted_hmac("market.orders.receipt", str(number), secret=key, algorithm="sha256")
    return base64.b32encode(digest.digest()).decode().lower()[:SIGN_LETTERS]
