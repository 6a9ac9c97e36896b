"""A small run of what `make soak` does, and its control."""

from __future__ import annotations

import pytest

from tests.soak.run import run

ORDERS = 25


@pytest.mark.django_db
def test_in_any_weather_no_money_is_lost_or_doubled() -> None:
    assert run(seed=7, orders=ORDERS).wrong == []


@pytest.mark.django_db
def test_without_the_event_table_it_goes_red() -> None:
    wrong = run(seed=7, orders=ORDERS, has_events=False).wrong

    assert [each for each in wrong if "was acted on" in each] != []
