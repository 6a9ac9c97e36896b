"""Phone numbers and QR pictures in templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from people import phones, qr

register = template.Library()


@register.filter
def phone(number: str | None) -> str:
    """Write a phone number in groups that can be read out."""
    return phones.shown_phone(number) if number else ""


@register.simple_tag
def qr_svg(text: str, label: str = "") -> SafeString:
    """Draw a QR code: `{% qr_svg url label %}`."""
    return qr.qr_svg(text, label)
