"""Prices: whatever is bought, the parts add up to what is paid."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from market.produce.pricing import cost_lines

COSTS = st.tuples(st.integers(1, 999_99), st.integers(0, 99_99), st.integers(0, 99_99))


@given(costs=COSTS, grams=st.integers(1, 500_000), unit_g=st.integers(1, 25_000))
def test_the_parts_add_up_to_the_rounded_whole(
    costs: tuple[int, int, int], grams: int, unit_g: int
) -> None:
    lines = cost_lines(costs, quantity=grams, unit_quantity=unit_g)

    exact = sum(costs) * grams / unit_g
    assert sum(lines) == lines.total_fen
    assert abs(lines.total_fen - exact) <= 0.5 + 1e-6 * exact
    assert min(lines) >= 0


@given(costs=COSTS, grams=st.integers(1, 500_000), unit_g=st.integers(1, 25_000))
def test_nobody_gets_a_fen_more_than_their_share_rounded_up(
    costs: tuple[int, int, int], grams: int, unit_g: int
) -> None:
    lines = cost_lines(costs, quantity=grams, unit_quantity=unit_g)

    for cost, part in zip(costs, lines, strict=True):
        assert cost * grams // unit_g <= part <= -(-cost * grams // unit_g)


@given(costs=COSTS, pieces=st.integers(1, 999))
def test_pieces_cost_exactly_so_many_times_the_price(
    costs: tuple[int, int, int], pieces: int
) -> None:
    lines = cost_lines(costs, quantity=pieces, unit_quantity=1)

    assert lines == tuple(cost * pieces for cost in costs)


def test_at_a_tie_the_farmer_comes_first() -> None:
    assert cost_lines((1, 1, 0), quantity=1, unit_quantity=2) == (1, 0, 0)
