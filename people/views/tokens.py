"""What a scanned code opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def open_token(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(code)
