"""The shop on the web: what is on sale, and one product of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from market.produce.models import Certificate


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show what a service point sells: a page of it, a shelf, or what was searched for."""
    return render(request, "produce/catalogue.html", {})


@require_safe
def product(request: HttpRequest, sku: str) -> HttpResponse:
    """Show one product."""
    return render(request, "produce/product.html", {})


@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a certificate of compliance, to read or to print."""
    found = get_object_or_404(Certificate.objects.select_related("product"), pk=pk)
    return render(request, "produce/certificate.html", {"certificate": found})
