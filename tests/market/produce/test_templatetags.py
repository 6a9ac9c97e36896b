"""How prices and quantities are written in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from moneyed import Money

from market.produce.models import Product
from market.produce.templatetags.produce import kilos, quantity, unit_name, yuan

RADISHES = Product(unit_word="斤", unit_g=500, sold_by_weight=True)
MILLET = Product(unit_word="袋")
SOAP = Product(unit_word="块")


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (900, "¥9.00"),
        (0, "¥0.00"),
        (5, "¥0.05"),
        (-250, "−¥2.50"),
        (123_456, "¥1,234.56"),
        (Decimal("9.5"), "¥9.50"),
        (Money("108.00", "CNY"), "¥108.00"),
    ],
)
def test_yuan(amount: Money | Decimal | int, written: str) -> None:
    assert yuan(amount) == written


@pytest.mark.parametrize(
    ("amount", "product", "chinese", "english"),
    [
        (1750, RADISHES, "3.5 斤", "3.5 jin"),
        (500, RADISHES, "1 斤", "1 jin"),
        (1, MILLET, "1 袋", "1 bag"),
        (2, MILLET, "2 袋", "2 bags"),
        (2, SOAP, "2 块", "2 块"),
    ],
)
def test_quantities(amount: int, product: Product, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert quantity(amount, product) == chinese
    with translation.override("en"):
        assert quantity(amount, product) == english


def test_kilos_and_units() -> None:
    with translation.override("zh-hans"):
        assert (kilos(1750), unit_name(MILLET)) == ("1.75 公斤", "袋")
    with translation.override("en"):
        assert (kilos(1750), unit_name(MILLET)) == ("1.75 kg", "bag")
