"""Hand out an order: weigh, take the money, pay everybody, done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from ledger.actions.open_account import AccountSpec
from ledger.actions.post_entry import post_entry
from ledger.refusals import NotEnough
from market import postings
from market.orders.actions.give_back import give_back, money_in
from market.orders.models import Handout, Order, OrderLine, Payment, Refund, Tender
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
COLLECTED_WITH_CREDIT = gettext_noop(
    "Order %(number)s was collected. It came to ¥%(yuan)s, so ¥%(back)s is kept for your "
    "household's next order."
)
COLLECTED_WITH_REFUND = gettext_noop(
    "Order %(number)s was collected. It came to ¥%(yuan)s, so ¥%(back)s goes back to where you "
    "paid from."
)
CAN_BE_UNDONE_FOR = timedelta(minutes=10)
"""A refund waits as long, so that the hand-out can be undone (`docs/money.md`)."""


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
    paid_fen = money_in(order)
    payment = _payment(order, tender, max(total_fen - paid_fen, 0), handed_out_by, handed_out_at)
    back = _too_much(order, paid_fen - total_fen, handed_out_by, handed_out_at)
    _post(order, lines, payment, paid_into, back)

    OrderLine.objects.bulk_update(lines, ["handed_out_quantity"])
    if payment.amount_fen or payment.rounded_off_fen or not paid_fen:
        payment.save()
    _collected(order, handed_out_by, handed_out_at)
    _tell(order, total_fen - payment.rounded_off_fen, back, handed_out_at)
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


def _too_much(order: Order, fen: int, by: Member, at: datetime) -> list[postings.Share]:
    """Give back what was paid before and is not used."""
    return give_back(
        order=order,
        fen=max(fen, 0),
        reason=Refund.Reason.WEIGHED_LESS,
        key=f"hand_out:{order.pk}",
        at=at,
        by=by,
        send_after=at + CAN_BE_UNDONE_FOR,
        keeps_small=True,
    )


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
    back: Sequence[postings.Share],
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
                sales=[line.sale() for line in lines],
                paid_in=[
                    (paid_into, payment.amount_fen),
                    (postings.rounding(), payment.rounded_off_fen),
                ],
                back=back,
            ),
            actor_ref=payment.confirmed_by.books_id if payment.confirmed_by else None,
        )
    except NotEnough as short:
        line = next(line for line in lines if line.listing.stock_id == short.account_id)
        raise OnlySoMuchFree(line, free=short.available) from short


def _collected(order: Order, by: Member, at: datetime) -> None:
    order.status = Order.Status.COLLECTED
    order.closed_at, order.closed_by = at, by
    order.save(update_fields=["status", "closed_at", "closed_by"])


def _tell(
    order: Order,
    paid_fen: int,
    back: Sequence[postings.Share],
    at: datetime,
) -> None:
    """Say what was paid, and what came of it where the scale showed less than was paid for."""
    back_fen = sum(fen for _account, fen in back)
    template, values = COLLECTED, {"number": order.number, "yuan": f"{paid_fen / 100:.2f}"}
    if back_fen:
        is_kept = back[0][0] != postings.stripe_refunds()
        template = COLLECTED_WITH_CREDIT if is_kept else COLLECTED_WITH_REFUND
        values["back"] = f"{back_fen / 100:.2f}"
    write_notice(
        member=order.collector,
        key=f"order-collected:{order.pk}",
        template=template,
        values=values,
        page="orders:order",
        subject=str(order.pk),
        at=at,
    )
