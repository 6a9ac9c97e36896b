"""The open ledger of the demonstration: it has something to show, and it is right."""

from __future__ import annotations

from django.test import Client

from config.tasks import close_days
from market.open_ledger.queries import flows_of_days, flows_read
from tests.market.open_ledger.moves import assert_sides_equal


def test_both_sides_are_equal(demonstration: None, client: Client) -> None:
    page = client.get("/ledger/")

    assert_sides_equal(client)
    assert page.context["is_green"]
    assert page.context["figures"].farmers_fen > 100_000


def test_it_is_the_same_after_the_night(demonstration: None, client: Client) -> None:
    page = client.get("/ledger/").context
    month, before = page["month"], page["figures"]

    close_days()

    assert client.get("/ledger/").context["figures"] == before
    assert flows_of_days(month, month) == flows_read(month, month)
