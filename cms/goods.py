"""What the price tags in a page's text show."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from cms.blocks import chosen
from ledger.clock import database_now
from market.produce.http import point_of
from market.produce.queries import goods_of_products


def goods_named_in(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Return, for the template, the goods of a page's price tags by the id of their product."""
    products = chosen(page.body, "price_tag", "product")
    point = point_of(request) if products else None
    if point is None:
        return {"goods_of_tags": {}}
    return {"goods_of_tags": goods_of_products(point, products, now=database_now())}
