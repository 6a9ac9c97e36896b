"""What residents ordered, and what they took home."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger.models import Transfer
from market import postings
from market.produce.models import Carrier, Listing, Supplier
from market.produce.pricing import CostLines, cost_lines
from people.models import Household, Member, ServicePoint

KEEP_DAYS = 3
"""Days goods wait at the counter (`docs/orders.md`)."""
PAY_MINUTES = 30
"""Minutes goods are kept for somebody who pays online (`docs/orders.md`)."""


class Tender(models.TextChoices):
    """How something is paid."""

    CASH = "cash", _("cash")
    QR_CODE = "qr_code", _("the shop's QR code")
    STRIPE = "stripe", _("online")

    @classmethod
    def at_the_counter(cls) -> list[Tender]:
        """Those that a cashier can take."""
        return [cls.CASH, cls.QR_CODE]

    def waived_fen(self, total_fen: int) -> int:
        """Fen nobody can pay (抹零): in cash no less than ten change hands."""
        return total_fen % 10 if self == Tender.CASH else 0


class OrderQuerySet(models.QuerySet["Order"]):
    def lock(self) -> OrderQuerySet:
        """Lock these orders in id order until the transaction ends."""
        return self.select_for_update(no_key=True).order_by("pk")

    def open(self) -> OrderQuerySet:
        """Keep orders whose goods still wait for somebody."""
        return self.filter(status__in=Order.OPEN)


class Order(models.Model):
    """What one household ordered at one moment from one service point."""

    class Status(models.TextChoices):
        PLACED = "placed", _("waiting for payment")
        CONFIRMED = "confirmed", _("confirmed")
        READY = "ready", _("ready to collect")
        COLLECTED = "collected", _("collected")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("not paid in time")
        UNCOLLECTED = "uncollected", _("not collected")

    OPEN: ClassVar = (Status.PLACED, Status.CONFIRMED, Status.READY)

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="orders", verbose_name=_("household")
    )
    placed_by = models.ForeignKey(
        Member, models.PROTECT, related_name="orders", verbose_name=_("placed by")
    )
    on_behalf_of = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="orders_by_helpers", verbose_name=_("for")
    )
    service_point = models.ForeignKey(
        ServicePoint, models.PROTECT, related_name="orders", verbose_name=_("service point")
    )
    pickup_code = models.CharField(_("pickup code"), max_length=4)
    status = models.CharField(_("status"), max_length=12, choices=Status)
    tender = models.CharField(_("to be paid by"), max_length=8, choices=Tender)
    placed_at = models.DateTimeField(_("placed at"))
    # Until then its goods are kept for somebody who pays online.
    pay_until = models.DateTimeField(_("to be paid until"), null=True)
    # Household credit that was used for it when it was placed.
    credit_fen = models.PositiveIntegerField(_("credit used, in fen"), db_default=0)
    ready_at = models.DateTimeField(_("ready at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    key = models.CharField(max_length=40, unique=True)
    fingerprint = models.CharField(max_length=64)

    objects: ClassVar = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions = [
            ("cut_orders", _("Can cut orders to what there is")),
            ("cancel_any", _("Can cancel the orders of others")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="order_code_is_unique_among_open_orders_of_a_point",
                fields=["service_point", "pickup_code"],
                condition=Q(status__in=["placed", "confirmed", "ready"]),
            ),
            models.CheckConstraint(
                name="order_is_closed_at_some_time",
                condition=Q(status__in=["placed", "confirmed", "ready"], closed_at__isnull=True)
                | Q(
                    status__in=["collected", "cancelled", "expired", "uncollected"],
                    closed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="order_is_to_be_paid_until_some_time",
                condition=~Q(status__in=["placed", "expired"]) | Q(pay_until__isnull=False),
            ),
            models.CheckConstraint(
                name="order_ready_since_some_time",
                condition=~Q(status__in=["ready", "collected", "uncollected"])
                | Q(ready_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="order_by_member", fields=["placed_by", "-id"]),
            models.Index(name="order_by_household", fields=["household", "placed_at"]),
            models.Index(name="order_waiting", fields=["ready_at"], condition=Q(status="ready")),
            models.Index(name="order_unpaid", fields=["pay_until"], condition=Q(status="placed")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:order", args=[self.pk])

    @property
    def number(self) -> str:
        """The number people speak of: HL-1042."""
        return f"HL-{self.pk:04d}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def waits_for_money(self, at: datetime.datetime) -> bool:
        """Whether its goods are kept for somebody who pays online."""
        is_in_time = self.pay_until is not None and at < self.pay_until
        return self.status == self.Status.PLACED and is_in_time

    @property
    def spoken_code(self) -> str:
        """The code digit by digit, so that it is read out as four and not as thousands."""
        return " ".join(self.pickup_code)

    @property
    def collector(self) -> Member:
        """Whom the goods are for."""
        return self.on_behalf_of or self.placed_by

    @property
    def keep_until(self) -> datetime.datetime:
        """The end of the last day on which it can be collected."""
        ready_on = timezone.localtime(self.ready_at)
        last_day = ready_on.date() + datetime.timedelta(days=KEEP_DAYS)
        return datetime.datetime.combine(last_day, datetime.time.max, ready_on.tzinfo)


class OrderLine(models.Model):
    """So much of one listing, at the cost lines of the moment of ordering.

    Quantities are grams or pieces. `quantity` is what the order holds now: less than
    `ordered_quantity` once the order was shortened.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="order_lines")
    ordered_quantity = models.PositiveIntegerField()
    quantity = models.PositiveIntegerField()
    handed_out_quantity = models.PositiveIntegerField(null=True)
    unit_quantity = models.PositiveIntegerField()
    farmer_fen = models.PositiveIntegerField()
    transport_fen = models.PositiveIntegerField()
    packing_fen = models.PositiveIntegerField()
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="+")
    carrier = models.ForeignKey(Carrier, models.PROTECT, null=True, related_name="+")
    packer = models.ForeignKey(Carrier, models.PROTECT, null=True, related_name="+")
    hold = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="order_line")

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(
                name="order_has_one_line_a_listing", fields=["order", "listing"]
            ),
            models.CheckConstraint(
                name="order_line_is_not_longer_than_ordered",
                condition=Q(ordered_quantity__gt=0, quantity__lte=models.F("ordered_quantity")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.listing_id} × {self.quantity}"

    @classmethod
    def of(cls, listing: Listing, quantity: int) -> OrderLine:
        """Return a line, not saved, with the listing's cost lines of this moment."""
        farmer_fen, transport_fen, packing_fen = listing.cost_fen
        return cls(
            listing=listing,
            ordered_quantity=quantity,
            quantity=quantity,
            unit_quantity=listing.product.unit_quantity,
            farmer_fen=farmer_fen,
            transport_fen=transport_fen,
            packing_fen=packing_fen,
            supplier_id=listing.product.supplier_id,
            carrier_id=listing.carrier_id,
            packer_id=listing.packer_id,
        )

    @property
    def final_quantity(self) -> int:
        """What left the counter, or what is reserved until then."""
        return self.quantity if self.handed_out_quantity is None else self.handed_out_quantity

    @property
    def costs(self) -> CostLines:
        """What the line costs, by who gets it: what the scale said, once it was weighed."""
        return self.costs_of(self.final_quantity)

    @property
    def back_fen(self) -> int:
        """What it came to less at the counter than was held for it, in fen."""
        return max(self.costs_of(self.quantity).total_fen - self.costs.total_fen, 0)

    @property
    def most_quantity(self) -> int:
        """What may leave at most: a tenth more where the scale decides, no piece more."""
        extra = self.quantity // 10 if self.listing.product.sold_by_weight else 0
        return self.quantity + extra

    def costs_of(self, quantity: int) -> CostLines:
        """What so much of it would cost."""
        return cost_lines(
            (self.farmer_fen, self.transport_fen, self.packing_fen),
            quantity=quantity,
            unit_quantity=self.unit_quantity,
        )

    def goods(self, quantity: int) -> postings.Goods:
        """So much of it, as the books know it."""
        return postings.Goods(self.listing.product.sku, self.listing.stock, quantity)

    def sale(self) -> postings.Sale:
        """It leaves: what is held for it, and who is paid what for what the scale said."""
        costs = self.costs
        payees = [(postings.supplier(self.supplier.code), costs.farmer_fen)]
        if self.carrier:
            payees.append((postings.carrier(self.carrier.code), costs.transport_fen))
        if self.packer:
            payees.append((postings.packer(self.packer.code), costs.packing_fen))
        return postings.Sale(
            goods=self.goods(self.final_quantity),
            hold=self.hold,
            held_quantity=self.quantity,
            payees=payees,
        )


class Handout(models.Model):
    """Produce left the counter. One hand-out closes an order."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="handout")
    nonce = models.CharField(max_length=40, unique=True)
    handed_out_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("handed out by")
    )
    device = models.CharField(_("till"), max_length=40)
    handed_out_at = models.DateTimeField(_("handed out at"))

    class Meta:
        verbose_name = _("hand-out")
        verbose_name_plural = _("hand-outs")

    def __str__(self) -> str:
        return f"hand-out of {self.order_id}"
