"""Quantities: what people type becomes grams or pieces, or one plain sentence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from market.produce.forms import QuantityField
from market.produce.models import Product
from market.produce.quantities import (
    NotAQuantity,
    NotAStep,
    NotDigits,
    NotWhole,
    TooLittle,
    TooMuch,
    fen_per_500,
    parse_quantity,
    shown_jin,
    shown_kilograms,
    typed_quantity,
)

RADISHES = Product(name="萝卜", unit_word="斤", unit_g=500, sold_by_weight=True)
MILLET = Product(name="小米", unit_word="袋", unit_g=2500)


@pytest.mark.parametrize(
    ("typed", "grams"),
    [
        ("1", 500),
        ("1.5", 750),
        ("１．５", 750),
        (" 2 ", 1000),
        ("　2　", 1000),
        ("2斤", 1000),
        ("2 斤", 1000),
        ("1.50", 750),
        (".5", 250),
        ("1。5", 750),
        ("+3", 1500),
        ("1公斤", 1000),
        ("1kg", 1000),
        ("250克", 250),
        ("999", 499_500),
        ("٣", 1500),
    ],
)
def test_reads_weights(typed: str, grams: int) -> None:
    assert parse_quantity(typed, by_weight=True) == grams


@pytest.mark.parametrize(("typed", "pieces"), [("2", 2), ("２", 2), ("2.0", 2), ("3袋", 3)])
def test_reads_pieces(typed: str, pieces: int) -> None:
    assert parse_quantity(typed, by_weight=False, unit_word="袋") == pieces


@pytest.mark.parametrize(
    ("typed", "by_weight", "refusal"),
    [
        ("0", True, TooLittle),
        ("0", False, TooLittle),
        ("-1", True, TooLittle),
        ("－1", False, TooLittle),
        ("1000000000", True, TooMuch),
        ("1000000000", False, TooMuch),
        ("9" * 40, False, TooMuch),
        ("999.5", True, TooMuch),
        ("1000", False, TooMuch),
        ("1.5", False, NotWhole),
        ("0.3", True, NotAStep),
        ("一", True, NotDigits),
        ("两斤", True, NotDigits),
        ("", False, NotDigits),
        ("1e3", False, NotDigits),
        ("NaN", True, NotDigits),
        ("1.2.3", True, NotDigits),
        (".", True, NotDigits),
        ("½", True, NotDigits),
        ("2斤", False, NotDigits),
        ("2瓶", True, NotDigits),
        ("2\x00", False, NotDigits),
        ("<b>2</b>", False, NotDigits),
    ],
)
def test_refuses_what_is_no_quantity(
    typed: str, *, by_weight: bool, refusal: type[NotAQuantity]
) -> None:
    with pytest.raises(refusal):
        parse_quantity(typed, by_weight=by_weight, unit_word="斤" if by_weight else "袋")


def test_an_empty_shelf_can_be_counted() -> None:
    assert parse_quantity("0", by_weight=True, zero_allowed=True) == 0
    with pytest.raises(TooLittle):
        parse_quantity("-0.5", by_weight=True, zero_allowed=True)


@given(steps=st.integers(1, 1998))
def test_what_is_written_is_read_back(steps: int) -> None:
    grams = steps * 250

    assert parse_quantity(typed_quantity(grams, by_weight=True), by_weight=True) == grams


@given(pieces=st.integers(1, 999))
def test_pieces_are_read_back(pieces: int) -> None:
    assert parse_quantity(typed_quantity(pieces, by_weight=False), by_weight=False) == pieces


@given(typed=st.text(max_size=40), by_weight=st.booleans())
def test_any_text_is_a_quantity_or_refused(*, typed: str, by_weight: bool) -> None:
    try:
        quantity = parse_quantity(typed, by_weight=by_weight)
    except NotAQuantity:
        return
    assert 1 <= quantity <= 999 * 500


@given(grams=st.integers(0, 10**9))
def test_jin_and_kilograms_are_exact(grams: int) -> None:
    assert float(shown_jin(grams)) * 500 == pytest.approx(grams)
    assert float(shown_kilograms(grams)) * 1000 == pytest.approx(grams)
    assert "e" not in shown_jin(grams).lower()


@pytest.mark.parametrize(
    ("price_fen", "unit", "fen"),
    [(900, 500, 900), (3000, 2500, 600), (1500, 5000, 150), (1900, 250, 3800), (1, 1000, 1)],
)
def test_a_price_of_500_grams(price_fen: int, unit: int, fen: int) -> None:
    assert fen_per_500(price_fen, unit) == fen


def test_what_has_no_size_has_no_price_of_500_grams() -> None:
    assert fen_per_500(900, None) is None


@pytest.mark.parametrize(
    ("product", "typed", "chinese", "english"),
    [
        (MILLET, "", "请写要多少，比如 2", "Write how much, such as 2."),
        (MILLET, "一", "请用数字写，比如 2", "Write the quantity in digits, such as 2."),
        (MILLET, "0", "请写大于 0 的数", "Write a quantity above 0."),
        (MILLET, "-1", "请写大于 0 的数", "Write a quantity above 0."),
        (MILLET, "1.5", "这个按整件卖，请写 1、2、3 这样的整数", "This is sold whole"),
        (MILLET, "1000000000", "最多写 999", "Write at most 999."),
        (RADISHES, "0.3", "请按 0.5 斤一档写：0.5、1、1.5……", "in steps of 0.5 jin: 0.5, 1, 1.5"),
    ],
)
def test_says_in_one_sentence_what_is_wrong(
    product: Product, typed: str, chinese: str, english: str
) -> None:
    field = QuantityField(product=product)

    for language, sentence in [("zh-hans", chinese), ("en", english)]:
        with translation.override(language):
            with pytest.raises(ValidationError) as refused:
                field.clean(typed)
            assert sentence in refused.value.messages[0]


def test_a_field_cleans_to_what_the_books_count() -> None:
    assert QuantityField(product=RADISHES).clean("１．５斤") == 750
    assert QuantityField(product=MILLET).clean(" 2 袋") == 2
    assert QuantityField(product=MILLET, required=False).clean("") is None


def test_a_field_shows_what_the_books_count_as_people_write_it() -> None:
    assert QuantityField(product=RADISHES).prepare_value(1750) == "3.5"
    assert QuantityField(product=MILLET).prepare_value("x") == "x"
