"""What residents want, order, pay for and take home."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ledger.models import Transfer
from market.produce.models import Carrier, Listing, Supplier
from people.models import Household, Member, ServicePoint

KEEP_DAYS = 3
"""Days goods wait at the counter (`docs/orders.md`)."""


class Basket(models.Model):
    """What a member has picked and not ordered yet. A guest's is in the session."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="basket")

    class Meta:
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")

    def __str__(self) -> str:
        return f"basket:{self.pk}"


class BasketLine(models.Model):
    """So much of one listing."""

    basket = models.ForeignKey(Basket, models.CASCADE, related_name="lines")
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="basket_has_one_line_a_listing", fields=["basket", "listing"]
            ),
            models.CheckConstraint(name="basket_line_is_not_empty", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} × {self.quantity}"


class Tender(models.TextChoices):
    """How something is paid."""

    CASH = "cash", _("cash")
    QR_CODE = "qr_code", _("the shop's QR code")


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
                name="order_ready_since_some_time",
                condition=~Q(status__in=["ready", "collected", "uncollected"])
                | Q(ready_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="order_by_member", fields=["placed_by", "-id"]),
            models.Index(name="order_by_household", fields=["household", "placed_at"]),
            models.Index(name="order_waiting", fields=["ready_at"], condition=Q(status="ready")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people speak of: HL-1042."""
        return f"HL-{self.pk:04d}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def get_absolute_url(self) -> str:
        return reverse("orders:order", args=[self.pk])


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

    @property
    def unit_costs_fen(self) -> tuple[int, int, int]:
        """Fen of one unit for the farmer, the carrier and the packer."""
        return self.farmer_fen, self.transport_fen, self.packing_fen


class Payment(models.Model):
    """Money that came in for an order."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    tender = models.CharField(_("tender"), max_length=8, choices=Tender)
    amount_fen = models.PositiveIntegerField(_("amount in fen"))
    rounded_off_fen = models.PositiveSmallIntegerField(_("rounded off in fen"), default=0)
    paid_at = models.DateTimeField(_("paid at"))
    confirmed_by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                name="payment_is_rounded_in_cash_only",
                condition=Q(tender="cash", rounded_off_fen__lt=10) | Q(rounded_off_fen=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount_fen}"


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
