"""What is read out of the one box, and what change goes back: pure functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.till.bill import NOTES_FEN, change
from market.till.codes import Typed, read_typed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("4271", Typed(digits="4271")),
        (" 42 71 ", Typed(digits="4271")),
        ("４２７１", Typed(digits="4271")),
        ("1001", Typed(digits="1001")),
        ("3", Typed(digits="3")),
        ("HL-0003", Typed(order_number=3)),
        ("hl3", Typed(order_number=3)),
        ("ＨＬ－０００３", Typed(order_number=3)),
        ("HL-1042", Typed(order_number=1042)),
        ("https://huilin.example/q/abcdefgh27/", Typed(token="abcdefgh27")),
        ("https://huilin.example/q/abcdefgh27", Typed(token="abcdefgh27")),
        ("HTTPS://HUILIN.EXAMPLE/Q/ABCDEFGH27", Typed(token="abcdefgh27")),
        ("https：／／huilin.example／q／abcdefgh27", Typed(token="abcdefgh27")),
        ("https://weixin.qq.com/pay/1", Typed()),
        ("https://huilin.example/q/short", Typed()),
        ("马小禾", Typed(name="马小禾")),
        ("Ma Xiaohe", Typed(name="MaXiaohe")),
        ("9" * 40, Typed(name="9" * 40)),
    ],
)
def test_codes_numbers_and_names_are_told_apart(text: str, meant: Typed) -> None:
    assert read_typed(text) == meant


@given(st.text(max_size=200))
def test_whatever_is_typed_means_one_thing_at_most(text: str) -> None:
    meant = read_typed(text)

    assert sum(bool(part) for part in meant) <= 1
    assert not meant.is_pickup_code or meant.digits.isascii()


@given(st.integers(0, 1_000_000))
def test_change_and_the_sum_add_up_to_what_was_laid_down(due_fen: int) -> None:
    for laid_down in change(due_fen):
        assert laid_down.given_fen == due_fen + laid_down.back_fen
        assert 0 < laid_down.back_fen < max(NOTES_FEN)
        assert any(laid_down.given_fen % note == 0 for note in NOTES_FEN)


def test_exact_money_needs_no_change() -> None:
    assert [each.given_fen for each in change(10_000)] == []
    assert [each.given_fen for each in change(2_000)] == [5_000, 10_000]
