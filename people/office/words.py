"""Sentences that several office pages say."""

from __future__ import annotations

from django.utils.translation import gettext as _


def say_new_pin(pin: str) -> str:
    """Tell staff the PIN to pass on; it is kept nowhere."""
    return _(
        "The new PIN is %(pin)s. Tell it to the member now: it is shown only this once, and they "
        "choose one of their own when they sign in."
    ) % {"pin": pin}
