"""Text messages for development: they are shown where the server runs."""

from __future__ import annotations

import sys

from people.sms import Text


def send(text: Text) -> str:
    """Show a text message, with most of the phone number hidden."""
    phone = f"{text.phone[:3]}****{text.phone[-4:]}"
    sys.stdout.write(f"SMS {phone} {text.kind}: {text.words}\n")
    sys.stdout.flush()
    return f"console:{text.reference}"
