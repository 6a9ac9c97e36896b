"""What every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def every_page(request: HttpRequest) -> dict[str, Any]:
    return {}
