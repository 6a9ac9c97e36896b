"""Phone numbers and QR pictures in templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from people import phones, qr
from people.roles import NAMES

register = template.Library()


@register.filter
def phone(number: str | None) -> str:
    """Write a phone number in groups that can be read out."""
    return phones.shown_phone(number) if number else ""


@register.filter
def unbroken(text: str) -> str:
    """Keep a span of hours, such as 09:00–12:00, on one line."""
    return text.replace("–", "\N{WORD JOINER}–\N{WORD JOINER}")


@register.filter
def role_name(group: str) -> str:
    """Name a role in the language of the page."""
    return str(NAMES.get(group, group))


@register.simple_tag
def qr_svg(text: str, label: str = "") -> SafeString:
    """Draw a QR code: `{% qr_svg url label %}`."""
    return qr.qr_svg(text, label)
