"""Take back that money arrived by the shop's QR code."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from market import postings
from market.orders.actions.take_back import take_back
from market.orders.models import Order, Payment, Tender
from market.till.models import Till
from market.till.refusals import DayIsOver, NotByQrCode
from people.actions.write_notice import write_notice
from people.models import Member

__all__ = ["DayIsOver", "NotByQrCode", "withdraw_confirmation"]

NEVER_ARRIVED = gettext_noop(
    "The payment of ¥%(yuan)s for order %(number)s did not arrive. Please pay it at the counter."
)


@transaction.atomic
def withdraw_confirmation(
    *, till: Till, payment: Payment, withdrawn_by: Member, withdrawn_at: datetime
) -> Payment:
    """Write that a confirmed payment is not on the shop's phone, on the day of it.

    The farmer keeps what the hand-out paid; the order owes it until somebody settles it. This
    function will change nothing at a second press.

    Raises:
        NotByQrCode: it was paid in another way, or at another point.
        DayIsOver: the phone was compared on the evening of that day; staff have to look.
    """
    order = Order.objects.lock().get(pk=payment.order_id)
    payment = Payment.objects.get(pk=payment.pk)
    if payment.tender != Tender.QR_CODE or order.service_point_id != till.service_point_id:
        raise NotByQrCode
    if payment.withdrawn_at:
        return payment
    if localdate(payment.paid_at) != localdate(withdrawn_at):
        raise DayIsOver
    take_back(
        order=order,
        fen=payment.amount_fen,
        gone_from=postings.qr_code(order.service_point_id),
        key=f"payment-{payment.pk}",
        reason="never_arrived",
        taken_at=withdrawn_at,
        taken_by=withdrawn_by,
    )
    payment.withdrawn_at, payment.withdrawn_by = withdrawn_at, withdrawn_by
    payment.save(update_fields=["withdrawn_at", "withdrawn_by"])
    write_notice(
        member=order.collector,
        key=f"payment-withdrawn:{payment.pk}",
        template=NEVER_ARRIVED,
        values={"number": order.number, "yuan": f"{payment.amount_fen / 100:.2f}"},
        page="orders:order",
        subject=str(order.pk),
        at=withdrawn_at,
    )
    return payment
