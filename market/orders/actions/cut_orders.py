"""Cut orders to what there is: the farmer brought less, or reserved goods spoiled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from ledger.actions.post_entry import EntrySpec, Operation, post_entries
from ledger.models import Account
from ledger.refusals import NotEnough
from market import postings
from market.orders.actions.give_back import give_back, money_in
from market.orders.models import Order, OrderLine, Refund
from market.orders.refusals import NotMissing, StockMoved
from market.produce.models import Listing, StockChange
from market.produce.refusals import KeyUsed
from people.actions.write_notice import write_notice
from people.models import Member

SHORTENED = gettext_noop(
    "Less %(product)s came than was ordered, so order %(number)s was shortened. "
    "You pay only for what you get."
)
NOTHING_LEFT = gettext_noop(
    "There was not enough %(product)s for everybody, so order %(number)s was cancelled. "
    "Nothing was charged."
)
POSTINGS = {
    StockChange.Reason.SHORT_DELIVERY: ("correct_receipt", postings.correct_receipt),
    StockChange.Reason.SPOILED: ("spoil", postings.spoil),
    StockChange.Reason.BROKEN: ("spoil", postings.spoil),
    StockChange.Reason.SHORT_WEIGHT: ("spoil", postings.spoil),
}


@transaction.atomic
def cut_orders(
    *,
    listing: Listing,
    missing: int,
    reason: str,
    key: str,
    cut_by: Member,
    cut_at: datetime,
    note: str = "",
) -> list[Order]:
    """Take missing goods out of the books; this function will return the orders it shortened.

    Free stock goes first. What is still missing comes out of unpaid open orders, the latest
    first, in whole steps, so what a step leaves over is free again. A second press with the
    same key changes nothing and returns no orders.

    Args:
        missing: grams or pieces that are not there.
        reason: a `StockChange.Reason` other than COUNTED.

    Raises:
        NotMissing: the books hold less than that.
        StockMoved: somebody ordered at this moment; the next press counts anew.
        KeyUsed: the key already wrote something else.
    """
    # Orders alone would not do: where there are none, two presses would both write.
    Listing.objects.lock().get(pk=listing.pk)
    orders = _lock_open_orders(listing)
    if made := StockChange.objects.filter(key=key).first():
        if (made.listing_id, made.change) != (listing.pk, -missing):
            raise KeyUsed
        return []
    stock = Account.objects.get(pk=listing.stock_id)
    if missing > stock.balance:
        raise NotMissing(held=stock.balance)
    StockChange.objects.create(
        listing=listing,
        kind=StockChange.Kind.WASTE,
        reason=reason,
        change=-missing,
        note=note,
        changed_at=cut_at,
        changed_by=cut_by,
        key=key,
    )
    cuts = list(_cuts(listing, orders, missing - stock.available))
    try:
        _post(
            listing=listing,
            cuts=cuts,
            missing=missing,
            reason=reason,
            key=key,
            by=cut_by,
            at=cut_at,
        )
    except NotEnough as short:
        raise StockMoved from short
    return [_close_or_tell(line, cut_by, cut_at) for line in cuts]


def _lock_open_orders(listing: Listing) -> list[int]:
    """Lock, in id order, every open order that holds some of the listing."""
    orders = Order.objects.open().filter(
        pk__in=OrderLine.objects.filter(listing=listing, quantity__gt=0).values("order")
    )
    return [order.pk for order in orders.lock()]


def _cuts(listing: Listing, orders: list[int], short: int) -> Iterator[OrderLine]:
    """Shorten lines of the latest orders until so much is freed; nothing is saved yet."""
    step = listing.product.step_quantity
    lines = OrderLine.objects.filter(listing=listing, order__in=orders).select_related(
        "order__placed_by", "order__on_behalf_of", "hold", "listing__stock", "listing__product"
    )
    for line in lines.order_by("-order_id"):
        if short <= 0:
            return
        kept = max(line.quantity - short, 0) // step * step
        short -= line.quantity - kept
        line.quantity = kept
        yield line


def _post(
    *,
    listing: Listing,
    cuts: list[OrderLine],
    missing: int,
    reason: str,
    key: str,
    by: Member,
    at: datetime,
) -> None:
    """Post a shorter hold for each order, then the loss, all with one set of locks."""

    def entry(kind: str, reference: str, moves: list[Operation]) -> EntrySpec:
        return EntrySpec(
            kind=kind,
            reference=reference,
            idempotency_key=f"{kind}:{reference}:{key}",
            happened_at=at,
            moves=moves,
            reason=reason,
            actor_ref=by.books_id,
        )

    back = {line.pk: _paid_too_much(line, key, by, at) for line in cuts}
    kind, loss = POSTINGS[StockChange.Reason(reason)]
    entries = post_entries(
        [
            *(
                entry(
                    "shorten_order",
                    f"order:{line.order_id}",
                    postings.shorten_line(
                        line.order_id, line.hold, line.goods(line.quantity), back[line.pk]
                    ),
                )
                for line in cuts
                if line.hold
            ),
            entry(
                kind,
                f"listing:{listing.pk}",
                loss(sku=listing.product.sku, stock=listing.stock, quantity=missing),
            ),
        ]
    )
    for line, made in zip(cuts, entries, strict=False):
        line.hold = made.made_transfers[1] if line.quantity else None
    OrderLine.objects.bulk_update(cuts, ["quantity", "hold"])


def _paid_too_much(line: OrderLine, key: str, by: Member, at: datetime) -> list[postings.Share]:
    """Give back what was paid before for what is missing now."""
    order = line.order
    others = order.lines.exclude(pk=line.pk)
    costs_fen = line.costs.total_fen + sum(each.costs.total_fen for each in others)
    return give_back(
        order=order,
        fen=max(money_in(order) - costs_fen, 0),
        reason=Refund.Reason.SHORTENED,
        key=f"shorten_order:{order.pk}:{StockChange.objects.get(key=key).pk}",
        at=at,
        by=by,
        line=line,
    )


def _close_or_tell(line: OrderLine, by: Member, at: datetime) -> Order:
    """Cancel an order that has nothing left, and tell its member either way."""
    order = line.order
    is_empty = not order.lines.filter(quantity__gt=0).exists()
    if is_empty:
        order.status = Order.Status.CANCELLED
        order.closed_at, order.closed_by = at, by
        order.save(update_fields=["status", "closed_at", "closed_by"])
    write_notice(
        member=order.collector,
        key=f"order-cut:{order.pk}:{line.pk}:{line.quantity}",
        template=NOTHING_LEFT if is_empty else SHORTENED,
        values={"product": line.listing.product.name, "number": order.number},
        page="orders:order",
        subject=str(order.pk),
        at=at,
        by_text=True,
    )
    return order
