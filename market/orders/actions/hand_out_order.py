"""Hand out an order: weigh, take the money, pay everybody, done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from ledger.actions.open_account import AccountSpec
from ledger.actions.post_entry import post_entry
from ledger.refusals import NotEnough
from market import postings
from market.orders.models import Handout, Order, OrderLine, Payment, Tender
from market.orders.refusals import (
    KeyClash,
    NothingHandedOut,
    OnlySoMuchFree,
    OrderClosed,
    PriceChanged,
    TooMuch,
    WrongPoint,
)
from people.actions.write_notice import write_notice
from people.models import Member, ServicePoint

COLLECTED = gettext_noop("Order %(number)s was collected. You paid ¥%(yuan)s.")


@transaction.atomic
def hand_out_order(
    *,
    order: Order,
    quantities: Mapping[int, int],
    tender: str,
    paid_into: AccountSpec,
    expected_fen: int,
    service_point: ServicePoint,
    device: str,
    nonce: str,
    handed_out_by: Member,
    handed_out_at: datetime,
) -> Handout:
    """Hand out an order whole; this function will return the same hand-out at a second press.

    What is not handed out is released. Everything that came in for the order goes to those
    it is for, so its account is at zero at once.

    Args:
        quantities: grams or pieces that really leave, by id of the line; a line that is not
            named does not leave.
        paid_into: the drawer, or the account of the shop's QR code.
        expected_fen: what the cashier saw and asked for, before rounding in cash.
        device: the till.
        nonce: the same for every press of one button.

    Raises:
        OrderClosed: it was collected, cancelled or given up; says when and by whom.
        WrongPoint: it waits somewhere else.
        NothingHandedOut: no line has any quantity.
        TooMuch: a line is over what was ordered, or for weighed goods a tenth over.
        OnlySoMuchFree: the shelf cannot spare what the scale shows on top.
        PriceChanged: the total is another than the cashier saw.
        KeyClash: the nonce already handed out another order.
    """
    order = Order.objects.lock().get(pk=order.pk)
    made = Handout.objects.filter(nonce=nonce).first()
    if made:
        if made.order_id != order.pk:
            raise KeyClash
        return made
    if order.service_point_id != service_point.pk:
        raise WrongPoint(order)
    if order.status != Order.Status.READY:
        raise OrderClosed(order)

    lines = _weighed_lines(order, quantities)
    total_fen = sum(line.costs.total_fen for line in lines)
    if total_fen != expected_fen:
        raise PriceChanged(now_fen=total_fen)
    payment = _payment(order, tender, total_fen, handed_out_by, handed_out_at)
    _post(order, lines, payment, paid_into, handed_out_by)

    OrderLine.objects.bulk_update(lines, ["handed_out_quantity"])
    payment.save()
    order.status = Order.Status.COLLECTED
    order.closed_at, order.closed_by = handed_out_at, handed_out_by
    order.save(update_fields=["status", "closed_at", "closed_by"])
    _tell(order, payment)
    return Handout.objects.create(
        order=order,
        nonce=nonce,
        handed_out_by=handed_out_by,
        device=device,
        handed_out_at=handed_out_at,
    )


def _weighed_lines(order: Order, quantities: Mapping[int, int]) -> list[OrderLine]:
    """Write on each line what leaves, in the order of the stock accounts."""
    lines = list(
        order.lines.select_related(
            "listing__product", "listing__stock", "hold", "supplier", "carrier", "packer"
        ).order_by("listing__stock_id")
    )
    for line in lines:
        line.handed_out_quantity = quantities.get(line.pk, 0)
        if line.handed_out_quantity > line.most_quantity:
            raise TooMuch(line, most=line.most_quantity)
    if not any(line.handed_out_quantity for line in lines):
        raise NothingHandedOut
    return lines


def _payment(order: Order, tender: str, total_fen: int, by: Member, at: datetime) -> Payment:
    """What is really paid: in cash no less than ten fen change hands, the rest is waived."""
    rounded_off_fen = Tender(tender).waived_fen(total_fen)
    return Payment(
        order=order,
        tender=tender,
        amount_fen=total_fen - rounded_off_fen,
        rounded_off_fen=rounded_off_fen,
        paid_at=at,
        confirmed_by=by,
    )


def _post(
    order: Order,
    lines: Sequence[OrderLine],
    payment: Payment,
    paid_into: AccountSpec,
    by: Member,
) -> None:
    """Post the one entry of the hand-out."""
    try:
        post_entry(
            kind="hand_out",
            reference=f"order:{order.pk}",
            idempotency_key=f"hand_out:{order.pk}",
            happened_at=payment.paid_at,
            moves=postings.hand_out(
                number=order.pk,
                sales=[_sale(line) for line in lines],
                paid_in=[
                    (paid_into, payment.amount_fen),
                    (postings.rounding(), payment.rounded_off_fen),
                ],
            ),
            actor_ref=by.books_id,
        )
    except NotEnough as short:
        line = next(line for line in lines if line.listing.stock_id == short.account_id)
        raise OnlySoMuchFree(line, free=short.available) from short


def _sale(line: OrderLine) -> postings.Sale:
    """A line as the table of postings takes it."""
    costs = line.costs
    payees = [(postings.supplier(line.supplier.code), costs.farmer_fen)]
    if line.carrier:
        payees.append((postings.carrier(line.carrier.code), costs.transport_fen))
    if line.packer:
        payees.append((postings.packer(line.packer.code), costs.packing_fen))
    return postings.Sale(
        goods=line.goods(line.final_quantity),
        hold=line.hold,
        held_quantity=line.quantity,
        payees=payees,
    )


def _tell(order: Order, payment: Payment) -> None:
    write_notice(
        member=order.collector,
        key=f"order-collected:{order.pk}",
        template=COLLECTED,
        values={"number": order.number, "yuan": f"{payment.amount_fen / 100:.2f}"},
        page="orders:order",
        subject=str(order.pk),
        at=payment.paid_at,
    )
