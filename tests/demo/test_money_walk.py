"""docs/money.md walks from order HL-0003 to its lines in a file, and the lines are these."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from ledger.clock import database_now
from ledger.testing import assert_books_balance
from market.orders.actions.hand_out_order import hand_out_order
from market.orders.models import Order, OrderLine, Tender
from market.postings import drawer
from people.models import Member
from tests.ledger.second_opinion import export, objections

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "money.md"
KINDS = ("place_order", "hand_out")


@pytest.fixture
def handed_out(demonstration: None) -> Order:
    """HL-0003 as the document has it: collected at 西湖助农点, paid in cash."""
    order = Order.objects.get(key=str(uuid5(NAMESPACE_URL, "huilin-demo:HL-0003")))
    lines = {line: line.quantity for line in OrderLine.objects.filter(order=order)}
    hand_out_order(
        order=order,
        quantities={line.pk: quantity for line, quantity in lines.items()},
        tender=Tender.CASH,
        paid_into=drawer("xihu-1"),
        expected_fen=1160,
        service_point=order.service_point,
        device="xihu-1",
        nonce="walk",
        handed_out_by=Member.objects.get(phone="19900000013"),
        handed_out_at=database_now(),
    )
    return order


def block_of(text: str, kind: str, number: object) -> list[str]:
    """Return the lines of an entry that do not differ from one day to the next."""
    (block,) = re.findall(rf'\d ([*!] "{kind} order:{number}"\n(?:  .+\n)+)', text)
    passing = ("entry:", "actor:", "happened-at:", "posted-at:", "transfer:", "resolves:")
    return [line for line in block.splitlines() if not line.strip().startswith(passing)]


def test_the_document_shows_what_the_file_has(handed_out: Order) -> None:
    document, text = DOCUMENT.read_text(), export("beancount")
    (told,) = set(re.findall(r"hand_out order:(\d+)\"\n", document))

    for kind in KINDS:
        ours = "\n".join(block_of(text, kind, handed_out.pk))
        there = "\n".join(block_of(document, kind, told))
        assert re.sub(rf"(order|Order):{handed_out.pk}\b", rf"\1:{told}", ours) == there
    assert f"balance Liabilities:Order:{handed_out.pk}:Cny  0.00 CNY" in text
    assert f"balance Liabilities:Order:{told}:Cny  0.00 CNY" in document


def test_bean_check_agrees_with_the_demonstration(handed_out: Order, tmp_path: Path) -> None:
    text = export("beancount")
    assert_books_balance()
    assert objections(text, tmp_path) == ""

    for wrong in (
        text.replace("Assets:Drawer:Xihu-1  11.60", "Assets:Drawer:Xihu-1  11.61"),
        text.replace(":Cny  -11.60 CNY", ":Cny  -11.50 CNY"),
        text.replace("balance Liabilities:Supplier:JJC  -", "balance Liabilities:Supplier:JJC  -1"),
    ):
        assert wrong != text
        assert objections(wrong, tmp_path)
