"""The table of postings: what each row moves, and that docs/money.md has the same rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.actions.post_entry import Operation, post_entry
from ledger.clock import database_now
from ledger.models import Account, Entry
from market import postings
from market.produce.models import Listing

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "money.md"
SOURCES = Path(postings.__file__).parent
IN_THE_DOCUMENT_ONLY = {"shorten_order", "expire_order", "reconfirm_order", "reversal"}
"""Rows that are posted with the functions of other rows, and undo, which the ledger does."""
NO_ROWS = {"release", "shorten_line"}


def post(moves: list[Operation], kind: str = "a_row") -> Entry:
    return post_entry(
        kind=kind,
        reference="order:7",
        idempotency_key=f"{kind}:{Entry.objects.count()}",
        happened_at=database_now(),
        moves=moves,
    )


def told(entry: Entry) -> list[str]:
    """Say what an entry moved as the table does."""
    transfers = entry.transfers.select_related("debit", "credit").order_by("line")
    return [f"{each.debit.code} → {each.credit.code} {each.amount}" for each in transfers]


def balance(code: str) -> int:
    return Account.objects.get(code=code).balance


def give_credit(household: int, fen: int) -> None:
    """Somebody paid too much once."""
    post(postings.pay_stripe(1, paid_fen=fen, due_fen=0))
    post(postings.credit_refund(household, fen))


def pay(fen: int, *, number: int = 7) -> None:
    post(postings.place_order(number, []) + postings.pay_stripe(number, paid_fen=fen, due_fen=fen))


def test_the_document_has_a_row_for_each_function() -> None:
    table = DOCUMENT.read_text().split("## Table of postings")[1].split("\n## ")[0]
    rows = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE))))
    functions = {
        name
        for path in SOURCES.glob("*.py")
        if path.name != "accounts.py"
        for name in re.findall(r"^def ([a-z]\w+)", path.read_text(), re.MULTILINE)
    }

    assert rows - IN_THE_DOCUMENT_ONLY == functions - NO_ROWS


def test_credit_is_used_before_goods_are_held(millet: Listing) -> None:
    give_credit(3, 500)

    entry = post(
        postings.place_order(
            7,
            [postings.Goods("XMG-XM-25", millet.stock, 2)],
            household=3,
            credit_fen=420,
        )
    )

    assert told(entry) == [
        "household/3/credit → order/7/cny 420",
        f"{millet.stock.code} → goods/XMG-XM-25/sold 2",
    ]
    assert balance("household/3/credit") == 80


@pytest.mark.parametrize(
    ("paid_fen", "due_fen", "moved"),
    [
        (900, 900, ["stripe/clearing → order/7/cny 900"]),
        (
            900,
            600,
            ["stripe/clearing → order/7/cny 600", "stripe/clearing → refunds/stripe 300"],
        ),
        (900, 0, ["stripe/clearing → refunds/stripe 900"]),
        (600, 900, ["stripe/clearing → order/7/cny 600"]),
    ],
)
def test_what_stripe_paid_too_much_goes_back(
    paid_fen: int, due_fen: int, moved: list[str], db: None
) -> None:
    assert told(post(postings.pay_stripe(7, paid_fen=paid_fen, due_fen=due_fen))) == moved


def test_a_cancelled_order_gives_back_to_each_source(millet: Listing) -> None:
    give_credit(3, 100)
    goods = postings.Goods("XMG-XM-25", millet.stock, 2)
    placed = post(postings.place_order(7, [goods], household=3, credit_fen=100))
    post(postings.pay_stripe(7, paid_fen=5_900, due_fen=5_900))

    back = [(postings.household_credit(3), 100), (postings.stripe_refunds(), 5_900)]
    post(postings.cancel_order(7, placed.made_transfers[1:], back))

    assert balance("order/7/cny") == 0
    assert balance("household/3/credit") == 100
    assert balance("refunds/stripe") == 5_900
    millet.stock.refresh_from_db()
    assert millet.stock.available == 10


@pytest.mark.parametrize(("kept", "back_fen"), [(1, 3_000), (0, 6_000)])
def test_a_shortened_order_gives_back_the_difference(
    kept: int, back_fen: int, millet: Listing
) -> None:
    goods = postings.Goods("XMG-XM-25", millet.stock, 2)
    placed = post(postings.place_order(7, [goods]))
    post(postings.pay_stripe(7, paid_fen=6_000, due_fen=6_000))

    post(
        postings.shorten_line(
            7,
            placed.made_transfers[0],
            goods._replace(quantity=kept),
            [(postings.stripe_refunds(), back_fen)],
        )
    )

    assert balance("order/7/cny") == 6_000 - back_fen
    millet.stock.refresh_from_db()
    assert millet.stock.available == 10 - kept


def test_what_was_paid_for_and_not_collected_is_given_away(millet: Listing) -> None:
    goods = postings.Goods("XMG-XM-25", millet.stock, 2)
    placed = post(postings.place_order(7, [goods]))
    post(postings.pay_stripe(7, paid_fen=6_500, due_fen=6_500))
    sale = postings.Sale(goods, placed.made_transfers[0], 2, [(postings.supplier("xmg"), 6_000)])

    post(
        postings.give_uncollected(
            number=7, sales=[sale], holds=[], back=[(postings.stripe_refunds(), 500)]
        )
    )

    assert balance("order/7/cny") == 0
    assert (balance("goods/XMG-XM-25/sold"), balance("goods/XMG-XM-25/given")) == (0, 2)
    assert (balance("supplier/xmg"), balance("refunds/stripe")) == (6_000, 500)


def test_stripe_gives_back_or_cannot(db: None) -> None:
    post(postings.pay_stripe(7, paid_fen=900, due_fen=0))

    assert told(post(postings.refund_stripe(500))) == ["refunds/stripe → stripe/clearing 500"]
    assert told(post(postings.credit_refund(3, 400))) == ["refunds/stripe → household/3/credit 400"]
    assert balance("stripe/clearing") == 400


def test_what_went_back_elsewhere_comes_from_the_order_and_then_is_owed(db: None) -> None:
    pay(300)

    entry = post(
        postings.take_back(7, from_order_fen=300, owed_fen=600, gone_from=postings.stripe())
    )

    assert told(entry) == [
        "order/7/cny → refunds/stripe 300",
        "refunds/stripe → stripe/clearing 300",
        "owed/order/7 → stripe/clearing 600",
    ]
    settled = post(postings.settle_owed(7, [(postings.qr_code(2), 600)]))
    assert told(settled) == ["qr/2 → owed/order/7 600"]


def test_a_qr_payment_that_never_came_is_owed(db: None) -> None:
    entry = post(
        postings.take_back(7, from_order_fen=0, owed_fen=600, gone_from=postings.qr_code(2))
    )

    assert told(entry) == ["owed/order/7 → qr/2 600"]


def test_returned_goods_are_paid_by_those_who_bear_them(millet: Listing) -> None:
    goods = postings.Goods("XMG-XM-25", millet.stock, 2)
    placed = post(postings.place_order(7, [goods]))
    post(postings.pay_stripe(7, paid_fen=6_000, due_fen=6_000))
    supplier = postings.supplier("xmg")
    sale = postings.Sale(goods, placed.made_transfers[0], 2, [(supplier, 6_000)])
    post(postings.hand_out(number=7, sales=[sale]))

    entry = post(
        postings.return_goods(
            tender=postings.stripe_refunds(),
            borne_by=[(supplier, 2_800), (postings.owed_by_order(7), 200)],
            sku="XMG-XM-25",
            goods_to=millet.stock,
            quantity=1,
        )
    )

    assert told(entry)[:2] == [
        "supplier/xmg → refunds/stripe 2800",
        "owed/order/7 → refunds/stripe 200",
    ]
    assert balance("goods/XMG-XM-25/sold") == 1


def test_left_over_money_is_paid_out_in_cash(db: None) -> None:
    give_credit(3, 420)
    post(postings.open_till(till="cchy-1", float_fen=1_000))

    assert told(post(postings.pay_out_credit(3, till="cchy-1", fen=420))) == [
        "household/3/credit → drawer/cchy-1 420"
    ]


@pytest.mark.parametrize(
    ("moves", "moved"),
    [
        (lambda: postings.payment_fee(30), ["fees/payment → stripe/clearing 30"]),
        (
            lambda: postings.payment_fee(-30, name="disputes"),
            ["stripe/clearing → fees/disputes 30"],
        ),
        (
            lambda: postings.payout_received(arrived_fen=900, lost_fen=7),
            ["fees/exchange → stripe/clearing 7", "bank → stripe/clearing 900"],
        ),
        (
            lambda: postings.payout_received(arrived_fen=900, lost_fen=-7),
            ["stripe/clearing → fees/exchange 7", "bank → stripe/clearing 900"],
        ),
        (lambda: postings.payout_received(arrived_fen=900), ["bank → stripe/clearing 900"]),
    ],
)
def test_what_stripe_keeps(
    moves: Callable[[], list[Operation]], moved: list[str], db: None
) -> None:
    assert told(post(moves())) == moved
