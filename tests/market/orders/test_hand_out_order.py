"""hand_out_order: weighed, paid, everybody paid, and the order at zero."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from ledger.clock import database_now
from ledger.models import Account, Entry
from market.orders import refusals
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.hand_out_order import hand_out_order
from market.orders.models import Handout, Order, Payment, Tender
from market.postings import drawer, qr_code
from market.produce.actions.write_off_goods import write_off_goods
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member, Notice, ServicePoint
from tests.stories import hand_out, order


def balance(code: str) -> int:
    return Account.objects.get(code=code).balance


def test_what_the_scale_says_is_paid_and_everybody_gets_their_part(
    ma: Member, chai: Member, open_drawer: Till, radishes: Listing, millet: Listing
) -> None:
    placed = order(ma, {radishes: 2000, millet: 1})

    hand_out(placed, by=chai, weighed={radishes: 1840})

    # 1840 g of radishes at 90 fen for 500 g are 331.2 fen: 258 for the farmer, 73 transport.
    assert balance(f"order/{placed.pk}/cny") == 0
    assert balance("supplier/HSB") == 258
    assert balance("supplier/XMG") == 2800
    assert balance("carrier/TTSL") == 73 + 150
    assert balance("packing/FZZ") == 50
    assert balance("drawer/cchy-1") == 10_000 + 3330
    assert balance("rounding") == 1
    assert balance("goods/HSB-LB/sold") == 1840
    assert Account.objects.get(listing=radishes).available == 50_000 - 1840


def test_is_one_entry(ma: Member, chai: Member, open_drawer: Till, millet: Listing) -> None:
    placed = order(ma, {millet: 1})

    hand_out(placed, by=chai)

    entry = Entry.objects.get(kind="hand_out")
    assert entry.reference == f"order:{placed.pk}"
    assert [
        (line.phase, line.debit.code, line.credit.code, line.amount)
        for line in entry.transfers.order_by("line")
    ] == [
        ("single", "drawer/cchy-1", f"order/{placed.pk}/cny", 3000),
        ("post", millet.stock.code, "goods/XMG-XM-25/sold", 1),
        ("single", f"order/{placed.pk}/cny", "supplier/XMG", 2800),
        ("single", f"order/{placed.pk}/cny", "carrier/TTSL", 150),
        ("single", f"order/{placed.pk}/cny", "packing/FZZ", 50),
    ]


def test_closes_the_order_and_tells_the_member(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 2})

    hand_out(placed, by=chai)

    placed.refresh_from_db()
    assert (placed.status, placed.closed_by) == (Order.Status.COLLECTED, chai)
    assert placed.lines.get().handed_out_quantity == 2
    payment = Payment.objects.get(order=placed)
    assert (payment.tender, payment.amount_fen, payment.rounded_off_fen) == ("cash", 6000, 0)
    assert "¥60.00" in Notice.objects.get(key=f"order-collected:{placed.pk}").text


def test_the_shops_qr_code_is_paid_to_the_fen(ma: Member, chai: Member, radishes: Listing) -> None:
    placed = order(ma, {radishes: 2000}, tender=Tender.QR_CODE)
    line = placed.lines.get()

    hand_out_order(
        order=placed,
        quantities={line.pk: 1840},
        tender=Tender.QR_CODE,
        paid_into=qr_code(placed.service_point_id),
        expected_fen=331,
        service_point=placed.service_point,
        device="cchy-1",
        nonce="n",
        handed_out_by=chai,
        handed_out_at=database_now(),
    )

    assert balance(f"qr/{placed.service_point_id}") == 331
    assert Payment.objects.get().rounded_off_fen == 0


def test_up_to_a_tenth_more_comes_from_the_free_stock(
    ma: Member, chai: Member, open_drawer: Till, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2000})

    hand_out(placed, by=chai, weighed={radishes: 2200})

    stock = Account.objects.get(listing=radishes)
    assert (stock.balance, stock.available) == (47_800, 47_800)
    assert balance("goods/HSB-LB/sold") == 2200


def test_a_line_that_does_not_leave_is_released(
    ma: Member, chai: Member, open_drawer: Till, radishes: Listing, millet: Listing
) -> None:
    placed = order(ma, {radishes: 2000, millet: 1})

    hand_out(placed, by=chai, weighed={radishes: 0})

    assert Account.objects.get(listing=radishes).available == 50_000
    assert Payment.objects.get(order=placed).amount_fen == 3000


def test_a_second_press_gets_the_first_hand_out(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})

    first = hand_out(placed, by=chai, nonce="pressed")
    second = hand_out(placed, by=chai, nonce="pressed")

    assert second == first
    assert Payment.objects.count() == 1
    assert balance("drawer/cchy-1") == 13_000


def ask(placed: Order, chai: Member, **changes: Any) -> Handout:
    line = placed.lines.get()
    request: dict[str, Any] = {
        "order": placed,
        "quantities": {line.pk: line.quantity},
        "tender": Tender.CASH,
        "paid_into": drawer("cchy-1"),
        "expected_fen": line.costs.total_fen,
        "service_point": placed.service_point,
        "device": "cchy-1",
        "nonce": str(uuid.uuid4()),
        "handed_out_by": chai,
        "handed_out_at": database_now(),
    }
    return hand_out_order(**request | changes)


def nothing(_placed: Order, _by: Member) -> None:
    pass


def cancel(placed: Order, by: Member) -> None:
    cancel_order(order=placed, cancelled_by=by, cancelled_at=database_now())


@pytest.mark.parametrize(
    ("_case", "before", "grams", "expected_fen", "refusal"),
    [
        ("collected before", lambda o, by: hand_out(o, by=by), 2000, 360, refusals.OrderClosed),
        ("cancelled", cancel, 2000, 360, refusals.OrderClosed),
        ("a gram over a tenth", nothing, 2201, 396, refusals.TooMuch),
        ("nothing at all", nothing, 0, 0, refusals.NothingHandedOut),
        ("another total", nothing, 2000, 361, refusals.PriceChanged),
    ],
)
def test_refused_hand_out_changes_nothing(
    _case: str,
    before: Callable[[Order, Member], Any],
    grams: int,
    expected_fen: int,
    refusal: type[Exception],
    ma: Member,
    chai: Member,
    open_drawer: Till,
    radishes: Listing,
) -> None:
    placed = order(ma, {radishes: 2000})
    before(placed, chai)
    entries, payments = Entry.objects.count(), Payment.objects.count()

    with pytest.raises(refusal):
        ask(placed, chai, quantities={placed.lines.get().pk: grams}, expected_fen=expected_fen)

    assert (Entry.objects.count(), Payment.objects.count()) == (entries, payments)
    assert Handout.objects.count() == payments


def test_another_points_order_stays_where_it_is(
    ma: Member, chai: Member, open_drawer: Till, radishes: Listing, xihu_point: ServicePoint
) -> None:
    placed = order(ma, {radishes: 500})

    with pytest.raises(refusals.WrongPoint) as refused:
        ask(placed, chai, service_point=xihu_point)

    assert refused.value.order.service_point == radishes.service_point


def test_pieces_are_never_over(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 2})

    with pytest.raises(refusals.TooMuch) as refused:
        ask(placed, chai, quantities={placed.lines.get().pk: 3}, expected_fen=9000)

    assert refused.value.most == 2


def test_says_how_much_the_shelf_can_spare(
    ma: Member, bai: Member, chai: Member, open_drawer: Till, radishes: Listing
) -> None:
    placed = order(ma, {radishes: 2000})
    order(bai, {radishes: 47_750})
    write_off_goods(
        listing=radishes, quantity=150, reason="spoiled", written_off_by=chai,
        written_off_at=database_now(), key="rot",
    )  # fmt: skip

    with pytest.raises(refusals.OnlySoMuchFree) as refused:
        ask(placed, chai, quantities={placed.lines.get().pk: 2200}, expected_fen=396)

    assert refused.value.free == 100
    placed.refresh_from_db()
    assert placed.status == Order.Status.READY


def test_says_who_handed_it_out_and_when(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})
    handed_out = hand_out(placed, by=chai)

    with pytest.raises(refusals.OrderClosed) as refused:
        ask(placed, chai)

    closed = refused.value.order
    assert (closed.closed_by, closed.closed_at) == (chai, handed_out.handed_out_at)
