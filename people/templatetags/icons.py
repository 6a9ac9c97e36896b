"""The pictures of `static/img/icons.svg`."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache
def icon(name: str) -> SafeString:
    """Draw an icon, which says nothing to those who listen: `{% icon "basket" %}`."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("img/icons.svg"),
        name,
    )
