"""QR pictures, and the address that a printed code says."""

from __future__ import annotations

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from people.models import Token

QUIET = 4
"""Empty modules around the code, as scanners expect (ISO/IEC 18004)."""
HIDDEN = SafeString('aria-hidden="true"')


def token_url(token: Token, request: HttpRequest) -> str:
    """Return the whole address of a token, for a QR picture or a scanner gun."""
    return request.build_absolute_uri(reverse("token", args=[token.code]))


def qr_svg(text: str, label: str = "") -> SafeString:
    """Draw a QR code as SVG that needs no style of its own.

    Args:
        label: what it is, for people who cannot see it; empty when the words stand beside it.
    """
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    side = len(rows) + 2 * QUIET
    dots = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    spoken = format_html('role="img" aria-label="{}"', label) if label else HIDDEN
    return format_html(
        '<svg {spoken} viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        '<rect width="{side}" height="{side}" fill="#fff"/><path d="{dots}" fill="#000"/></svg>',
        spoken=spoken,
        side=side,
        dots=dots,
    )
