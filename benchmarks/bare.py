"""The peer of our pages: a bare view with our middleware, one query and twenty rows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config import urls
from market.produce.models import Product

handler404 = urls.handler404
handler500 = urls.handler500


def rows(request: HttpRequest) -> HttpResponse:
    """Show twenty rows of a table, as the tutorial does."""
    products = Product.objects.order_by("pk")[:20]
    return render(request, "bare.html", {"products": products}, using="bare")


urlpatterns = [path("bare/", rows), *urls.urlpatterns]
